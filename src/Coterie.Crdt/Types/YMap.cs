using System.Collections;
using Coterie.Crdt.Structs;
using Coterie.Crdt.Types;

namespace Coterie.Crdt;

/// <summary>Shared values by key; of two set at the same time, one wins in every copy. Values are those of <see cref="YArray"/>.</summary>
public class YMap : YType, IEnumerable<KeyValuePair<string, object?>>
{
    private OrderedDictionary<string, object?>? _early = [];

    internal override TypeRef Ref => TypeRef.Map;

    /// <summary>How many keys have a value.</summary>
    public int Count => IsAttached ? MapEdit.Count(Branch) : _early!.Count;

    /// <summary>The value of a key, null when it has none; sets the value of a key.</summary>
    /// <exception cref="ArgumentException">A document cannot hold the value.</exception>
    /// <exception cref="InvalidOperationException">The shared type or subdocument is somewhere already.</exception>
    public object? this[string key]
    {
        get => TryGetValue(key, out var value) ? value : null;
        set
        {
            ArgumentNullException.ThrowIfNull(key);
            if (!IsAttached)
            {
                _early![key] = ListEdit.Early(value);
                return;
            }
            using var edit = Begin();
            MapEdit.Set(edit.Transaction, Branch, key, value);
        }
    }

    /// <summary>The value of a key, if it has one.</summary>
    public bool TryGetValue(string key, out object? value)
    {
        ArgumentNullException.ThrowIfNull(key);
        return IsAttached ? MapEdit.TryGet(Doc!, Branch, key, out value) : _early!.TryGetValue(key, out value);
    }

    /// <summary>Whether a key has a value.</summary>
    public bool ContainsKey(string key) => TryGetValue(key, out _);

    /// <summary>Takes a key's value away; answers whether it had one.</summary>
    public bool Remove(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!IsAttached)
            return _early!.Remove(key);
        using var edit = Begin();
        return MapEdit.Remove(edit.Transaction, Branch, key);
    }

    /// <summary>Takes all values away.</summary>
    public void Clear()
    {
        if (!IsAttached)
        {
            _early!.Clear();
            return;
        }
        using var edit = Begin();
        foreach (var key in this.Select(static each => each.Key).ToList())
            MapEdit.Remove(edit.Transaction, Branch, key);
    }

    internal override object? JsonAt(int depth)
    {
        var json = new ValueObject();
        foreach (var (key, value) in this)
            json[key] = JsonOf(value, depth);
        return json;
    }

    internal override IEnumerable<object> EarlyParts => _early!.Values.Where(static each => each is YType or YDoc)!;

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() =>
        (IsAttached ? MapEdit.Entries(Doc!, Branch) : _early!).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal override void Integrated(Transaction transaction)
    {
        var early = _early!;
        _early = null;
        foreach (var (key, value) in early)
            MapEdit.Set(transaction, Branch, key, value);
    }

    private protected override void Forget() => _early = null;
}
