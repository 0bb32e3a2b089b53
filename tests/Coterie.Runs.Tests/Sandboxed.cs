using System.Text;
using Coterie.Protocol.Runs;
using Coterie.Server.Runs;
using Coterie.Server.Runs.Sandboxes;

namespace Coterie.Runs.Tests;

/// <summary>One sandbox for all tests, with the kernel's account where there is one, and one that does without, as on machines that have none.</summary>
[CollectionDefinition(nameof(Sandboxed))]
public sealed class Sandboxed : ICollectionFixture<Sandboxed>, IAsyncLifetime
{
    public Sandbox Counted { get; private set; } = null!;
    public Sandbox Alone { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Counted = await OpenAsync(true);
        Alone = await OpenAsync(false);
    }

    public ValueTask DisposeAsync()
    {
        Counted?.Dispose();
        Alone?.Dispose();
        return ValueTask.CompletedTask;
    }

    public Sandbox Of(bool counted) => counted ? Counted : Alone;

    private static async Task<Sandbox> OpenAsync(bool mayCount)
    {
        var (sandbox, problem) = await Sandbox.OpenAsync(4, mayCount);
        return sandbox ?? throw new InvalidOperationException("These tests need a sandbox. " + problem);
    }
}

/// <summary>Runs, waited for.</summary>
internal static class Done
{
    public static Task<FinishedRun> Of(SandboxedRun run) =>
        FinishedRun.OfAsync(run, TestContext.Current.CancellationToken);

    public static Task<FinishedRun> Of(Sandbox sandbox, SandboxOrder order) => Of(sandbox.TryStart(order)!);

    /// <summary>A shell script, and what it needs.</summary>
    public static Task<FinishedRun> Shell(Sandbox sandbox, string script, RunLimits? limits = null) =>
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
