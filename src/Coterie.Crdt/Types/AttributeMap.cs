namespace Coterie.Crdt.Types;

/// <summary>
/// The attributes in force at a place, in the order in which they began: a key that ends and begins again goes last. A few are
/// searched one by one; many are found by a table, and one that ended leaves its place empty until half of the places are.
/// </summary>
internal sealed class AttributeMap
{
    /// <summary>Keys that are searched one by one.</summary>
    private const int MostSearched = 16;

    private readonly List<(string? Key, object? Value)> _entries = [];
    private Dictionary<string, int>? _places;
    private int _gone;

    public int Count => _entries.Count - _gone;

    public IEnumerable<KeyValuePair<string, object?>> Entries
    {
        get
        {
            foreach (var (key, value) in _entries)
                if (key is not null)
                    yield return new(key, value);
        }
    }

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
            if (at >= 0)
                _entries[at] = (key, value);
            else
                Add(key, value);
        }
    }

    public bool Has(string key) => Find(key) >= 0;

    public void Remove(string key)
    {
        var at = Find(key);
        if (at < 0)
            return;
        if (_places is null)
        {
            _entries.RemoveAt(at);
            return;
        }
        _places.Remove(key);
        _entries[at] = default;
        if (++_gone > _entries.Count / 2)
            Close();
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
        foreach (var (key, value) in _entries)
            if (key is not null)
                copy.Add(key, value);
        return copy;
    }

    public ValueObject ToObject()
    {
        var values = new ValueObject();
        foreach (var (key, value) in Entries)
            values[key] = value;
        values.Order();
        return values;
    }

    private void Add(string key, object? value)
    {
        _entries.Add((key, value));
        if (_places is not null)
            _places.Add(key, _entries.Count - 1);
        else if (_entries.Count > MostSearched)
            Close();
    }

    /// <summary>Takes empty places out, and notes where each key is.</summary>
    private void Close()
    {
        _entries.RemoveAll(static each => each.Key is null);
        _gone = 0;
        _places = new(_entries.Count, StringComparer.Ordinal);
        for (var at = 0; at < _entries.Count; at++)
            _places.Add(_entries[at].Key!, at);
    }

    private int Find(string key)
    {
        if (_places is not null)
            return _places.GetValueOrDefault(key, -1);
        for (var at = 0; at < _entries.Count; at++)
            if (_entries[at].Key == key)
                return at;
        return -1;
    }
}
