namespace Coterie.Server.Runs;

/// <summary>What one run may take; whoever reaches one of them ends, or is refused what is over it, and the outcome says which.</summary>
public sealed record RunLimits
{
    /// <summary>Bytes of memory of all its processes, its files included: they lie in memory.</summary>
    public long MemoryBytes { get; init; } = 128 << 20;

    /// <summary>The same while it compiles: a compiler takes more than what it makes.</summary>
    public long CompileMemoryBytes { get; init; } = 512 << 20;

    /// <summary>Time on processors, of all its processes together, compiling included.</summary>
    public TimeSpan Cpu { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time by the clock where nobody can type.</summary>
    public TimeSpan Wall { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time by the clock in a terminal, where people take their time.</summary>
    public TimeSpan WallInTerminal { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Processors it may keep busy at once, in hundredths.</summary>
    public int CpuPercent { get; init; } = 100;

    /// <summary>Processes and threads.</summary>
    public int Processes { get; init; } = 64;

    /// <summary>Open files of one process.</summary>
    public int OpenFiles { get; init; } = 256;

    /// <summary>Bytes of one file.</summary>
    public long FileBytes { get; init; } = 64 << 20;

    /// <summary>Bytes in the folder of the run; /tmp has as many of its own.</summary>
    public long DiskBytes { get; init; } = 64 << 20;

    /// <summary>Bytes of output that are passed on; what is over it is thrown away, and said.</summary>
    public int OutputBytes { get; init; } = 1 << 20;

    /// <summary>Bytes of what a compiler says that are passed on.</summary>
    public int CompileOutputBytes { get; init; } = 256 << 10;
}
