namespace Coterie.Crdt.Types;

/// <summary>The attributes in force at a place, in the order in which they began: a key that ends and begins again goes last.</summary>
internal sealed class AttributeMap
{
    private readonly List<KeyValuePair<string, object?>> _entries = [];

    public int Count => _entries.Count;

    public IReadOnlyList<KeyValuePair<string, object?>> Entries => _entries;

    /// <summary>The value of a key; null when it has none.</summary>
    public object? this[string key]
    {
        get
        {
            var at = Find(key);
            return at < 0 ? null : _entries[at].Value;
        }
        set
        {
            var at = Find(key);
            if (at < 0)
                _entries.Add(new(key, value));
            else
                _entries[at] = new(key, value);
        }
    }

    public bool Has(string key) => Find(key) >= 0;

    public void Remove(string key)
    {
        var at = Find(key);
        if (at >= 0)
            _entries.RemoveAt(at);
    }

    /// <summary>Passes a formatting mark: null ends the attribute.</summary>
    public void Pass(string key, object? value)
    {
        if (value is null)
            Remove(key);
        else
            this[key] = value;
    }

    public AttributeMap Copy()
    {
        var copy = new AttributeMap();
        copy._entries.AddRange(_entries);
        return copy;
    }

    public ValueObject ToObject()
    {
        var values = new ValueObject();
        foreach (var (key, value) in _entries)
            values[key] = value;
        values.Order();
        return values;
    }

    private int Find(string key)
    {
        for (var at = 0; at < _entries.Count; at++)
            if (_entries[at].Key == key)
                return at;
        return -1;
    }
}
