using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Coterie.Crdt;

/// <summary>
/// States by client, in the order in which clients came. No state is null: one that went leaves a null in its place until half of
/// the places are such, so that taking many away costs a step for each.
/// </summary>
internal sealed class AwarenessStates : IReadOnlyDictionary<ulong, object?>
{
    private const int MostGone = 32;

    private readonly Dictionary<ulong, int> _places = [];
    private readonly List<KeyValuePair<ulong, object?>> _states = [];

    public int Count => _places.Count;

    public IEnumerable<ulong> Keys => this.Select(static each => each.Key);

    public IEnumerable<object?> Values => this.Select(static each => each.Value);

    public object? this[ulong key] => _states[_places[key]].Value;

    public bool ContainsKey(ulong key) => _places.ContainsKey(key);

    public bool TryGetValue(ulong key, [MaybeNullWhen(false)] out object? value)
    {
        var isThere = _places.TryGetValue(key, out var place);
        value = isThere ? _states[place].Value : null;
        return isThere;
    }

    public void Set(ulong client, object state)
    {
        if (_places.TryAdd(client, _states.Count))
            _states.Add(new(client, state));
        else
            _states[_places[client]] = new(client, state);
    }

    public bool Remove(ulong client)
    {
        if (!_places.Remove(client, out var place))
            return false;
        _states[place] = default;
        if (_states.Count > _places.Count * 2 + MostGone)
            Close();
        return true;
    }

    public IEnumerator<KeyValuePair<ulong, object?>> GetEnumerator()
    {
        foreach (var each in _states)
            if (each.Value is not null)
                yield return each;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Takes the places of those that went out.</summary>
    private void Close()
    {
        _states.RemoveAll(static each => each.Value is null);
        for (var place = 0; place < _states.Count; place++)
            _places[_states[place].Key] = place;
    }
}
