using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Coterie.Crdt.Bytes;

/// <summary>
/// Reads the primitives of lib0. Every length is held against what is left before anything is made for it; what does not fit
/// is an <see cref="InvalidUpdateException"/> with the offset in the whole input.
/// </summary>
internal ref struct ByteReader
{
    /// <summary>2^53 - 1, the largest integer that Yjs can hold.</summary>
    private const ulong MostInteger = (1UL << 53) - 1;

    /// <summary>Keystrokes as strings: the commonest there are.</summary>
    private static readonly string[] Ascii = [.. Enumerable.Range(0, 0x80).Select(static unit => $"{(char)unit}")];

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _origin;
    private int _at;

    /// <param name="bytes">What to read.</param>
    /// <param name="origin">Where <paramref name="bytes"/> begin in the input that errors speak of.</param>
    public ByteReader(ReadOnlySpan<byte> bytes, int origin = 0)
    {
        _bytes = bytes;
        _origin = origin;
        _at = 0;
    }

    /// <summary>What is left; <see cref="Skip"/> takes from its front.</summary>
    public readonly ReadOnlySpan<byte> Rest => _bytes[_at..];

    public void Skip(int count) => _at += count;

    public readonly int Left => _bytes.Length - _at;
    public readonly int Offset => _origin + _at;
    public readonly bool IsAtEnd => _at == _bytes.Length;

    public readonly InvalidUpdateException Wrong(string reason) => new(reason, Offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte Byte()
    {
        if (_at >= _bytes.Length)
            throw Wrong("the input ends too early");
        return _bytes[_at++];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong VarUint()
    {
        var at = _at;
        if (at < _bytes.Length && _bytes[at] < 0x80)
        {
            _at = at + 1;
            return _bytes[at];
        }
        return LongVarUint();
    }

    /// <summary>Takes an integer from the front, where there is one of at most 53 bits; for who looks before he reads.</summary>
    public static bool TryVarUint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (int at = 0, shift = 0; at < bytes.Length && shift <= 49; at++, shift += 7)
        {
            value |= (ulong)(bytes[at] & 0x7f) << shift;
            if (bytes[at] >= 0x80)
                continue;
            bytes = bytes[(at + 1)..];
            return value <= MostInteger;
        }
        return false;
    }

    /// <summary>
    /// An integer of at most 28 bits. It wants to see four bytes, though it may take less. False where there are more; then the value
    /// means nothing. Where the next one begins is guessed by the processor, which need not wait for it then: one byte or three are what
    /// lengths and the clocks of a large document have.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryUint(ReadOnlySpan<byte> bytes, ref int at, out int value)
    {
        var four = BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
        if ((four & 0x80_8080) == 0x8080)
        {
            value = (int)(four & 0x7f | (four & 0x7f00) >> 1 | (four & 0x7f_0000) >> 2);
            at += 3;
            return true;
        }
        if ((four & 0x80) == 0)
        {
            value = (int)(four & 0x7f);
            at++;
            return true;
        }
        value = (int)(four & 0x7f | (four & 0x7f00) >> 1 | (four & 0x7f_0000) >> 2 | (four & 0x7f00_0000) >> 3);
        if ((four & 0x8000) == 0)
        {
            value &= 0x3fff;
            at += 2;
            return true;
        }
        at += 4;
        return (four & 0x8000_0000) == 0;
    }

    /// <summary>As <see cref="Text"/>; -1 where the bytes are no UTF-8.</summary>
    public static int TryText(ReadOnlySpan<byte> bytes, Span<char> text)
    {
        if (bytes.Length == 1 && bytes[0] < 0x80)
        {
            text[0] = (char)bytes[0];
            return 1;
        }
        var status = Utf8.ToUtf16(bytes, text, out _, out var units, replaceInvalidSequences: false);
        return status == OperationStatus.Done ? units : -1;
    }

    private ulong LongVarUint()
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = Byte();
            if (shift > 56)
                throw Wrong("an integer of more than 53 bits");
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                break;
        }
        if (value > MostInteger)
            throw Wrong("an integer of more than 53 bits");
        return value;
    }

    /// <summary>An integer that is at most <paramref name="most"/>; <paramref name="what"/> says in an error what it was.</summary>
    public int Small(int most, string what)
    {
        var value = VarUint();
        if (value > (ulong)most)
            throw Wrong(what);
        return (int)value;
    }

    public ulong VarInt(out bool negative)
    {
        var first = Byte();
        negative = (first & 0x40) != 0;
        ulong value = (uint)first & 0x3f;
        if (first < 0x80)
            return value;
        for (var shift = 6; ; shift += 7)
        {
            var next = Byte();
            if (shift > 55)
                throw Wrong("an integer of more than 53 bits");
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                break;
        }
        if (value > MostInteger)
            throw Wrong("an integer of more than 53 bits");
        return value;
    }

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count > Left)
            throw Wrong("a length beyond the end of the input");
        var bytes = _bytes.Slice(_at, count);
        _at += count;
        return bytes;
    }

    public ReadOnlySpan<byte> VarBytes() => Bytes(Small(Left, "a length beyond the end of the input"));

    /// <summary>The reader of a part with its own length, whose offsets are those of the whole.</summary>
    public ByteReader VarPart()
    {
        var bytes = VarBytes();
        return new ByteReader(bytes, Offset - bytes.Length);
    }

    public string VarString()
    {
        var bytes = VarBytes();
        if (bytes.Length == 1 && bytes[0] < 0x80)
            return Ascii[bytes[0]];
        if (bytes.Length <= 256)
        {
            Span<char> text = stackalloc char[bytes.Length];
            return new string(text[..Text(bytes, text)]);
        }
        var rented = ArrayPool<char>.Shared.Rent(bytes.Length);
        try
        {
            return new string(rented, 0, Text(bytes, rented));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    /// <summary>UTF-8 as UTF-16 into <paramref name="text"/>, which has a unit for each byte; answers the number of units.</summary>
    public readonly int Text(ReadOnlySpan<byte> bytes, Span<char> text)
    {
        if (bytes.Length == 1 && bytes[0] < 0x80)
        {
            text[0] = (char)bytes[0];
            return 1;
        }
        if (Utf8.ToUtf16(bytes, text, out _, out var units, replaceInvalidSequences: false) != OperationStatus.Done)
            throw Wrong("a string that is no UTF-8");
        return units;
    }

    public float Float32() => BinaryPrimitives.ReadSingleBigEndian(Bytes(sizeof(float)));

    public double Float64() => BinaryPrimitives.ReadDoubleBigEndian(Bytes(sizeof(double)));

    public long Int64() => BinaryPrimitives.ReadInt64BigEndian(Bytes(sizeof(long)));
}
