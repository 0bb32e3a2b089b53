using Coterie.Protocol.Runs;

namespace Coterie.Server.Runs;

/// <summary>One run: the files, what is done with them, and how far it may go.</summary>
public sealed record SandboxOrder
{
    /// <summary>Paths below the run's folder, with '/' between names, and their bytes; see <see cref="RunFiles"/>.</summary>
    public required IReadOnlyList<RunFile> Files { get; init; }

    /// <summary>The compiler and its arguments; null where nothing is compiled.</summary>
    public IReadOnlyList<string>? Compile { get; init; }

    /// <summary>The program and its arguments.</summary>
    public required IReadOnlyList<string> Run { get; init; }

    /// <summary>Variables that the language wants, by name.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>A terminal of this size; null for pipes, whose input ends after <see cref="Input"/>.</summary>
    public TerminalSize? Terminal { get; init; }

    /// <summary>What the program reads before anything else is typed.</summary>
    public ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>The id of the language, where it has a toolchain of its own; null for any.</summary>
    public string? Language { get; init; }

    public RunLimits Limits { get; init; } = new();
}

/// <summary>Letters across and lines down, 1 to 1,000 each.</summary>
public readonly record struct TerminalSize(int Columns, int Rows);
