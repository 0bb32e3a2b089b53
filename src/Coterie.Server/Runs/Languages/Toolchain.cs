using System.Text.RegularExpressions;
using Coterie.Server.Runs.Sandboxes;

namespace Coterie.Server.Runs.Languages;

/// <summary>What there is for a language, as programs in the sandbox find it: of this machine below /usr, and nowhere else.</summary>
/// <param name="Version">Null where there is none, and where it does not say.</param>
/// <param name="Problem">Why nothing runs with it, and the remedy; null where programs run.</param>
public sealed record Toolchain(Language Language, string? Version, string? Problem)
{
    public bool Installed { get; private init; } = true;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20); // compilers on the JVM take seconds to say their version
    private static readonly Regex VersionWords = new(@"\d+(\.\d+)+([.+~-]?\w+)*", Language.Safe);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(20);

    /// <summary>What installs it, on Debian.</summary>
    public static string InstallOf(Language language) => "apt-get install " + string.Join(' ', language.Packages);

    /// <summary>Whether the language's files are on this machine; "X is not installed; …" where they are not.</summary>
    public static string? Missing(Language language) =>
        language.Needs.All(Programs.Has)
            ? null
            : $"{language.Name} is not installed; install it: {InstallOf(language)}";

    /// <summary>Looks, and asks its version in the sandbox, where there is one. Waits for a free slot.</summary>
    public static async Task<Toolchain> LookAsync(
        Language language,
        ISandbox? sandbox,
        CancellationToken cancelled = default
    )
    {
        if ((sandbox is null ? Missing(language) : sandbox.Missing(language)) is { } missing)
            return new Toolchain(language, null, missing) { Installed = false };
        if (sandbox is null || language.Version is null)
            return new Toolchain(language, null, null);
        var usual = language.Limits.AsRunLimits();
        var order = new SandboxOrder
        {
            Files = [],
            Run = language.Version,
            Language = language.Id,
            Environment = language.Environment,
            Limits = usual with { MemoryBytes = Math.Max(usual.MemoryBytes, usual.CompileMemoryBytes), Wall = Longest },
        };
        var run = await StartAsync(sandbox, order, cancelled);
        var (outcome, said, _, _) = await FinishedRun.OfAsync(run, cancelled);
        if (VersionWords.Match(said) is { Success: true, Value: var version })
            return new Toolchain(language, language.VersionOf is { } tool ? $"{tool} {version}" : version, null);
        var words = said.Trim().ReplaceLineEndings(" ");
        return new Toolchain(
            language,
            null,
            $"{language.Name} is installed and does not say its version in the sandbox ({outcome.End}, exit code {outcome.ExitCode}): {words[..Math.Min(words.Length, 200)]}"
        );
    }

    internal static async Task<ISandboxedRun> StartAsync(
        ISandbox sandbox,
        SandboxOrder order,
        CancellationToken cancelled
    )
    {
        while (true)
        {
            if (sandbox.TryStart(order) is { } run)
                return run;
            await Task.Delay(AskAgain, cancelled);
        }
    }
}
