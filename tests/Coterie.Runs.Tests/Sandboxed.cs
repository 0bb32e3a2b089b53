using System.Text;
using Coterie.Protocol.Runs;
using Coterie.Runs.Tests.Engines;
using Coterie.Server.Runs;
using Coterie.Server.Runs.Engines;
using Coterie.Server.Runs.Sandboxes;

namespace Coterie.Runs.Tests;

/// <summary>One sandbox for all tests, with the kernel's account where there is one, and one that does without, as on machines that have none.</summary>
[CollectionDefinition(nameof(Sandboxed))]
public sealed class Sandboxed : ICollectionFixture<Sandboxed>, IAsyncLifetime
{
    public const int Slots = 4; // of each

    public Sandbox Counted { get; private set; } = null!;
    public Sandbox Alone { get; private set; } = null!;

    private Task<(Podman Podman, EngineSandbox Sandbox)>? contained;

    /// <summary>The one in containers, begun for whoever asks first.</summary>
    public async Task<EngineSandbox> ContainedAsync() => (await (contained ??= ContainAsync())).Sandbox;

    internal async Task<Podman> PodmanAsync() => (await (contained ??= ContainAsync())).Podman;

    public async ValueTask InitializeAsync()
    {
        Counted = await OpenAsync(true);
        Alone = await OpenAsync(false);
    }

    public async ValueTask DisposeAsync()
    {
        Counted?.Dispose();
        Alone?.Dispose();
        if (contained is not { IsCompletedSuccessfully: true } begun)
            return;
        var (podman, sandbox) = await begun;
        sandbox.Dispose();
        await podman.DisposeAsync();
    }

    private static async Task<(Podman Podman, EngineSandbox Sandbox)> ContainAsync()
    {
        var podman = await Podman.StartAsync();
        var (sandbox, problem) = await EngineSandbox.OpenAsync(Slots, podman.Engine("tests"));
        if (sandbox is not null)
            return (podman, sandbox);
        await podman.DisposeAsync();
        throw new InvalidOperationException("These tests need a container engine. " + problem);
    }

    private static async Task<Sandbox> OpenAsync(bool mayCount)
    {
        var (sandbox, problem) = await Sandbox.OpenAsync(Slots, mayCount);
        return sandbox ?? throw new InvalidOperationException("These tests need a sandbox. " + problem);
    }
}

/// <summary>Runs, waited for.</summary>
internal static class Done
{
    public static Task<FinishedRun> Of(ISandboxedRun run) =>
        FinishedRun.OfAsync(run, TestContext.Current.CancellationToken);

    public static Task<FinishedRun> Of(ISandbox sandbox, SandboxOrder order) => Of(sandbox.TryStart(order)!);

    /// <summary>A shell script, and what it needs.</summary>
    public static Task<FinishedRun> Shell(ISandbox sandbox, string script, RunLimits? limits = null) =>
        Of(sandbox, Orders.Shell(script, limits));
}

internal static class Orders
{
    public static SandboxOrder Shell(string script, RunLimits? limits = null) =>
        new()
        {
            Files = [File("script.sh", script)],
            Run = ["sh", "script.sh"],
            Limits = limits ?? new RunLimits(),
        };

    public static SandboxOrder C(string program, RunLimits? limits = null) =>
        new()
        {
            Files = [File("main.c", program)],
            Compile = ["gcc", "-O1", "-o", "/tmp/main", "main.c"],
            Run = ["/tmp/main"],
            Limits = limits ?? new RunLimits(),
        };

    public static RunFile File(string path, string text) => new(path, Encoding.UTF8.GetBytes(text));
}
