namespace Coterie.Crdt.Structs;

/// <summary>Strings that occur again and again, by id: keys of maps and names of roots. Id 0 is none.</summary>
internal sealed class Names
{
    private readonly Dictionary<string, int> _ids = [];
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly List<string> _names = [""];

    public Names() => _lookup = _ids.GetAlternateLookup<ReadOnlySpan<char>>();

    public string this[int id] => _names[id];

    /// <summary>The id of that name; 0 when nobody used it.</summary>
    public int Find(string name) => _ids.GetValueOrDefault(name);

    public int Id(ReadOnlySpan<char> name)
    {
        if (_lookup.TryGetValue(name, out var id))
            return id;
        return New(name.ToString());
    }

    public int Id(string name) => _ids.TryGetValue(name, out var id) ? id : New(name);

    public int Count => _names.Count;

    /// <summary>Forgets names that a refused update brought in.</summary>
    public void Forget(int keep)
    {
        for (var id = _names.Count - 1; id >= keep; id--)
            _ids.Remove(_names[id]);
        _names.RemoveRange(keep, _names.Count - keep);
    }

    private int New(string name)
    {
        var id = _names.Count;
        _names.Add(name);
        _ids.Add(name, id);
        return id;
    }
}
