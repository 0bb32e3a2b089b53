using System.Buffers.Binary;
using System.Text;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Runs;

/// <summary>What happens in a run, in order, as everyone in the room is told (section 16).</summary>
public abstract record RunEvent
{
    private const byte QueuedKind = 1;
    private const byte BegunKind = 2;
    private const byte CompilerSaidKind = 3;
    private const byte CompiledKind = 4;
    private const byte SaidKind = 5;
    private const byte EndedKind = 6;
    private const byte SizedKind = 7;

    private RunEvent() { }

    /// <param name="Ahead">Runs that are begun before it.</param>
    public sealed record Queued(ushort Ahead) : RunEvent;

    /// <summary>It has a slot; the compiler, if there is one, begins.</summary>
    public sealed record Begun(RunTerms Terms) : RunEvent;

    public sealed record CompilerSaid(ReadOnlyMemory<byte> Bytes) : RunEvent;

    public sealed record Compiled(ushort ExitCode) : RunEvent;

    public sealed record Said(ReadOnlyMemory<byte> Bytes) : RunEvent;

    public sealed record Ended(RunEnded What) : RunEvent;

    /// <summary>Its terminal has this size now: letters across and lines down, 1–1,000 each.</summary>
    public sealed record Sized(ushort Columns, ushort Rows) : RunEvent;

    public static bool TryParse(ReadOnlySpan<byte> bytes, out RunEvent happened, out WireError error)
    {
        var reader = new ByteReader(bytes);
        happened = reader.U8(QueuedKind, SizedKind) switch
        {
            BegunKind => new Begun(RunTerms.Read(ref reader)),
            CompilerSaidKind => new CompilerSaid(Words(ref reader)),
            CompiledKind => new Compiled(reader.U16()),
            SaidKind => new Said(Words(ref reader)),
            EndedKind => new Ended(RunEnded.Read(ref reader)),
            SizedKind => Size(ref reader),
            _ => new Queued(reader.U16()),
        };
        return reader.End(out error);
    }

    public byte[] Encode()
    {
        switch (this)
        {
            case Queued { Ahead: var ahead }:
                return [QueuedKind, (byte)(ahead >> 8), (byte)ahead];
            case Compiled { ExitCode: var code }:
                return [CompiledKind, (byte)(code >> 8), (byte)code];
            case CompilerSaid { Bytes: var words }:
                return [CompilerSaidKind, .. words.Span];
            case Said { Bytes: var words }:
                return [SaidKind, .. words.Span];
            case Begun { Terms: var terms }:
                var begun = new byte[1 + terms.Size];
                var writer = new ByteWriter(begun);
                writer.U8(BegunKind);
                terms.Write(ref writer);
                return begun;
            case Ended { What: var ended }:
                var last = new byte[1 + ended.Size];
                writer = new ByteWriter(last);
                writer.U8(EndedKind);
                ended.Write(ref writer);
                return last;
            case Sized { Columns: var columns, Rows: var rows }:
                var size = new byte[5];
                size[0] = SizedKind;
                BinaryPrimitives.WriteUInt16BigEndian(size.AsSpan(1), columns);
                BinaryPrimitives.WriteUInt16BigEndian(size.AsSpan(3), rows);
                return size;
            default:
                throw new InvalidOperationException("There is no such event.");
        }
    }

    private static Sized Size(ref ByteReader reader)
    {
        var (columns, rows) = RunCommand.ReadSize(ref reader);
        return new Sized(columns, rows);
    }

    private static byte[] Words(ref ByteReader reader)
    {
        var words = reader.Rest();
        reader.Demand(words.Length is >= 1 and <= Limits.MaxRunSaidBytes, WireError.Length);
        return words.ToArray();
    }
}

/// <summary>What a run runs with.</summary>
/// <param name="Version">Of the language's toolchain; empty where it does not say.</param>
/// <param name="MemoryBytes">Of the program; a compiler may have more.</param>
/// <param name="CpuMs">Time on processors, milliseconds.</param>
/// <param name="WallMs">Time by the clock, milliseconds.</param>
/// <param name="OutputBytes">Of output that are passed on.</param>
/// <param name="Protections">What holds it, in words.</param>
public sealed record RunTerms(
    string Version,
    ulong MemoryBytes,
    uint CpuMs,
    uint WallMs,
    ushort Processes,
    uint OutputBytes,
    string Protections
)
{
    private const int FixedBytes = 2 + 8 + 4 + 4 + 2 + 4 + 2;

    internal int Size => FixedBytes + Encoding.UTF8.GetByteCount(Version) + Encoding.UTF8.GetByteCount(Protections);

    internal static RunTerms Read(ref ByteReader reader) =>
        new(
            Encoding.UTF8.GetString(reader.Text16(0, Limits.MaxNameBytes)),
            reader.U64(),
            reader.U32(),
            reader.U32(),
            reader.U16(),
            reader.U32(),
            Encoding.UTF8.GetString(reader.Text16(0, Limits.MaxErrorTextBytes))
        );

    internal void Write(ref ByteWriter writer)
    {
        writer.B16(Encoding.UTF8.GetBytes(Version));
        writer.U64(MemoryBytes);
        writer.U32(CpuMs);
        writer.U32(WallMs);
        writer.U16(Processes);
        writer.U32(OutputBytes);
        writer.B16(Encoding.UTF8.GetBytes(Protections));
    }
}
