using Coterie.Protocol.Runs;

namespace Coterie.Server.Runs;

/// <summary>What happens in a run, in order: what the compiler says, that it is done, what the program says, and the outcome, which is the last.</summary>
public abstract record SandboxEvent
{
    private SandboxEvent() { }

    public sealed record CompilerSaid(ReadOnlyMemory<byte> Bytes) : SandboxEvent;

    /// <param name="ExitCode">0 where the program begins; anything else ends the run.</param>
    public sealed record Compiled(int ExitCode) : SandboxEvent;

    /// <summary>Both of its outputs as they came, or what its terminal would show.</summary>
    public sealed record Said(ReadOnlyMemory<byte> Bytes) : SandboxEvent;

    public sealed record Ended(RunOutcome Outcome) : SandboxEvent;
}

/// <summary>How a run ended, and what it took.</summary>
/// <param name="ExitCode">The program's, or 128 and the number of the signal that ended it, as shells count; the compiler's if that refused.</param>
/// <param name="Wall">By the clock, from the first file to the end.</param>
/// <param name="Cpu">On processors, all processes together.</param>
/// <param name="PeakMemoryBytes">The most memory at once, all processes and files together.</param>
/// <param name="Approximate">Whether Cpu and PeakMemoryBytes were looked at from time to time and not counted by the kernel.</param>
/// <param name="OutputCut">Whether more was said than <see cref="RunLimits.OutputBytes"/>, or CompileOutputBytes, lets through.</param>
/// <param name="Complaint">What the sandbox itself said where it could not be made, or failed; else empty.</param>
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
