using System.Globalization;
using System.Numerics;
using System.Text;

namespace Coterie.Crdt.Bytes;

/// <summary>JSON as JavaScript writes and reads it: the same digits, escapes and order of keys.</summary>
internal static class JsonText
{
    public static string Write(object? value)
    {
        var text = new StringBuilder();
        if (!Write(text, value))
            text.Append("null");
        return text.ToString();
    }

    /// <summary>Answers false for what has no JSON, which objects leave out and arrays write as null.</summary>
    private static bool Write(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                return true;
            case bool flag:
                text.Append(flag ? "true" : "false");
                return true;
            case double number:
                text.Append(Number(number));
                return true;
            case string content:
                String(text, content);
                return true;
            case byte[] bytes:
                Object(text, bytes.Select((each, at) => KeyValuePair.Create($"{at}", (object?)(double)each)));
                return true;
            case object?[] values:
                text.Append('[');
                for (var at = 0; at < values.Length; at++)
                {
                    if (at > 0)
                        text.Append(',');
                    if (!Write(text, values[at]))
                        text.Append("null");
                }
                text.Append(']');
                return true;
            case ValueObject pairs:
                Object(text, pairs);
                return true;
            // JavaScript refuses these here; an update that brought one must not keep the document from being written.
            case BigInteger big:
                text.Append(big.ToString(CultureInfo.InvariantCulture));
                return true;
            default:
                return false;
        }
    }

    private static void Object(StringBuilder text, IEnumerable<KeyValuePair<string, object?>> pairs)
    {
        text.Append('{');
        var first = true;
        foreach (var (key, value) in pairs)
        {
            if (value is Undefined)
                continue;
            if (!first)
                text.Append(',');
            first = false;
            String(text, key);
            text.Append(':');
            Write(text, value);
        }
        text.Append('}');
    }

    private static void String(StringBuilder text, string content)
    {
        text.Append('"');
        for (var at = 0; at < content.Length; at++)
        {
            var unit = content[at];
            switch (unit)
            {
                case '"':
                    text.Append("\\\"");
                    break;
                case '\\':
                    text.Append("\\\\");
                    break;
                case '\b':
                    text.Append("\\b");
                    break;
                case '\f':
                    text.Append("\\f");
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case < ' ':
                    Escape(text, unit);
                    break;
                default:
                    if (char.IsSurrogate(unit) && !IsPaired(content, at))
                        Escape(text, unit);
                    else
                        text.Append(unit);
                    break;
            }
        }
        text.Append('"');
    }

    private static bool IsPaired(string content, int at) =>
        char.IsHighSurrogate(content[at])
            ? at + 1 < content.Length && char.IsLowSurrogate(content[at + 1])
            : at > 0 && char.IsHighSurrogate(content[at - 1]);

    private static void Escape(StringBuilder text, char unit) =>
        text.Append("\\u").Append(((int)unit).ToString("x4", CultureInfo.InvariantCulture));

    /// <summary>The shortest digits that give the number back, without an exponent from 1e-6 up to 1e21.</summary>
    internal static string Number(double number)
    {
        if (!double.IsFinite(number))
            return "null";
        if (number == 0)
            return "0";
        var (digits, point) = Digits(Math.Abs(number).ToString("R", CultureInfo.InvariantCulture));
        var sign = number < 0 ? "-" : "";
        if (point is > 21 or <= -6)
        {
            var exponent = point - 1;
            var mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
            return $"{sign}{mantissa}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent)}";
        }
        if (point <= 0)
            return $"{sign}0.{new string('0', -point)}{digits}";
        return digits.Length <= point
            ? $"{sign}{digits}{new string('0', point - digits.Length)}"
            : $"{sign}{digits[..point]}.{digits[point..]}";
    }

    /// <summary>The significant digits of a decimal notation, and where among them the point is.</summary>
    private static (string Digits, int Point) Digits(string notation)
    {
        var exponent = 0;
        var at = notation.IndexOf('E', StringComparison.Ordinal);
        if (at >= 0)
        {
            exponent = int.Parse(notation.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            notation = notation[..at];
        }
        var dot = notation.IndexOf('.', StringComparison.Ordinal);
        var point = (dot < 0 ? notation.Length : dot) + exponent;
        var all = notation.Replace(".", "", StringComparison.Ordinal);
        var digits = all.TrimStart('0');
        return (digits.TrimEnd('0'), point - (all.Length - digits.Length));
    }

    /// <param name="text">The JSON.</param>
    /// <param name="offset">Where it lies in the input, for the error.</param>
    public static object? Read(string text, int offset) => new JsonReader(text, offset).Whole();
}
