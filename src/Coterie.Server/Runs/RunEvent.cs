namespace Coterie.Server.Runs;

/// <summary>What happens in a run, in order: what the compiler says, that it is done, what the program says, and the outcome, which is the last.</summary>
public abstract record RunEvent
{
    private RunEvent() { }

    public sealed record CompilerSaid(ReadOnlyMemory<byte> Bytes) : RunEvent;

    /// <param name="ExitCode">0 where the program begins; anything else ends the run.</param>
    public sealed record Compiled(int ExitCode) : RunEvent;

    /// <summary>Both of its outputs as they came, or what its terminal would show.</summary>
    public sealed record Said(ReadOnlyMemory<byte> Bytes) : RunEvent;

    public sealed record Ended(RunOutcome Outcome) : RunEvent;
}

/// <summary>How a run ended, and what it took.</summary>
/// <param name="ExitCode">The program's, or 128 and the number of the signal that ended it, as shells count; the compiler's if that refused.</param>
/// <param name="Wall">By the clock, from the first file to the end.</param>
/// <param name="Cpu">On processors, all processes together.</param>
/// <param name="PeakMemoryBytes">The most memory at once, all processes and files together.</param>
/// <param name="Approximate">Whether Cpu and PeakMemoryBytes were looked at from time to time and not counted by the kernel.</param>
/// <param name="OutputCut">Whether more was said than <see cref="RunLimits.OutputBytes"/>, or CompileOutputBytes, lets through.</param>
/// <param name="Complaint">What the sandbox itself said where it could not be made; else empty.</param>
public sealed record RunOutcome(
    RunEnd End,
    int ExitCode,
    TimeSpan Wall,
    TimeSpan Cpu,
    long PeakMemoryBytes,
    bool Approximate,
    bool OutputCut,
    string Complaint = ""
)
{
    internal static RunOutcome NotStarted(string complaint) =>
        new(RunEnd.NotStarted, 0, default, default, 0, false, false, complaint);
}

/// <summary>Why a run ended.</summary>
public enum RunEnd
{
    /// <summary>By itself.</summary>
    Exited,

    /// <summary>The compiler refused, or was ended.</summary>
    NotCompiled,

    /// <summary>The files could not be unpacked: together larger than <see cref="RunLimits.DiskBytes"/>.</summary>
    NoRoom,

    /// <summary>Somebody stopped it.</summary>
    Stopped,

    /// <summary>Longer than <see cref="RunLimits.Wall"/> by the clock.</summary>
    OutOfTime,

    /// <summary>Longer than <see cref="RunLimits.Cpu"/> on processors.</summary>
    OutOfCpu,

    /// <summary>More than <see cref="RunLimits.MemoryBytes"/>.</summary>
    OutOfMemory,

    /// <summary>More files than a run may have where the kernel does not count the memory they take.</summary>
    TooManyFiles,

    /// <summary>The sandbox itself could not be made; nothing ran.</summary>
    NotStarted,
}
