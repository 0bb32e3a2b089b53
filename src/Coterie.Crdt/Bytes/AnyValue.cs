using System.Numerics;

namespace Coterie.Crdt.Bytes;

/// <summary>
/// The values that lib0 calls any. In memory: null, <see cref="Undefined"/>, bool, double (every JavaScript number),
/// <see cref="BigInteger"/> (BigInt, 64 bits), string, byte[], object?[] and <see cref="ValueObject"/>.
/// </summary>
internal static class AnyValue
{
    private const byte Bytes = 116;
    private const byte Array = 117;
    private const byte Object = 118;
    private const byte String = 119;
    private const byte True = 120;
    private const byte False = 121;
    private const byte BigInt = 122;
    private const byte Float64 = 123;
    private const byte Float32 = 124;
    private const byte Integer = 125;
    private const byte Null = 126;
    private const byte Undef = 127;

    /// <summary>The bits of NaN in JavaScript engines; in .NET its sign is set.</summary>
    private static readonly double JavaScriptNaN = BitConverter.UInt64BitsToDouble(0x7ff8_0000_0000_0000);

    public static object? Read(ref ByteReader reader, int depth = 0)
    {
        if (depth > Limits.ValueDepth)
            throw reader.Wrong("a value nested too deep");
        var tag = reader.Byte();
        switch (tag)
        {
            case Undef:
                return Undefined.Value;
            case Null:
                return null;
            case Integer:
                double magnitude = reader.VarInt(out var negative);
                return negative ? -magnitude : magnitude;
            case Float32:
                return (double)reader.Float32();
            case Float64:
                return reader.Float64();
            case BigInt:
                return (BigInteger)reader.Int64();
            case False:
                return false;
            case True:
                return true;
            case String:
                return reader.VarString();
            case Object:
                return ReadObject(ref reader, depth);
            case Array:
                var values = new object?[Count(ref reader, 1)];
                for (var at = 0; at < values.Length; at++)
                    values[at] = Read(ref reader, depth + 1);
                return values;
            case Bytes:
                return reader.VarBytes().ToArray();
            default:
                throw reader.Wrong($"a value of unknown kind {tag}");
        }
    }

    private static ValueObject ReadObject(ref ByteReader reader, int depth)
    {
        var count = Count(ref reader, 2);
        var values = new ValueObject();
        for (var at = 0; at < count; at++)
        {
            var key = reader.VarString();
            values[key] = Read(ref reader, depth + 1);
        }
        values.Order();
        return values;
    }

    private static int Count(ref ByteReader reader, int bytesEach) =>
        reader.Small(reader.Left / bytesEach, "more values than there are bytes");

    public static void Write(ByteWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.Byte(Null);
                break;
            case bool flag:
                writer.Byte(flag ? True : False);
                break;
            case double number:
                WriteNumber(writer, number);
                break;
            case string text:
                writer.Byte(String);
                writer.VarString(text);
                break;
            case BigInteger big:
                writer.Byte(BigInt);
                writer.Int64((long)(ulong)(big & ulong.MaxValue));
                break;
            case byte[] bytes:
                writer.Byte(Bytes);
                writer.VarBytes(bytes);
                break;
            case object?[] values:
                writer.Byte(Array);
                writer.VarUint(values.Length);
                foreach (var each in values)
                    Write(writer, each);
                break;
            case ValueObject values:
                writer.Byte(Object);
                writer.VarUint(values.Count);
                foreach (var (key, each) in values)
                {
                    writer.VarString(key);
                    Write(writer, each);
                }
                break;
            default:
                writer.Byte(Undef);
                break;
        }
    }

    private static void WriteNumber(ByteWriter writer, double number)
    {
        var magnitude = Math.Abs(number);
        if (magnitude <= int.MaxValue && Math.Truncate(number) == number)
        {
            writer.Byte(Integer);
            writer.VarInt((ulong)magnitude, double.IsNegative(number));
        }
        else if ((float)number == number)
        {
            writer.Byte(Float32);
            writer.Float32((float)number);
        }
        else
        {
            writer.Byte(Float64);
            writer.Float64(double.IsNaN(number) ? JavaScriptNaN : number);
        }
    }

    /// <summary>A value of the user's as the document keeps it: numbers as double, lists and dictionaries copied.</summary>
    public static object? Of(object? value, int depth = 0)
    {
        if (depth > Limits.ValueDepth)
            throw new ArgumentException("The value is nested too deep.", nameof(value));
        return value switch
        {
            null or bool or double or string or Undefined or BigInteger => value,
            int number => (double)number,
            long number => Exact(number),
            ulong number => number <= MostExact ? (double)number : throw NotExact(nameof(value)),
            float number => (double)number,
            uint number => (double)number,
            short or ushort or byte or sbyte => Convert.ToDouble(value, null),
            byte[] bytes => bytes.Clone(),
            YType => throw new ArgumentException("A shared type is a value of its own, not inside one.", nameof(value)),
            IEnumerable<KeyValuePair<string, object?>> pairs => Copy(pairs, depth),
            System.Collections.IDictionary pairs => Copy(Pairs(pairs), depth),
            System.Collections.IEnumerable values => Copy(values, depth),
            _ => throw new ArgumentException($"A document cannot hold a {value.GetType()}.", nameof(value)),
        };
    }

    private const long MostExact = 1L << 53;

    private static double Exact(long number) =>
        number is >= -MostExact and <= MostExact ? number : throw NotExact(nameof(number));

    private static ArgumentException NotExact(string name) =>
        new("A number beyond 2^53 is not exact: hand in a BigInteger.", name);

    private static ValueObject Copy(IEnumerable<KeyValuePair<string, object?>> pairs, int depth)
    {
        var copy = new ValueObject();
        foreach (var (key, each) in pairs)
            copy[key] = Of(each, depth + 1);
        copy.Order();
        return copy;
    }

    private static IEnumerable<KeyValuePair<string, object?>> Pairs(System.Collections.IDictionary pairs)
    {
        foreach (System.Collections.DictionaryEntry pair in pairs)
            yield return pair.Key is string key
                ? new(key, pair.Value)
                : throw new ArgumentException("The names in an object are strings.", nameof(pairs));
    }

    private static object?[] Copy(System.Collections.IEnumerable values, int depth)
    {
        var copy = new List<object?>();
        foreach (var each in values)
            copy.Add(Of(each, depth + 1));
        return [.. copy];
    }

    /// <summary>Whether two values are the same all the way down.</summary>
    public static bool AreEqual(object? one, object? other)
    {
        switch (one, other)
        {
            case (object?[] left, object?[] right):
                if (left.Length != right.Length)
                    return false;
                for (var at = 0; at < left.Length; at++)
                    if (!AreEqual(left[at], right[at]))
                        return false;
                return true;
            case (ValueObject left, ValueObject right):
                if (left.Count != right.Count)
                    return false;
                foreach (var (key, value) in left)
                    if (!right.TryGetValue(key, out var beside) || !AreEqual(value, beside))
                        return false;
                return true;
            case (byte[] left, byte[] right):
                return left.AsSpan().SequenceEqual(right);
            default:
                return Equals(one, other);
        }
    }
}
