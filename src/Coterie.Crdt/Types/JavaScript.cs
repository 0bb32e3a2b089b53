using System.Globalization;
using System.Numerics;
using Coterie.Crdt.Bytes;

namespace Coterie.Crdt.Types;

/// <summary>What JavaScript makes of values, where the results of Yjs depend on it.</summary>
internal static class JavaScript
{
    /// <summary>A value inside a string.</summary>
    public static string Text(object? value) =>
        value switch
        {
            null => "null",
            Undefined => "undefined",
            bool flag => flag ? "true" : "false",
            double.NaN => "NaN",
            double.PositiveInfinity => "Infinity",
            double.NegativeInfinity => "-Infinity",
            double number => JsonText.Number(number),
            BigInteger big => big.ToString(CultureInfo.InvariantCulture),
            byte[] bytes => string.Join(',', bytes),
            object?[] values => string.Join(',', values.Select(static each => each is null ? "" : Text(each))),
            ValueObject or YDoc or YArray or YMap => "[object Object]",
            _ => value.ToString() ?? "",
        };

    /// <summary>What a loop over the keys of a value gives: strings and lists have their indexes.</summary>
    public static IEnumerable<KeyValuePair<string, object?>> Entries(object? value) =>
        value switch
        {
            ValueObject values => values,
            string text => text.Select(static (each, at) => KeyValuePair.Create($"{at}", (object?)each.ToString())),
            object?[] values => values.Select(static (each, at) => KeyValuePair.Create($"{at}", each)),
            byte[] bytes => bytes.Select(static (each, at) => KeyValuePair.Create($"{at}", (object?)(double)each)),
            _ => [],
        };

    /// <summary>The operator ===: objects are the same only as one.</summary>
    public static bool AreSame(object? one, object? other) =>
        (one, other) switch
        {
            (string left, string right) => left == right,
            // CA1508: NaN is not itself.
            (double left, double right) => left == right,
            (bool left, bool right) => left == right,
            (BigInteger left, BigInteger right) => left == right,
            _ => ReferenceEquals(one, other),
        };

    /// <summary>Whether two attributes count as equal: the same, or objects whose entries are the same.</summary>
    public static bool AreEqualAttributes(object? one, object? other)
    {
        if (AreSame(one, other))
            return true;
        switch (one, other)
        {
            case (object?[] left, object?[] right):
                return left.AsSpan().SequenceEqual(right, Sameness.Instance);
            case (ValueObject left, ValueObject right):
                if (left.Count != right.Count)
                    return false;
                foreach (var (key, value) in left)
                    if (!right.TryGetValue(key, out var beside) || !AreSame(value, beside))
                        return false;
                return true;
            default:
                return false;
        }
    }

    private sealed class Sameness : IEqualityComparer<object?>
    {
        public static readonly Sameness Instance = new();

        bool IEqualityComparer<object?>.Equals(object? x, object? y) => AreSame(x, y);

        int IEqualityComparer<object?>.GetHashCode(object? obj) => 0;
    }
}
