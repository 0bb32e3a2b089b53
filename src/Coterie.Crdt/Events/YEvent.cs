using Coterie.Crdt.Structs;

namespace Coterie.Crdt;

/// <summary>
/// What one transaction changed in one shared type. What changed is computed when it is asked for, which has to be while
/// observers are called: afterwards it is forgotten.
/// </summary>
public sealed partial class YEvent
{
    private readonly StructStore _store;
    private readonly Branch _branch;
    private readonly List<int>? _keys;
    private bool _isOver;
    private List<object>? _path;
    private Dictionary<string, KeyChange>? _keyChanges;
    private List<DeltaOp>? _delta;

    internal YEvent(YType target, Transaction transaction, in Transaction.ChangedBranch changed)
    {
        Target = target;
        CurrentTarget = target;
        Transaction = transaction;
        _branch = changed.Branch;
        _store = _branch.Store;
        _keys = changed.Keys;
        IsListChanged = changed.List;
    }

    /// <summary>The type that changed.</summary>
    public YType Target { get; }

    /// <summary>The type whose observer is called: the one that changed or one above it.</summary>
    public YType CurrentTarget
    {
        get;
        internal set
        {
            field = value;
            _path = null;
        }
    }

    /// <summary>The transaction that changed it.</summary>
    public Transaction Transaction { get; }

    /// <summary>Whether text, values or children changed, not keys alone.</summary>
    public bool IsListChanged { get; }

    /// <summary>The keys or attributes that were touched.</summary>
    public IEnumerable<string> KeysChanged => _keys?.Select(key => _store.Names[key]) ?? [];

    /// <summary>
    /// The way from <see cref="CurrentTarget"/> to <see cref="Target"/>, as it is when it is asked for first: keys (string) and
    /// indexes (int).
    /// </summary>
    public IReadOnlyList<object> Path => _path ??= PathOf(CurrentTarget.Branch, _branch);

    /// <summary>What became of each key.</summary>
    public IReadOnlyDictionary<string, KeyChange> Keys
    {
        get
        {
            CheckTime();
            return _keyChanges ??= FindKeyChanges();
        }
    }

    /// <summary>The way from the list as it was to the list as it is.</summary>
    public IReadOnlyList<DeltaOp> Delta
    {
        get
        {
            CheckTime();
            return _delta ??= Target is YText ? FindTextDelta() : FindListDelta();
        }
    }

    internal void End() => _isOver = true;

    internal static List<object> PathOf(Branch from, Branch to)
    {
        var path = new List<object>();
        var store = to.Store;
        for (var branch = to; branch != from && branch.Item > 0; branch = branch.Parent!)
        {
            ref readonly var item = ref store.Items[branch.Item];
            path.Add(item.IsKeyed ? store.Names[item.Place] : store.Branches[item.Parent].IndexOf(branch.Item));
        }
        path.Reverse();
        return path;
    }

    private void CheckTime()
    {
        if (_isOver)
            throw new InvalidOperationException("What changed has to be asked for while observers are called.");
    }

    private bool Adds(int handle) => Transaction.Adds(_store.Items[handle]);

    private bool Deletes(int handle) => Transaction.DeletesItem(_store.Items[handle]);

    private object? LastValue(int handle)
    {
        ref readonly var item = ref _store.Items[handle];
        return YType.ValueAt(Transaction.Doc, item, item.Length - 1);
    }

    private Dictionary<string, KeyChange> FindKeyChanges()
    {
        var changes = new Dictionary<string, KeyChange>(StringComparer.Ordinal);
        foreach (var key in _keys ?? [])
            if (FindKeyChange(_branch.Last(key)) is { } change)
                changes[_store.Names[key]] = change;
        return changes;
    }

    private KeyChange? FindKeyChange(int last)
    {
        if (!Adds(last))
            return Deletes(last) ? new(KeyAction.Delete, LastValue(last)) : null;
        var before = _store.Items[last].Left;
        while (before != 0 && Adds(before))
            before = _store.Items[before].Left;
        var hadValue = before != 0 && Deletes(before);
        if (Deletes(last))
            return hadValue ? new(KeyAction.Delete, LastValue(before)) : null;
        return hadValue ? new(KeyAction.Update, LastValue(before)) : new(KeyAction.Add, null);
    }

    private List<DeltaOp> FindListDelta()
    {
        var delta = new List<DeltaOp>();
        List<object?>? inserted = null;
        int retained = 0,
            deleted = 0;
        void Pack()
        {
            if (inserted is not null)
                delta.Add(DeltaOp.Insert(inserted));
            else if (retained > 0)
                delta.Add(DeltaOp.Retain(retained));
            else if (deleted > 0)
                delta.Add(DeltaOp.Delete(deleted));
            (inserted, retained, deleted) = (null, 0, 0);
        }
        for (var handle = IsListChanged ? _branch.Start : 0; handle != 0; handle = _store.Items[handle].Right)
        {
            ref readonly var item = ref _store.Items[handle];
            if (item.IsDeleted)
            {
                if (!Deletes(handle) || Adds(handle))
                    continue;
                if (deleted == 0)
                    Pack();
                deleted += item.Length;
            }
            else if (Adds(handle))
            {
                if (inserted is null)
                    Pack();
                inserted ??= [];
                for (var at = 0; at < item.Length; at++)
                    inserted.Add(YType.ValueAt(Transaction.Doc, item, at));
            }
            else
            {
                if (retained == 0)
                    Pack();
                retained += item.Length;
            }
        }
        if (retained == 0)
            Pack();
        return delta;
    }
}
