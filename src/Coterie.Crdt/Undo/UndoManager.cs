using Coterie.Crdt.Structs;

namespace Coterie.Crdt;

/// <summary>
/// Undoes and redoes the changes of some origins below some types, however much others change meanwhile. What is undone is not
/// taken back but changed again: insertions are deleted, deletions made anew.
/// </summary>
public sealed class UndoManager : IDisposable
{
    private readonly UndoOptions _options;
    private readonly HashSet<object?> _origins;
    private readonly List<YType> _scope = [];
    private readonly bool _isWhole;
    private readonly List<UndoItem> _undo = [];
    private readonly List<UndoItem> _redo = [];
    private bool _undoing;
    private bool _redoing;
    private DateTimeOffset? _lastChange;

    /// <summary>Undoes all changes of a document.</summary>
    public UndoManager(YDoc doc, UndoOptions? options = null)
        : this(doc, [], options) => _isWhole = true;

    /// <summary>Undoes changes of types and of what is below them.</summary>
    /// <exception cref="ArgumentException">One of them is not part of the document.</exception>
    public UndoManager(YDoc doc, IEnumerable<YType> scope, UndoOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(doc);
        Doc = doc;
        _options = options ?? new UndoOptions();
        _origins = [.. _options.TrackedOrigins, this];
        AddToScope(scope);
        doc.AfterTransaction += Note;
    }

    /// <summary>The document.</summary>
    public YDoc Doc { get; }

    /// <summary>Steps that can be undone, the latest last.</summary>
    public IReadOnlyList<UndoItem> UndoStack => _undo;

    /// <summary>Steps that can be redone, the latest last.</summary>
    public IReadOnlyList<UndoItem> RedoStack => _redo;

    /// <summary>A step was added; the second says whether it can be redone rather than undone.</summary>
    public event Action<UndoItem, bool>? ItemAdded;

    /// <summary>A change was put into the latest step, for it came soon after; the step may get new metadata.</summary>
    public event Action<UndoItem>? ItemUpdated;

    /// <summary>A step was undone or redone.</summary>
    public event Action<UndoItem>? ItemPopped;

    /// <summary>Steps were forgotten: those that could be undone, those that could be redone.</summary>
    public event Action<bool, bool>? Cleared;

    /// <summary>Whether there is something to undo.</summary>
    public bool CanUndo => _undo.Count > 0;

    /// <summary>Whether there is something to redo.</summary>
    public bool CanRedo => _redo.Count > 0;

    /// <summary>From now on changes of these types and of what is below them are undone too.</summary>
    /// <exception cref="ArgumentException">One of them is not part of the document; none was added.</exception>
    public void AddToScope(params IEnumerable<YType> types)
    {
        var added = types.ToList();
        if (added.Exists(type => type.Doc != Doc))
            throw new ArgumentException("A type is not part of the document whose changes are undone.", nameof(types));
        _scope.AddRange(added.Except(_scope));
    }

    /// <summary>From now on changes of this origin are undone; a <see cref="Type"/> stands for all origins of that type.</summary>
    public void Track(object? origin) => _origins.Add(origin);

    /// <summary>From now on changes of this origin are not undone; steps that were noted stay.</summary>
    public void Untrack(object? origin) => _origins.Remove(origin);

    /// <summary>The next change is a step of its own.</summary>
    public void StopCapturing() => _lastChange = null;

    /// <summary>Undoes the latest step that still has an effect; answers it, or null.</summary>
    public UndoItem? Undo()
    {
        _undoing = true;
        try
        {
            return Pop(_undo);
        }
        finally
        {
            _undoing = false;
        }
    }

    /// <summary>Redoes what was undone last; answers the step, or null.</summary>
    public UndoItem? Redo()
    {
        _redoing = true;
        try
        {
            return Pop(_redo);
        }
        finally
        {
            _redoing = false;
        }
    }

    /// <summary>Forgets steps, and with them what was kept for them.</summary>
    public void Clear(bool undo = true, bool redo = true)
    {
        if (!(undo && CanUndo) && !(redo && CanRedo))
            return;
        Doc.Transact(transaction =>
        {
            if (undo)
                Forget(transaction, _undo);
            if (redo)
                Forget(transaction, _redo);
            Cleared?.Invoke(undo, redo);
        });
    }

    /// <summary>Stops listening.</summary>
    public void Dispose() => Doc.AfterTransaction -= Note;

    private void Forget(Transaction transaction, List<UndoItem> stack)
    {
        var store = Doc.Store;
        var scope = Scope();
        foreach (var item in stack)
            store.ForEach(
                transaction,
                item.Deletions,
                handle =>
                {
                    if (scope.Holds(handle))
                        store.Keep(handle, keep: false);
                }
            );
        stack.Clear();
    }

    private UndoScope Scope() => new(Doc.Store, _scope, _isWhole);

    private void Note(Transaction transaction)
    {
        if (!_options.CaptureTransaction(transaction) || !IsTracked(transaction.Origin))
            return;
        var scope = Scope();
        if (!scope.IsChangedBy(transaction))
            return;
        var stack = _undoing ? _redo : _undo;
        if (_undoing)
            StopCapturing();
        else if (!_redoing)
            Clear(undo: false);
        var insertions = transaction.Insertions();
        var deletions = transaction.DeleteSet;
        var now = _options.Clock.GetUtcNow();
        var continues =
            _lastChange is { } last
            && now - last < _options.CaptureTimeout
            && stack.Count > 0
            && !_undoing
            && !_redoing;
        if (continues)
        {
            var step = stack[^1];
            step.Deletions = DeleteSet.Merge(step.Deletions, deletions);
            step.Insertions = DeleteSet.Merge(step.Insertions, insertions);
        }
        else
            stack.Add(new UndoItem(insertions, deletions));
        if (!_undoing && !_redoing)
            _lastChange = now;
        var store = Doc.Store;
        store.ForEach(
            transaction,
            deletions,
            handle =>
            {
                if (store.Items[handle].Kind != ContentKind.Gc && scope.Holds(handle))
                    store.Keep(handle, keep: true);
            }
        );
        if (continues)
            ItemUpdated?.Invoke(stack[^1]);
        else
            ItemAdded?.Invoke(stack[^1], _undoing);
    }

    private bool IsTracked(object? origin) =>
        _origins.Contains(origin) || (origin is not null && _origins.Contains(origin.GetType()));

    private UndoItem? Pop(List<UndoItem> stack)
    {
        UndoItem? done = null;
        var (transaction, isOutermost) = Doc.Begin(this, isLocal: true);
        try
        {
            while (stack.Count > 0 && done is null)
            {
                var step = stack[^1];
                stack.RemoveAt(stack.Count - 1);
                if (Revert(transaction, step))
                    done = step;
            }
        }
        finally
        {
            Doc.End(isOutermost);
        }
        if (done is not null)
            ItemPopped?.Invoke(done);
        return done;
    }

    private bool Revert(Transaction transaction, UndoItem step)
    {
        var store = Doc.Store;
        var within = Scope();
        var toDelete = new List<int>();
        store.ForEach(
            transaction,
            step.Insertions,
            handle =>
            {
                if (store.Items[handle].Kind == ContentKind.Gc)
                    return;
                handle = store.FollowRedone(transaction, handle);
                if (!store.Items[handle].IsDeleted && within.Holds(handle))
                    toDelete.Add(handle);
            }
        );
        var toRedo = new List<int>();
        store.ForEach(
            transaction,
            step.Deletions,
            handle =>
            {
                ref readonly var item = ref store.Items[handle];
                if (
                    item.Kind != ContentKind.Gc
                    && within.Holds(handle)
                    && !step.Insertions.Contains(store.ClientId(item.Client), item.Clock)
                )
                    toRedo.Add(handle);
            }
        );
        var scope = new StructStore.RedoScope(
            [.. toRedo],
            step.Insertions,
            _options.IgnoreRemoteMapChanges,
            IsDeletedByStacks
        );
        var changed = false;
        foreach (var handle in toRedo)
            changed |= store.Redo(transaction, handle, scope) != 0;
        for (var at = toDelete.Count - 1; at >= 0; at--)
        {
            if (!_options.DeleteFilter(new YItem(Doc, toDelete[at])))
                continue;
            store.Delete(transaction, toDelete[at]);
            changed = true;
        }
        return changed;
    }

    private bool IsDeletedByStacks(ulong client, int clock)
    {
        foreach (var step in _undo)
            if (step.Deletions.Contains(client, clock))
                return true;
        foreach (var step in _redo)
            if (step.Deletions.Contains(client, clock))
                return true;
        return false;
    }
}
