using System.Buffers.Binary;
using System.Text.Unicode;

namespace Coterie.Protocol.Wire;

/// <summary>
/// Reads a layout field by field. Total: the first field that fails sets <see cref="Error"/>, and from then on every read gives
/// zeros or nothing, so that a parser can be written straight down its layout and ask once, with <see cref="End"/>.
/// Never allocates, never reads past its bytes.
/// </summary>
public ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>The greatest u64 that every language holds exactly.</summary>
    public const ulong MaxInteger = (1UL << 53) - 1;

    private readonly ReadOnlySpan<byte> bytes = bytes;

    /// <summary>How many bytes were read.</summary>
    public int Position { get; private set; }

    public WireError Error { get; private set; }

    public readonly bool Ok => Error == WireError.None;

    public readonly int Remaining => bytes.Length - Position;

    /// <summary>Notes an error; the first one stays.</summary>
    public void Fail(WireError error)
    {
        if (Ok)
            Error = error;
    }

    /// <summary>Fails with <paramref name="error"/> unless the condition holds.</summary>
    public void Demand(bool condition, WireError error)
    {
        if (!condition)
            Fail(error);
    }

    /// <summary>Everything was read, nothing is left, and no field failed.</summary>
    public bool End(out WireError error)
    {
        Demand(Remaining == 0, WireError.Trailing);
        error = Error;
        return Ok;
    }

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (!Ok || Remaining < count)
        {
            Fail(WireError.Truncated);
            return default;
        }
        var slice = bytes.Slice(Position, count);
        Position += count;
        return slice;
    }

    /// <summary>All that is left.</summary>
    public ReadOnlySpan<byte> Rest() => Bytes(Ok ? Remaining : 0);

    public byte U8() => Bytes(1) is [var value] ? value : (byte)0;

    public ushort U16() => Bytes(2) is { Length: 2 } slice ? BinaryPrimitives.ReadUInt16BigEndian(slice) : (ushort)0;

    public uint U32() => Bytes(4) is { Length: 4 } slice ? BinaryPrimitives.ReadUInt32BigEndian(slice) : 0;

    public ulong U64()
    {
        var value = Bytes(8) is { Length: 8 } slice ? BinaryPrimitives.ReadUInt64BigEndian(slice) : 0;
        Demand(value <= MaxInteger, WireError.Value);
        return Ok ? value : 0;
    }

    public Bits128 U128() => Bytes(16) is { Length: 16 } slice ? Bits128.Read(slice) : default;

    public Digest Digest() => Bytes(32) is { Length: 32 } slice ? Wire.Digest.Read(slice) : default;

    /// <summary>A byte from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public byte U8(byte least, byte most)
    {
        var value = U8();
        Demand(value >= least && value <= most, WireError.Value);
        return value;
    }

    /// <summary>A suite byte: 1.</summary>
    public void Suite() => Demand(U8() == 1, WireError.Suite);

    /// <summary>A truth value: 0 or 1.</summary>
    public bool Bool() => U8(0, 1) == 1;

    /// <summary>u16 length ‖ bytes, the length within the bounds.</summary>
    public ReadOnlySpan<byte> B16(int least = 0, int most = ushort.MaxValue) => Counted(U16(), (uint)least, (uint)most);

    /// <summary>u32 length ‖ bytes, the length within the bounds.</summary>
    public ReadOnlySpan<byte> B32(uint least = 0, uint most = uint.MaxValue) => Counted(U32(), least, most);

    /// <summary>u16 length ‖ UTF-8, its length in bytes within the bounds.</summary>
    public ReadOnlySpan<byte> Text16(int least, int most)
    {
        var text = B16(least, most);
        Demand(Utf8.IsValid(text), WireError.Text);
        return Ok ? text : default;
    }

    private ReadOnlySpan<byte> Counted(uint length, uint least, uint most)
    {
        Demand(length >= least && length <= most, WireError.Length);
        return Bytes(Ok ? (int)Math.Min(length, int.MaxValue) : 0);
    }
}
