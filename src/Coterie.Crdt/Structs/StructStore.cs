using System.Runtime.InteropServices;

namespace Coterie.Crdt.Structs;

/// <summary>
/// All of a document's structs, and the only place that changes how they hang together. Its parts do one step each: split an
/// item, put one into its list, delete, collect, merge neighbours. It knows nothing of events or bytes.
/// </summary>
internal sealed partial class StructStore(Shortcuts shortcuts)
{
    public readonly ItemArena Items = new();
    public TextChunks Text { get; private set; } = new();
    public readonly Slots<object> Contents = new();

    /// <summary>Every shared type, by the index that items name as their parent; 0 is none.</summary>
    public readonly Slots<Branch> Branches = new();

    /// <summary>Names of roots and keys of maps, by id; 0 is none.</summary>
    public readonly Names Names = new();

    public readonly Dictionary<int, Branch> Roots = [];

    /// <summary>From a handle with the flag Redone to the id of the copy that undo made.</summary>
    public readonly Dictionary<int, (int Client, int Clock)> Redone = [];

    public bool Takes(Shortcuts path) => (shortcuts & path) == path;

    private readonly List<ClientStructs> _clients = [];
    private readonly Dictionary<ulong, int> _clientIndexes = [];
    private int _lastClient;

    public ReadOnlySpan<ClientStructs> Clients => CollectionsMarshal.AsSpan(_clients);

    public ClientStructs Client(int index) => _clients[index];

    /// <summary>The index of a client, new to the document or not.</summary>
    public int ClientIndex(ulong id)
    {
        if (IsLastClient(id))
            return _lastClient;
        return _lastClient = FindIndex(id);
    }

    private bool IsLastClient(ulong id) =>
        _lastClient < _clients.Count && _clients[_lastClient].Id == id && Takes(Shortcuts.Lookups);

    private int FindIndex(ulong id)
    {
        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_clientIndexes, id, out var known);
        if (!known)
        {
            index = _clients.Count;
            _clients.Add(new ClientStructs(id, index, Takes(Shortcuts.Lookups)));
        }
        return index;
    }

    /// <summary>The client of that id, null when the document has nothing of it.</summary>
    public ClientStructs? Find(ulong id)
    {
        if (IsLastClient(id))
            return _clients[_lastClient];
        return _clientIndexes.TryGetValue(id, out var index) ? _clients[_lastClient = index] : null;
    }

    public ulong ClientId(int index) => _clients[index].Id;

    /// <summary>Forgets clients that a refused update brought in.</summary>
    public void ForgetClients(int keep)
    {
        for (var index = _clients.Count - 1; index >= keep; index--)
        {
            _clientIndexes.Remove(_clients[index].Id);
            _clients.RemoveAt(index);
        }
    }

    public int ClientCount => _clients.Count;

    /// <summary>The root of that name; it is made when nobody named it before.</summary>
    public Branch Root(int name)
    {
        ref var root = ref CollectionsMarshal.GetValueRefOrAddDefault(Roots, name, out _);
        if (root is null)
        {
            root = NewBranch();
            root.Root = Names[name];
        }
        return root;
    }

    public Branch NewBranch()
    {
        var index = Branches.Add(null!);
        return Branches[index] = new Branch(this, index);
    }

    /// <summary>The item that holds that clock; the clock is below the client's state.</summary>
    public int Find(int client, int clock)
    {
        var structs = _clients[client];
        return structs[structs.Find(clock)];
    }

    /// <summary>The item that begins at that clock, split off when it lies inside one. What was collected is not split.</summary>
    public int FindCleanStart(Transaction transaction, int client, int clock)
    {
        var structs = _clients[client];
        var place = structs.Find(clock);
        var handle = structs[place];
        ref readonly var item = ref Items[handle];
        if (item.Clock == clock || item.Kind == ContentKind.Gc)
            return handle;
        return Split(transaction, structs, place, handle, clock - item.Clock);
    }

    /// <summary>The item that ends with that clock, split off when more follows.</summary>
    public int FindCleanEnd(Transaction transaction, int client, int clock)
    {
        var structs = _clients[client];
        var place = structs.Find(clock);
        var handle = structs[place];
        ref readonly var item = ref Items[handle];
        if (item.End - 1 != clock && item.Kind != ContentKind.Gc)
            Split(transaction, structs, place, handle, clock - item.Clock + 1);
        return handle;
    }

    /// <summary>The formatting mark an item holds; null when it holds something else.</summary>
    public FormatMark? MarkOf(int handle)
    {
        ref readonly var item = ref Items[handle];
        return item.Kind == ContentKind.Format ? (FormatMark)Contents[item.Content] : null;
    }
}
