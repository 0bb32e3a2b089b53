namespace Coterie.Crdt.Bytes;

/// <summary>The other side of <see cref="ByteRunWriter"/>: when the bytes end, the last value goes on for ever.</summary>
internal ref struct ByteRunReader(ByteReader bytes)
{
    private ByteReader _bytes = bytes;
    private byte _value;
    private ulong _count;
    private bool _endless;

    public byte Read()
    {
        if (_endless)
            return _value;
        if (_count == 0)
        {
            _value = _bytes.Byte();
            if (_bytes.IsAtEnd)
                _endless = true;
            else
                _count = _bytes.VarUint() + 1;
        }
        _count--;
        return _value;
    }
}

/// <summary>The other side of <see cref="UintRunWriter"/>.</summary>
internal ref struct UintRunReader(ByteReader bytes)
{
    private ByteReader _bytes = bytes;
    private ulong _value;
    private ulong _count;

    public readonly InvalidUpdateException Wrong(string reason) => _bytes.Wrong(reason);

    public ulong Read()
    {
        if (_count == 0)
        {
            _value = _bytes.VarInt(out var several);
            _count = several ? _bytes.VarUint() + 2 : 1;
        }
        _count--;
        return _value;
    }

    public int Small(int most, string what)
    {
        var value = Read();
        return value <= (ulong)most ? (int)value : throw _bytes.Wrong(what);
    }
}

/// <summary>The other side of <see cref="DifferenceRunWriter"/>.</summary>
internal ref struct DifferenceRunReader(ByteReader bytes)
{
    private ByteReader _bytes = bytes;
    private long _value;
    private long _difference;
    private ulong _count;

    /// <summary>The next value, which is from 0 to <paramref name="most"/>.</summary>
    public int Small(int most, string what)
    {
        if (_count == 0)
        {
            var magnitude = (long)_bytes.VarInt(out var negative);
            var coded = negative ? -magnitude : magnitude;
            _count = (coded & 1) != 0 ? _bytes.VarUint() + 2 : 1;
            _difference = coded >> 1;
        }
        _count--;
        _value += _difference;
        return (ulong)_value <= (ulong)most ? (int)_value : throw _bytes.Wrong(what);
    }
}

/// <summary>The other side of <see cref="StringRunWriter"/>.</summary>
internal ref struct StringRunReader
{
    private readonly string _text;
    private UintRunReader _lengths;
    private int _at;

    public StringRunReader(ByteReader bytes)
    {
        _text = bytes.IsAtEnd ? "" : bytes.VarString();
        _lengths = new UintRunReader(bytes);
    }

    public readonly int Left => _text.Length - _at;

    public ReadOnlySpan<char> Read()
    {
        var length = _lengths.Small(_text.Length - _at, "a string beyond the end of all text");
        var text = _text.AsSpan(_at, length);
        _at += length;
        return text;
    }
}
