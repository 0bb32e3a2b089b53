using System.Text;
using System.Text.RegularExpressions;
using Coterie.Protocol.Runs;

namespace Coterie.Server.Runs.Languages;

/// <summary>
/// A language as languages.json says it. Commands are words, never a line for a shell; in a word {entry} is the entry file's path, {folder} its
/// folder, {stem} its name without folder and extension, {class} the same with the package it declares, {root} the folder that packages begin in. Others
/// stand for any number of words: {sources} for the language's files in the entry's folder and below it, {siblings} for those in the folder alone, of both
/// none that is a program of its own, and the entry last since some compilers want what it uses before it; {arguments} for what the person gave the program.
/// /tmp and /box are the sandbox's: run packages, which the web client makes of the same file, have a fresh folder and that of the files in their place.
/// </summary>
public sealed record Language
{
    public const string Sources = "{sources}";
    public const string Siblings = "{siblings}";
    public const string Arguments = "{arguments}";

    internal const RegexOptions Safe =
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant;

    private const int MaxCommandBytes = 100_000; // the kernel takes 128 kB as one word, and a shell's line is one
    private const int QuoteBytes = 12; // that a quotation mark costs on the way through two shells

    internal static readonly Regex Placeholder = new(@"\{(?<name>\w+)\}", Safe);
    private static readonly Regex PackageLine = new(
        @"^[ \t]*package[ \t]+(?<name>[\w.]+)",
        Safe | RegexOptions.Multiline
    );
    private const int HeadBytes = 1 << 16; // a package is declared before them

    public required string Id { get; init; }
    public required string Name { get; init; }

    /// <summary>Such as ".py", lower case. None where another language has them, and this one is only chosen by its id.</summary>
    public required IReadOnlyList<string> Extensions { get; init; }

    /// <summary>A new file's name.</summary>
    public required string File { get; init; }

    /// <summary>What the stem of an entry file has to match, and the sentence that says so.</summary>
    public EntryName? Entry { get; init; }

    /// <summary>A regular expression, by lines, that is found in the text of a program of its own and in no other; null where nothing tells them apart.</summary>
    public string? Main { get; init; }

    public IReadOnlyList<string>? Compile { get; init; }
    public required IReadOnlyList<string> Run { get; init; }
    public IReadOnlyDictionary<string, string> Environment { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Programs by name, or files below /usr by path; without one of them the language is not installed.</summary>
    public required IReadOnlyList<string> Needs { get; init; }

    /// <summary>A command that says its version among other words; null where there is none.</summary>
    public IReadOnlyList<string>? Version { get; init; }

    /// <summary>Whose version that is, where it is not the language's own.</summary>
    public string? VersionOf { get; init; }

    /// <summary>Of Debian 12.</summary>
    public required IReadOnlyList<string> Packages { get; init; }

    /// <summary>What differs on other machines than a Debian, for run packages.</summary>
    public Elsewhere? Elsewhere { get; init; }

    public LanguageLimits Limits { get; init; } = new();

    /// <summary>Lines of a program that reads a name and greets it.</summary>
    public required IReadOnlyList<string> Hello { get; init; }

    /// <summary>What the hello reads.</summary>
    public string Reads { get; init; } = "Ada\n";

    /// <summary>What the hello prints, apart from space around it.</summary>
    public string Says { get; init; } = "Hello, Ada!";

    /// <summary>Whether files of this name are its own.</summary>
    public bool Owns(string path) =>
        Extensions.Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase));

    /// <summary>The run of such a program, or a sentence for whoever wants it.</summary>
    /// <param name="entry">The path of one of the files.</param>
    /// <param name="arguments">For the program, as they are: no shell looks at them.</param>
    public (SandboxOrder? Order, string? Problem) Order(
        IReadOnlyList<RunFile> files,
        string entry,
        IReadOnlyList<string> arguments,
        ReadOnlyMemory<byte> input = default,
        TerminalSize? terminal = null
    )
    {
        var limits = Limits.AsRunLimits();
        if (RunFiles.Problem(files, limits.DiskBytes) is { } problem)
            return (null, problem);
        if (files.FirstOrDefault(file => file.Path == entry) is not { } main)
            return (null, $"The file to begin with, “{entry}”, is not among those of the run.");
        if (Extensions.Count > 0 && !Owns(entry))
            return (null, $"“{entry}” is no {Name} file: those end in {string.Join(" or ", Extensions)}.");
        if (Entry is { } name && !name.Matches(StemOf(entry)))
            return (null, $"“{entry}” cannot begin a {Name} program. {name.Rule}");
        if (arguments.Count > 0 && !Run.Contains(Arguments, StringComparer.Ordinal))
            return (null, $"Programs in {Name} take no arguments.");
        if (arguments.Any(argument => argument.Contains('\0', StringComparison.Ordinal)))
            return (null, "An argument has a zero byte in it, which no program can be given.");

        IEnumerable<string> Filled(IReadOnlyList<string> command) =>
            command.SelectMany(word =>
                word switch
                {
                    Sources => SourcesOf(files, main, below: true),
                    Siblings => SourcesOf(files, main, below: false),
                    Arguments => arguments,
                    _ => [Fill(word, main)],
                }
            );
        var order = new SandboxOrder
        {
            Files = files,
            Compile = Compile is null ? null : [.. Filled(Compile)],
            Run = [.. Filled(Run)],
            Environment = Environment,
            Input = input,
            Terminal = terminal,
            Language = Id,
            Limits = limits,
        };
        return (order.Compile ?? []).Concat(order.Run).Sum(Cost) > MaxCommandBytes
            ? (null, "The arguments, or the paths of the files to compile, are too long for one command.")
            : (order, null);
    }

    private IEnumerable<string> SourcesOf(IReadOnlyList<RunFile> files, RunFile entry, bool below)
    {
        var folder = entry.Path[..(entry.Path.LastIndexOf('/') + 1)];
        return files
            .Where(file =>
                file.Path != entry.Path
                && Owns(file.Path)
                && file.Path.StartsWith(folder, StringComparison.Ordinal)
                && (below || !file.Path.AsSpan(folder.Length).Contains('/'))
                && !IsProgram(file)
            )
            .Select(file => file.Path)
            .Order(StringComparer.Ordinal)
            .Append(entry.Path)
            .Select(Plain);
    }

    private bool IsProgram(RunFile file) =>
        Main is not null
        && Regex.IsMatch(Encoding.UTF8.GetString(file.Bytes.Span), Main, Safe | RegexOptions.Multiline);

    private string Fill(string word, RunFile entry) =>
        Placeholder.Replace(
            word,
            match =>
                match.Groups["name"].Value switch
                {
                    "entry" => Plain(entry.Path),
                    "folder" => FolderOf(entry.Path),
                    "stem" => StemOf(entry.Path),
                    "class" => PackageOf(entry) is { } package ? $"{package}.{StemOf(entry.Path)}" : StemOf(entry.Path),
                    "root" => RootOf(entry),
                    _ => match.Value,
                }
        );

    /// <summary>A path that no program takes for an option, or for a list of options.</summary>
    private static string Plain(string path) => path[0] is '-' or '@' or '+' or '=' ? "./" + path : path;

    private static string FolderOf(string path) =>
        path.LastIndexOf('/') is var slash and >= 0 ? Plain(path[..slash]) : ".";

    private string StemOf(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        var extension = Extensions
            .Where(one => name.EndsWith(one, StringComparison.OrdinalIgnoreCase))
            .MaxBy(one => one.Length);
        return extension is null ? Path.GetFileNameWithoutExtension(name) : name[..^extension.Length];
    }

    /// <summary>Where the entry's package is a folder; the entry's own folder where it lies elsewhere.</summary>
    private static string RootOf(RunFile entry)
    {
        var folder = FolderOf(entry.Path);
        var package = PackageOf(entry)?.Replace('.', '/');
        if (folder == package)
            return ".";
        return package is not null && folder.EndsWith($"/{package}", StringComparison.Ordinal)
            ? folder[..^(package.Length + 1)]
            : folder;
    }

    private static string? PackageOf(RunFile entry)
    {
        var head = entry.Bytes.Span[..Math.Min(entry.Bytes.Length, HeadBytes)];
        var package = PackageLine.Match(Encoding.UTF8.GetString(head));
        return package.Success ? package.Groups["name"].Value : null;
    }

    private static int Cost(string word) =>
        Encoding.UTF8.GetByteCount(word) + 1 + QuoteBytes * word.Count(letter => letter == '\'');
}

/// <summary>What a language wants of an entry file's name.</summary>
/// <param name="Pattern">A regular expression for the whole stem.</param>
/// <param name="Rule">It as a sentence.</param>
public sealed record EntryName(string Pattern, string Rule)
{
    public bool Matches(string stem) => Regex.IsMatch(stem, $"^(?:{Pattern})$", Language.Safe);
}

/// <summary>Where a language takes more than <see cref="RunLimits"/> allows; in megabytes, and numbers of processes and threads.</summary>
public sealed record LanguageLimits(int? MemoryMB = null, int? CompileMemoryMB = null, int? Processes = null)
{
    public RunLimits AsRunLimits()
    {
        var usual = new RunLimits();
        return usual with
        {
            MemoryBytes = Bytes(MemoryMB) ?? usual.MemoryBytes,
            CompileMemoryBytes = Bytes(CompileMemoryMB) ?? usual.CompileMemoryBytes,
            Processes = Processes ?? usual.Processes,
        };
    }

    private static long? Bytes(int? megabytes) => megabytes is { } count ? (long)count << 20 : null;
}
