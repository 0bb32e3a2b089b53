using System.Text;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Runs;

/// <summary>What is noted of an outcome.</summary>
[Flags]
public enum RunFlags : byte
{
    None = 0,

    /// <summary>Processor time and memory were looked at from time to time, and not counted by the kernel.</summary>
    Approximate = 1,

    /// <summary>More was said than is passed on.</summary>
    OutputCut = 2,

    /// <summary>Something was typed: the same again need not say the same.</summary>
    Typed = 4,
}

/// <summary>How a run ended, and what it took: the last event, and the end of a receipt.</summary>
/// <param name="ExitCode">The program's, or 128 and the number of the signal that ended it; the compiler's if that refused.</param>
/// <param name="WallMs">By the clock, milliseconds, compiling included.</param>
/// <param name="CpuMs">On processors, milliseconds, all processes together.</param>
/// <param name="PeakBytes">The most memory at once.</param>
/// <param name="SaidBytes">Bytes of the program's output that were passed on.</param>
/// <param name="SaidHash">H("run-output", these bytes).</param>
/// <param name="Complaint">Why nothing ran, or what failed, as a sentence; else empty.</param>
public sealed record RunEnded(
    RunEnd End,
    ushort ExitCode,
    uint WallMs,
    uint CpuMs,
    ulong PeakBytes,
    RunFlags Flags,
    uint SaidBytes,
    Digest SaidHash,
    string Complaint
)
{
    private const byte AllFlags = (byte)(RunFlags.Approximate | RunFlags.OutputCut | RunFlags.Typed);
    private const int FixedBytes = 1 + 2 + 4 + 4 + 8 + 1 + 4 + Digest.Bytes + 2;

    /// <summary>Bytes of <see cref="Write"/>.</summary>
    internal int Size => FixedBytes + Encoding.UTF8.GetByteCount(Complaint);

    internal static RunEnded Read(ref ByteReader reader) =>
        new(
            (RunEnd)reader.U8((byte)RunEnd.Exited, (byte)RunEnd.Failed),
            reader.U16(),
            reader.U32(),
            reader.U32(),
            reader.U64(),
            (RunFlags)reader.U8(0, AllFlags),
            reader.U32(),
            reader.Digest(),
            Encoding.UTF8.GetString(reader.Text16(0, Limits.MaxErrorTextBytes))
        );

    internal void Write(ref ByteWriter writer)
    {
        writer.U8((byte)End);
        writer.U16(ExitCode);
        writer.U32(WallMs);
        writer.U32(CpuMs);
        writer.U64(PeakBytes);
        writer.U8((byte)Flags);
        writer.U32(SaidBytes);
        writer.Digest(SaidHash);
        writer.B16(Encoding.UTF8.GetBytes(Complaint));
    }
}
