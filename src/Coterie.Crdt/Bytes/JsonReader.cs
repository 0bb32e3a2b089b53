using System.Globalization;
using System.Text;

namespace Coterie.Crdt.Bytes;

/// <summary>Reads JSON as JSON.parse does, with an end to how deep it nests.</summary>
internal ref struct JsonReader(string text, int offset)
{
    private int _at;

    public object? Whole()
    {
        var value = Value(0);
        Space();
        return _at == text.Length ? value : throw Wrong();
    }

    private readonly InvalidUpdateException Wrong() => new("a text that is no JSON", offset);

    private void Space()
    {
        while (_at < text.Length && text[_at] is ' ' or '\t' or '\n' or '\r')
            _at++;
    }

    private char Next() => _at < text.Length ? text[_at++] : throw Wrong();

    private bool Take(char expected)
    {
        Space();
        if (_at >= text.Length || text[_at] != expected)
            return false;
        _at++;
        return true;
    }

    private object? Value(int depth)
    {
        if (depth > Limits.ValueDepth)
            throw new InvalidUpdateException("a value nested too deep", offset);
        Space();
        if (_at == text.Length)
            throw Wrong();
        switch (text[_at])
        {
            case '{':
                _at++;
                return Object(depth);
            case '[':
                _at++;
                return Array(depth);
            case '"':
                _at++;
                return String();
            case 't':
                return Word("true", true);
            case 'f':
                return Word("false", false);
            case 'n':
                return Word("null", null);
            default:
                return Number();
        }
    }

    private object? Word(string word, object? value)
    {
        if (!text.AsSpan(_at).StartsWith(word))
            throw Wrong();
        _at += word.Length;
        return value;
    }

    private ValueObject Object(int depth)
    {
        var values = new ValueObject();
        if (Take('}'))
            return values;
        do
        {
            if (!Take('"'))
                throw Wrong();
            var key = String();
            if (!Take(':'))
                throw Wrong();
            values[key] = Value(depth + 1);
        } while (Take(','));
        if (!Take('}'))
            throw Wrong();
        values.Order();
        return values;
    }

    private object?[] Array(int depth)
    {
        if (Take(']'))
            return [];
        var values = new List<object?>();
        do values.Add(Value(depth + 1));
        while (Take(','));
        return Take(']') ? [.. values] : throw Wrong();
    }

    private string String()
    {
        var content = new StringBuilder();
        while (true)
        {
            var unit = Next();
            if (unit == '"')
                return content.ToString();
            if (unit < ' ')
                throw Wrong();
            content.Append(unit == '\\' ? Escaped() : unit);
        }
    }

    private char Escaped()
    {
        switch (Next())
        {
            case '"':
                return '"';
            case '\\':
                return '\\';
            case '/':
                return '/';
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u':
                const int digits = 4;
                if (
                    text.Length - _at < digits
                    || !ushort.TryParse(
                        text.AsSpan(_at, digits),
                        NumberStyles.AllowHexSpecifier,
                        CultureInfo.InvariantCulture,
                        out var unit
                    )
                )
                    throw Wrong();
                _at += digits;
                return (char)unit;
            default:
                throw Wrong();
        }
    }

    private double Number()
    {
        var start = _at;
        if (text[_at] == '-')
            _at++;
        var whole = Digits();
        if (whole == 0 || (whole > 1 && text[_at - whole] == '0'))
            throw Wrong();
        if (_at < text.Length && text[_at] == '.')
        {
            _at++;
            if (Digits() == 0)
                throw Wrong();
        }
        if (_at < text.Length && text[_at] is 'e' or 'E')
        {
            _at++;
            if (_at < text.Length && text[_at] is '+' or '-')
                _at++;
            if (Digits() == 0)
                throw Wrong();
        }
        return double.Parse(text.AsSpan(start, _at - start), NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    private int Digits()
    {
        var start = _at;
        while (_at < text.Length && char.IsAsciiDigit(text[_at]))
            _at++;
        return _at - start;
    }
}
