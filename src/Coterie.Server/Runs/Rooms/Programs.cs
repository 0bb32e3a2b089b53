using System.Collections.Concurrent;
using Coterie.Protocol.Runs;
using Coterie.Server.Runs.Engines;
using Coterie.Server.Runs.Languages;
using Coterie.Server.Runs.Sandboxes;
using Coterie.Server.Settings;

namespace Coterie.Server.Runs.Rooms;

/// <summary>The sandbox of a server and what runs in it. Where it does not hold nothing runs, and <see cref="Problem"/> says why.</summary>
internal sealed class Programs : IDisposable
{
    private const int Spare = 1; // slot: a toolchain that is asked its version takes none of a run's

    private readonly ISandbox? sandbox;
    private readonly SemaphoreSlim asking = new(Spare, Spare);
    private readonly ConcurrentDictionary<string, string> versions = new(StringComparer.Ordinal); // "": it does not say

    private Programs(ISandbox? sandbox, string? problem, bool mayCome) =>
        (this.sandbox, Problem, MayCome) = (sandbox, problem, mayCome);

    /// <summary>Why nothing runs here, and the remedy; null where programs run.</summary>
    public string? Problem { get; }

    /// <summary>Nothing runs, but something would by the operator's will: what is wrong may be mended meanwhile.</summary>
    public bool MayCome { get; }

    /// <summary>What holds a run, in words; null where nothing runs.</summary>
    public string? Protections => sandbox?.Protections;

    public static async Task<Programs> OpenAsync(ServerSettings settings)
    {
        if (settings.Runs == 0)
            return new Programs(
                null,
                "This server runs no programs. Whoever runs it can change that with --runs.",
                false
            );
        var (sandbox, problem) = await OpenSandboxAsync(settings, settings.Runs + Spare);
        return new Programs(sandbox, problem, sandbox is null);
    }

    /// <summary>What the operator wants to hold them; or why it does not, and the remedy.</summary>
    /// <param name="slots">Runs at once.</param>
    public static async Task<(ISandbox? Sandbox, string? Problem)> OpenSandboxAsync(ServerSettings settings, int slots)
    {
        if (settings.RunEngine is { } socket)
            return await EngineSandbox.OpenAsync(slots, new RunEngine(socket, settings.RunImages, settings.Data));
        string[] secret =
        [
            .. new[] { settings.Data, settings.AdminKeyPath, settings.TlsKey }
                .OfType<string>()
                .Select(Path.GetFullPath),
        ];
        var isolation = settings.RunIsolation;
        var (sandbox, problem) = await Sandbox.OpenAsync(slots, isolation != Isolation.Namespaces, secret);
        if (sandbox is null || isolation != Isolation.Groups || sandbox.Protections.ControlGroups is not null)
            return (sandbox, problem);
        sandbox.Dispose();
        return (
            null,
            "This server may run programs in control groups only, and can make none here. Start it where it can, or with --run-isolation auto."
        );
    }

    /// <summary>Why programs in this language do not run here; null where they do.</summary>
    public string? Missing(Language language) => sandbox is null ? Problem : sandbox.Missing(language);

    /// <summary>What the sandbox is to do, and the version of the language; or a sentence for whoever wants it.</summary>
    public async Task<(SandboxOrder? Order, string? Version, string? Problem)> PrepareAsync(
        RunOrder order,
        CancellationToken cancelled
    )
    {
        if (sandbox is null)
            return (null, null, Problem);
        if (LanguageList.Shipped.Find(order.Language) is not { } language)
            return (null, null, $"There is no language “{order.Language}” here.");
        if (sandbox.Missing(language) is { } missing)
            return (null, null, $"{missing} (on the server that this room is on)");
        var terminal = order.Terminal is { } size ? new TerminalSize(size.Columns, size.Rows) : (TerminalSize?)null;
        var (prepared, problem) = language.Order(order.Files, order.Entry, order.Arguments, order.Input, terminal);
        return prepared is null ? (null, null, problem) : (prepared, await VersionAsync(language, cancelled), null);
    }

    /// <summary>Of an order that was prepared. Its slot is free, or about to be.</summary>
    public Task<ISandboxedRun> StartAsync(SandboxOrder order, CancellationToken cancelled) =>
        Toolchain.StartAsync(sandbox!, order, cancelled);

    public void Dispose()
    {
        sandbox?.Dispose();
        asking.Dispose();
    }

    private async Task<string> VersionAsync(Language language, CancellationToken cancelled)
    {
        if (versions.TryGetValue(language.Id, out var known))
            return known;
        await asking.WaitAsync(cancelled);
        try
        {
            var toolchain = await Toolchain.LookAsync(language, sandbox, cancelled);
            return versions[language.Id] = toolchain.Version ?? "";
        }
        finally
        {
            asking.Release();
        }
    }
}

/// <summary>What has to hold programs, as the operator wants it.</summary>
public enum Isolation
{
    /// <summary>Namespaces, and control groups where this process may make them.</summary>
    Auto,

    /// <summary>Both, or nothing runs.</summary>
    Groups,

    /// <summary>Namespaces alone.</summary>
    Namespaces,
}
