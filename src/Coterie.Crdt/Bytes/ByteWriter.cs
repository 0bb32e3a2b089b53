using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Coterie.Crdt.Bytes;

/// <summary>Appends the primitives of lib0 to a buffer that it keeps for the next use, or until <see cref="Release"/> if it is a large one.</summary>
internal sealed class ByteWriter
{
    private const int LongestVarInt = 10;
    private const int LeastSize = 64;

    /// <summary>What is larger is of the pool.</summary>
    private const int MostOwn = 1 << 14;
    private byte[] _bytes = [];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Clears it, and gives a large buffer back. What <see cref="Written"/> answered before is good no longer.</summary>
    public void Release()
    {
        Length = 0;
        if (_bytes.Length <= MostOwn)
            return;
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    public byte[] ToArray() => Copy(Written);

    /// <summary>An array that was not cleared before: much of what is written in one piece is large.</summary>
    public static byte[] Copy(ReadOnlySpan<byte> bytes)
    {
        var copy = GC.AllocateUninitializedArray<byte>(bytes.Length);
        bytes.CopyTo(copy);
        return copy;
    }

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

    /// <summary>Two of them: a clock and a length.</summary>
    public void VarUints(int one, int other)
    {
        var space = Space(2 * MostOfUint);
        Length += PutUint(space, PutUint(space, 0, (uint)one), (uint)other);
    }

    /// <summary>Room for that many bytes; <see cref="Took"/> says how many were put there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Space(int most)
    {
        Room(most);
        return _bytes.AsSpan(Length);
    }

    public void Took(int count) => Length += count;

    /// <summary>What <see cref="PutUint"/> wants room for, though it may put less.</summary>
    public const int MostOfUint = 5;

    /// <summary>What <see cref="PutPacked"/> wants room for, though it may put less.</summary>
    public const int MostOfPacked = sizeof(ulong);

    /// <summary>Answers where the next byte goes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PutPacked(Span<byte> bytes, int at, PackedUint value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[at..], value.Bytes);
        return at + value.Count;
    }

    /// <summary>Answers where the next byte goes. Up to 28 bits all at once: the number of bytes is nothing that could be foreseen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PutUint(Span<byte> bytes, int at, uint value)
    {
        if (value >= 1 << 28)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[at..], Spread(value) | 0x8080_8080);
            bytes[at + 4] = (byte)(value >> 28);
            return at + 5;
        }
        // One byte for each seven bits that are begun.
        var count = (BitOperations.Log2(value | 1) * 9 + 73) >> 6;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[at..], Spread(value) | 0x0080_8080u >> (32 - 8 * count));
        return at + count;
    }

    /// <summary>Seven bits to a byte.</summary>
    private static uint Spread(uint value) =>
        value & 0x7f | (value & 0x3f80) << 1 | (value & 0x1f_c000) << 2 | (value & 0xfe0_0000) << 3;

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
        if (TryAscii(text))
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

    /// <summary>As <see cref="VarString(ReadOnlySpan{char})"/>, of the first units; what lies behind them is of no meaning.</summary>
    public void VarString(ReadOnlySpan<char> from, int length)
    {
        if (length <= AsciiText.Few && from.Length >= AsciiText.Few)
        {
            var space = Space(1 + AsciiText.Few);
            space[0] = (byte)length;
            if (AsciiText.TryNarrowFew(from, length, space[1..]))
            {
                Length += 1 + length;
                return;
            }
        }
        VarString(from[..length]);
    }

    /// <summary>Most of what is written, and quicker so than by the encoder: of ASCII the length is known beforehand.</summary>
    private bool TryAscii(ReadOnlySpan<char> text)
    {
        var space = Space(MostOfUint + text.Length);
        var at = PutUint(space, 0, (uint)text.Length);
        if (!AsciiText.TryNarrow(text, space.Slice(at, text.Length)))
            return false;
        Length += at + text.Length;
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

    private void Grow(int more)
    {
        var size = Math.Max(Math.Max(_bytes.Length * 2, LeastSize), checked(Length + more));
        var grown = size > MostOwn ? ArrayPool<byte>.Shared.Rent(size) : new byte[size];
        Written.CopyTo(grown);
        var length = Length;
        Release();
        (_bytes, Length) = (grown, length);
    }
}
