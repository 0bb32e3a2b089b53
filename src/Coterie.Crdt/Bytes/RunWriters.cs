using System.Buffers;

namespace Coterie.Crdt.Bytes;

/// <summary>lib0's RleEncoder over bytes: a value, then how often it came less one; the last count is left out.</summary>
internal struct ByteRunWriter()
{
    public readonly ByteWriter Bytes = new();
    private int _last = -1;
    private int _count;

    public void Clear()
    {
        Bytes.Clear();
        _last = -1;
        _count = 0;
    }

    public void Write(byte value)
    {
        if (value == _last)
        {
            _count++;
            return;
        }
        if (_count > 0)
            Bytes.VarUint(_count - 1);
        Bytes.Byte(value);
        _last = value;
        _count = 1;
    }
}

/// <summary>lib0's UintOptRleEncoder: one value plain, several as its negative and their number less two.</summary>
internal struct UintRunWriter()
{
    public readonly ByteWriter Bytes = new();
    private ulong _last;
    private int _count;

    public void Clear()
    {
        Bytes.Clear();
        _last = 0;
        _count = 0;
    }

    public void Write(ulong value)
    {
        if (value == _last)
        {
            _count++;
            return;
        }
        Flush();
        _last = value;
        _count = 1;
    }

    public void Flush()
    {
        if (_count == 0)
            return;
        Bytes.VarInt(_last, _count > 1);
        if (_count > 1)
            Bytes.VarUint(_count - 2);
        _count = 0;
    }
}

/// <summary>lib0's IntDiffOptRleEncoder: differences; the lowest bit says that their number less two follows.</summary>
internal struct DifferenceRunWriter()
{
    public readonly ByteWriter Bytes = new();
    private long _last;
    private long _difference;
    private int _count;

    public void Clear()
    {
        Bytes.Clear();
        _last = 0;
        _difference = 0;
        _count = 0;
    }

    public void Write(long value)
    {
        if (value - _last == _difference)
        {
            _last = value;
            _count++;
            return;
        }
        Flush();
        _difference = value - _last;
        _last = value;
        _count = 1;
    }

    public void Flush()
    {
        if (_count == 0)
            return;
        Bytes.VarInt(_difference * 2 + (_count > 1 ? 1 : 0));
        if (_count > 1)
            Bytes.VarUint(_count - 2);
        _count = 0;
    }
}

/// <summary>lib0's StringEncoder: all text in one string, then the length of each in UTF-16 units.</summary>
internal struct StringRunWriter()
{
    /// <summary>What is larger is of the pool.</summary>
    private const int MostOwn = 1 << 13;
    private char[] _text = new char[64];
    private int _length;
    private UintRunWriter _lengths = new();
    private readonly ByteWriter _bytes = new();

    public void Clear()
    {
        _length = 0;
        _lengths.Clear();
    }

    /// <summary>Clears it, and gives large buffers back.</summary>
    public void Release()
    {
        Clear();
        _bytes.Release();
        _lengths.Bytes.Release();
        if (_text.Length <= MostOwn)
            return;
        ArrayPool<char>.Shared.Return(_text);
        _text = [];
    }

    private void Grow(int more)
    {
        var size = Math.Max(_text.Length * 2, checked(_length + more));
        var grown = size > MostOwn ? ArrayPool<char>.Shared.Rent(size) : new char[size];
        _text.AsSpan(0, _length).CopyTo(grown);
        if (_text.Length > MostOwn)
            ArrayPool<char>.Shared.Return(_text);
        _text = grown;
    }

    public void Write(ReadOnlySpan<char> text)
    {
        if (_text.Length - _length < text.Length)
            Grow(text.Length);
        text.CopyTo(_text.AsSpan(_length));
        _length += text.Length;
        _lengths.Write((ulong)text.Length);
    }

    public ReadOnlySpan<byte> Finish()
    {
        _lengths.Flush();
        _bytes.Clear();
        _bytes.VarString(_text.AsSpan(0, _length));
        _bytes.Bytes(_lengths.Bytes.Written);
        return _bytes.Written;
    }
}
