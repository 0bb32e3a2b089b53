using System.Globalization;

namespace Coterie.Crdt;

/// <summary>An object inside a document: values by name, in the order that JavaScript gives them.</summary>
public sealed class ValueObject : Dictionary<string, object?>
{
    /// <summary>Names that are numbers come first, by size, as in every JavaScript engine; the others stay as they came.</summary>
    internal void Order()
    {
        var numbers = new List<(uint Number, KeyValuePair<string, object?> Entry)>();
        foreach (var entry in this)
            if (IsIndex(entry.Key, out var number))
                numbers.Add((number, entry));
        if (numbers.Count == 0)
            return;
        numbers.Sort(static (one, other) => one.Number.CompareTo(other.Number));
        var entries = this.ToList();
        Clear();
        foreach (var (_, (key, value)) in numbers)
            Add(key, value);
        foreach (var (key, value) in entries)
            TryAdd(key, value);
    }

    private static bool IsIndex(string key, out uint number) =>
        uint.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number != uint.MaxValue
        && (key.Length == 1 || key[0] != '0');
}
