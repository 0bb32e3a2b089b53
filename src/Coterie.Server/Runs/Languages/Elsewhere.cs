namespace Coterie.Server.Runs.Languages;

/// <summary>What a run package needs to know of a language on a person's own machine.</summary>
/// <param name="Page">Where it is to be had.</param>
/// <param name="Programs">By a program's name on Debian: those that do as well on Linux and macOS, the best first.</param>
public sealed record Elsewhere(
    Uri? Page = null,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? Programs = null,
    OnMacOS? Macos = null,
    OnWindows? Windows = null
)
{
    /// <summary>Null where all is well. Scripts hold these words as they are: nobody but the operator's file says them.</summary>
    internal string? Fault(IReadOnlyList<string> needs)
    {
        if (Page is { } page && page is not { IsAbsoluteUri: true, Scheme: "https" })
            return $"'{page}' is no https address";
        foreach (var programs in new[] { Programs, Windows?.Programs })
        foreach (
            var (name, others) in programs ?? new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
        )
            if (others.Count == 0 || !needs.Contains(name, StringComparer.Ordinal))
                return $"'{name}' is not what it needs, or nothing does as well";
        return Windows?.Batch?.FirstOrDefault(name => !needs.Contains(name, StringComparer.Ordinal)) is { } batch
            ? $"'{batch}' is not what it needs"
            : null;
    }
}

/// <param name="Install">A command that installs it.</param>
/// <param name="Check">A command that fails where what is in /usr/bin only stands in for it.</param>
public sealed record OnMacOS(string? Install = null, IReadOnlyList<string>? Check = null);

/// <param name="Install">A command that installs it.</param>
/// <param name="Programs">By a program's name on Debian: what it is called there, with words for it, or a path; the best first.</param>
/// <param name="Batch">Those that are batch files there; of a language without this whole record any may be.</param>
public sealed record OnWindows(
    string? Install = null,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? Programs = null,
    IReadOnlyList<string>? Batch = null
);
