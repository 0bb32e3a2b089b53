using Coterie.Crdt.Structs;

namespace Coterie.Crdt;

/// <summary>
/// Changes that belong together: observers hear of them once, one update carries them. Valid until its events are over; then
/// the document uses it again.
/// </summary>
public sealed class Transaction
{
    internal record struct TouchedClient(ClientStructs Client, int Before, int After);

    /// <summary>A shared type and what of it changed: keys by id, 0 for the list.</summary>
    internal struct ChangedBranch
    {
        public Branch Branch;
        public bool List;
        public List<int>? Keys;

        /// <summary>The same keys, where there are many.</summary>
        private HashSet<int>? _known;

        public void Add(int key)
        {
            Keys ??= [];
            var isNew = Keys.Count < MostSearched ? !Keys.Contains(key) : (_known ??= [.. Keys]).Add(key);
            if (isNew)
                Keys.Add(key);
        }
    }

    /// <summary>Keys that are searched one by one.</summary>
    private const int MostSearched = 16;

    private readonly StructStore _store;
    internal readonly Scratch<TouchedClient> Touched = new();
    internal readonly DeletedRanges Deletes;
    internal readonly List<(int Client, int Clock)> Merges = [];
    internal readonly Scratch<ChangedBranch> Changed = new();

    internal Transaction(YDoc doc)
    {
        Doc = doc;
        _store = doc.Store;
        Deletes = new DeletedRanges(_store);
    }

    /// <summary>The document that changes.</summary>
    public YDoc Doc { get; }

    /// <summary>Whatever was handed in to say where the change comes from.</summary>
    public object? Origin { get; private set; }

    /// <summary>False when the change came as an update.</summary>
    public bool IsLocal { get; internal set; }

    /// <summary>What was deleted. A copy, sorted.</summary>
    public DeleteSet DeleteSet
    {
        get
        {
            Deletes.Sort();
            return Deletes.ToDeleteSet();
        }
    }

    internal int Number { get; private set; }

    /// <summary>How many structs were put behind a client's others; growing the last one is none.</summary>
    internal int Appended { get; set; }

    /// <summary>Whether something was deleted that did not come as a tombstone.</summary>
    internal bool DeletesContent { get; set; }

    internal void Begin(int number, object? origin, bool isLocal)
    {
        Number = number;
        Origin = origin;
        IsLocal = isLocal;
    }

    internal void Clear()
    {
        Touched.Clear();
        Deletes.Clear();
        Merges.Clear();
        Changed.Clear();
        Origin = null;
        Subdocs = null;
        Appended = 0;
        DeletesContent = false;
    }

    /// <summary>Notes a client's state before it gets a new struct.</summary>
    internal void Touch(ClientStructs client)
    {
        if (client.TouchedBy == Number)
            return;
        client.TouchedBy = Number;
        client.TouchedAt = Touched.Count;
        Touched.Add(new(client, client.State, client.State));
    }

    /// <summary>The client's state when the transaction began.</summary>
    internal int Before(int client) => Before(_store.Client(client));

    internal int Before(ClientStructs client) =>
        client.TouchedBy == Number ? Touched[client.TouchedAt].Before : Doc.StateBefore(this, client);

    internal bool TryBefore(ClientStructs client, out int before)
    {
        var at = PlaceOf(client);
        before = at < 0 ? 0 : Touched[at].Before;
        return at >= 0;
    }

    internal void NoteAfter()
    {
        foreach (ref var touched in Touched.All)
            touched.After = touched.Client.State;
    }

    internal int After(ClientStructs client)
    {
        var at = PlaceOf(client);
        return at < 0 ? client.State : Touched[at].After;
    }

    /// <summary>Where a client is among the touched ones. Only one that a later transaction touched too has to be searched for.</summary>
    private int PlaceOf(ClientStructs client)
    {
        if (client.TouchedBy <= Number)
            return client.TouchedBy == Number ? client.TouchedAt : -1;
        for (var at = 0; at < Touched.Count; at++)
            if (Touched[at].Client == client)
                return at;
        return -1;
    }

    /// <summary>What was inserted, in the form of a set of clocks.</summary>
    internal DeleteSet Insertions()
    {
        var set = new DeleteSet();
        foreach (ref readonly var touched in Touched.All)
            if (touched.After > touched.Before)
                set.Add(touched.Client.Id, touched.Before, touched.After - touched.Before);
        return set;
    }

    internal bool HasContent
    {
        get
        {
            if (Deletes.Count > 0)
                return true;
            foreach (ref readonly var touched in Touched.All)
                if (touched.After != touched.Before)
                    return true;
            return false;
        }
    }

    /// <summary>At the end, the struct at that clock may be merged with its neighbours.</summary>
    internal void MergeLater(int client, int clock) => Merges.Add((client, clock));

    /// <summary>Notes that a type's list (key 0) or one of its keys changed; a type made or deleted just now is not told.</summary>
    internal void Change(Branch branch, int key)
    {
        if (branch.Item != 0)
        {
            if (branch.Item < 0)
                return;
            ref readonly var item = ref _store.Items[branch.Item];
            if (item.IsDeleted || item.Clock >= Before(item.Client))
                return;
        }
        if (branch.ChangedBy != Number)
        {
            branch.ChangedBy = Number;
            branch.ChangedAt = Changed.Count;
            Changed.Add(new ChangedBranch { Branch = branch });
        }
        ref var changed = ref Changed[branch.ChangedAt];
        if (key == 0)
            changed.List = true;
        else
            changed.Add(key);
    }

    /// <summary>Whether a type that was put in gets what was in it before: all of that was checked already.</summary>
    internal bool FillsType { get; private set; }

    /// <summary>Does what was asked of a type before it was part of the document.</summary>
    internal void Fill(YType type)
    {
        var isInner = FillsType;
        FillsType = true;
        try
        {
            type.Integrated(this);
        }
        finally
        {
            FillsType = isInner;
        }
    }

    internal void Unchange(Branch branch)
    {
        if (branch.ChangedBy != Number)
            return;
        branch.ChangedBy = 0;
        Changed[branch.ChangedAt].Branch = null!;
    }

    /// <summary>Whether the structs of a client are new from that clock on, so that at the end all of them are tried for merging.</summary>
    internal bool IsNew(int client, int clock)
    {
        var structs = _store.Client(client);
        return structs.TouchedBy == Number
            && Touched[structs.TouchedAt] is var touched
            && touched.After != touched.Before
            && touched.Before <= clock
            && Appended > 0;
    }

    /// <summary>Whether something of it is new in this transaction.</summary>
    internal bool Adds(in Item item) => item.Clock >= Before(item.Client);

    internal bool DeletesItem(in Item item) => Deletes.Contains(item.Client, item.Clock);

    internal SubdocChanges? Subdocs { get; private set; }

    internal void SubdocAdded(YDoc doc, int item)
    {
        doc.Holder = (Doc, item);
        Subdocs ??= new SubdocChanges();
        Subdocs.Added.Add(doc);
        if (doc.ShouldLoad)
            Subdocs.Loaded.Add(doc);
    }

    internal void SubdocRemoved(YDoc doc)
    {
        Subdocs ??= new SubdocChanges();
        if (!Subdocs.Added.Remove(doc))
            Subdocs.Removed.Add(doc);
    }

    internal void SubdocLoaded(YDoc doc) => (Subdocs ??= new SubdocChanges()).Loaded.Add(doc);
}
