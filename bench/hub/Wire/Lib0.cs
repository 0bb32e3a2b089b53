namespace Coterie.Bench.Hub.Wire;

/// <summary>The variable-length integers and byte strings that Yjs's encodings are made of (lib0): 7 bits a byte, low ones first.</summary>
internal ref struct Lib0Reader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    public readonly bool AtEnd => rest.IsEmpty;

    public byte Byte()
    {
        var value = rest[0];
        rest = rest[1..];
        return value;
    }

    public uint VarUint()
    {
        uint value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = Byte();
            value |= (uint)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
    }

    public ReadOnlySpan<byte> Bytes()
    {
        var length = (int)VarUint();
        var value = rest[..length];
        rest = rest[length..];
        return value;
    }
}

internal ref struct Lib0Writer(Span<byte> target)
{
    private readonly Span<byte> target = target;

    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Written => target[..Length];

    public void Byte(byte value) => target[Length++] = value;

    public void VarUint(uint value)
    {
        for (; value >= 0x80; value >>= 7)
            Byte((byte)(value | 0x80));
        Byte((byte)value);
    }

    public void Bytes(scoped ReadOnlySpan<byte> value)
    {
        VarUint((uint)value.Length);
        value.CopyTo(target[Length..]);
        Length += value.Length;
    }
}
