using System.Buffers.Binary;

namespace Coterie.Protocol.Wire;

/// <summary>Writes a layout into a span of exactly its size. A wrong size is a mistake of the caller and throws.</summary>
public ref struct ByteWriter(Span<byte> target)
{
    private readonly Span<byte> target = target;

    public int Position { get; private set; }

    /// <summary>What was written so far.</summary>
    public readonly ReadOnlySpan<byte> Written => target[..Position];

    /// <summary>The next bytes, to be filled by the caller.</summary>
    public Span<byte> Take(int count)
    {
        var slice = target.Slice(Position, count);
        Position += count;
        return slice;
    }

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    public void U8(byte value) => Take(1)[0] = value;

    public void U16(int value) => BinaryPrimitives.WriteUInt16BigEndian(Take(2), checked((ushort)value));

    public void U32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(4), value);

    public void U64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Take(8), value);

    public void U128(Bits128 value) => value.CopyTo(Take(16));

    public void Digest(in Digest value) => value.CopyTo(Take(32));

    public void Bool(bool value) => U8(value ? (byte)1 : (byte)0);

    /// <summary>u16 length ‖ bytes.</summary>
    public void B16(ReadOnlySpan<byte> value)
    {
        U16(value.Length);
        Bytes(value);
    }

    /// <summary>u32 length ‖ bytes.</summary>
    public void B32(ReadOnlySpan<byte> value)
    {
        U32((uint)value.Length);
        Bytes(value);
    }
}
