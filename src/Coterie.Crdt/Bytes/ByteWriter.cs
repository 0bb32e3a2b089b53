using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Coterie.Crdt.Bytes;

/// <summary>Appends the primitives of lib0 to a buffer that it keeps for the next use.</summary>
internal sealed class ByteWriter
{
    private const int LongestVarInt = 10;
    private const int FewLetters = 16;
    private byte[] _bytes = new byte[64];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public byte[] ToArray() => Written.ToArray();

    public void CopyTo(IBufferWriter<byte> output) => output.Write(Written);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Byte(byte value)
    {
        if (Length == _bytes.Length)
            Grow(1);
        _bytes[Length++] = value;
    }

    /// <summary>Seven bits at a time, the lowest first; the top bit says that more follow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void VarUint(int value)
    {
        if (value < 0x80)
            Byte((byte)value);
        else
            LongVarUint((ulong)value);
    }

    public void VarUint(ulong value) => LongVarUint(value);

    /// <summary>An integer that was spelled before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Packed(PackedUint value)
    {
        Room(sizeof(ulong));
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(Length), value.Bytes);
        Length += value.Count;
    }

    /// <summary>Two of them: a client and a clock.</summary>
    public void VarUints(ulong one, int other)
    {
        Room(2 * LongestVarInt);
        var bytes = _bytes;
        Length = Put(bytes, Put(bytes, Length, one), (uint)other);
    }

    private void LongVarUint(ulong value)
    {
        Room(LongestVarInt);
        Length = Put(_bytes, Length, value);
    }

    /// <summary>Answers where the next byte goes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Put(byte[] bytes, int at, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            bytes[at++] = (byte)(value | 0x80);
        bytes[at] = (byte)value;
        return at + 1;
    }

    /// <summary>
    /// Six bits in the first byte, whose bit 0x40 is the sign, then seven at a time. The sign is apart from the number, so that
    /// there is a negative zero.
    /// </summary>
    public void VarInt(ulong magnitude, bool negative)
    {
        Room(LongestVarInt);
        var more = magnitude > 0x3f ? 0x80 : 0;
        _bytes[Length++] = (byte)((int)(magnitude & 0x3f) | more | (negative ? 0x40 : 0));
        if (more != 0)
            LongVarUint(magnitude >> 6);
    }

    public void VarInt(long value) => VarInt((ulong)Math.Abs(value), value < 0);

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Room(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>The number of bytes, then the bytes.</summary>
    public void VarBytes(ReadOnlySpan<byte> bytes)
    {
        VarUint(bytes.Length);
        Bytes(bytes);
    }

    /// <summary>The number of bytes of UTF-8, then these. A lone surrogate becomes U+FFFD, as in every browser.</summary>
    public void VarString(ReadOnlySpan<char> text)
    {
        if (text.Length <= FewLetters && TryFewLetters(text))
            return;
        // A unit takes three bytes at most: where the length of the length is sure, one pass does.
        if (text.Length * 3 < 0x80)
        {
            Room(1 + text.Length * 3);
            var written = Encoding.UTF8.GetBytes(text, _bytes.AsSpan(Length + 1));
            _bytes[Length] = (byte)written;
            Length += 1 + written;
            return;
        }
        var count = Encoding.UTF8.GetByteCount(text);
        VarUint(count);
        Room(count);
        Length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(Length));
    }

    /// <summary>Most of what is written by hand: a few letters of ASCII, quicker one by one than by the encoder.</summary>
    private bool TryFewLetters(ReadOnlySpan<char> text)
    {
        Room(1 + FewLetters);
        var bytes = _bytes.AsSpan(Length, 1 + text.Length);
        bytes[0] = (byte)text.Length;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] >= 0x80)
                return false;
            bytes[at + 1] = (byte)text[at];
        }
        Length += bytes.Length;
        return true;
    }

    public void Float32(float value)
    {
        Room(sizeof(float));
        BinaryPrimitives.WriteSingleBigEndian(_bytes.AsSpan(Length), value);
        Length += sizeof(float);
    }

    public void Float64(double value)
    {
        Room(sizeof(double));
        BinaryPrimitives.WriteDoubleBigEndian(_bytes.AsSpan(Length), value);
        Length += sizeof(double);
    }

    public void Int64(long value)
    {
        Room(sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(_bytes.AsSpan(Length), value);
        Length += sizeof(long);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Room(int more)
    {
        if (_bytes.Length - Length < more)
            Grow(more);
    }

    private void Grow(int more) => Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, checked(Length + more)));
}
