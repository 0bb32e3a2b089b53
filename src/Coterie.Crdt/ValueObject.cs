using System.Globalization;

namespace Coterie.Crdt;

/// <summary>An object inside a document: values by name, in the order that JavaScript gives them.</summary>
public sealed class ValueObject : Dictionary<string, object?>
{
    /// <summary>Names that are numbers come first, by size, as in every JavaScript engine; the others stay as they came.</summary>
    internal void Order()
    {
        var numbers = new List<(uint Number, string Key)>();
        foreach (var key in Keys)
            if (IsIndex(key, out var number))
                numbers.Add((number, key));
        if (numbers.Count == 0)
            return;
        numbers.Sort();
        var entries = this.ToList();
        Clear();
        foreach (var (_, key) in numbers)
            this[key] = entries.First(each => each.Key == key).Value;
        foreach (var (key, value) in entries)
            TryAdd(key, value);
    }

    private static bool IsIndex(string key, out uint number) =>
        uint.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number != uint.MaxValue
        && (key.Length == 1 || key[0] != '0');
}
