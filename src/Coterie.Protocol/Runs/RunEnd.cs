namespace Coterie.Protocol.Runs;

/// <summary>Why a run ended (section 16).</summary>
public enum RunEnd : byte
{
    /// <summary>By itself.</summary>
    Exited = 1,

    /// <summary>The compiler refused, or was ended.</summary>
    NotCompiled = 2,

    /// <summary>The files could not be unpacked: together larger than a run's folder.</summary>
    NoRoom = 3,

    /// <summary>Somebody stopped it.</summary>
    Stopped = 4,

    /// <summary>Longer than its time by the clock.</summary>
    OutOfTime = 5,

    /// <summary>Longer than its time on processors.</summary>
    OutOfCpu = 6,

    /// <summary>More than its memory.</summary>
    OutOfMemory = 7,

    /// <summary>More files than a run may have where the kernel does not count the memory they take.</summary>
    TooManyFiles = 8,

    /// <summary>Nothing ran; the complaint says why.</summary>
    NotStarted = 9,

    /// <summary>What held it failed in the midst of it; the complaint says how.</summary>
    Failed = 10,
}
