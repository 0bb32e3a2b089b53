using Coterie.Crdt.Updates;

namespace Coterie.Crdt.Structs;

/// <summary>What undo needs: to keep, to find again and to make anew what was deleted.</summary>
internal sealed partial class StructStore
{
    /// <summary>What a redo has to know of the undo that runs.</summary>
    internal sealed class RedoScope(
        HashSet<int> items,
        DeleteSet insertions,
        bool ignoreRemoteMapChanges,
        Func<ulong, int, bool> isDeletedByStacks
    )
    {
        public HashSet<int> Items => items;
        public bool IgnoreRemoteMapChanges => ignoreRemoteMapChanges;

        // What comes back one after the other does not pass the rest of its list each time.
        public TraceMemo Before { get; } = new(toTheRight: false);
        public TraceMemo Behind { get; } = new(toTheRight: true);

        public bool IsInsertion(ulong client, int clock) => insertions.Contains(client, clock);

        public bool IsDeletedByStacks(ulong client, int clock) => isDeletedByStacks(client, clock);
    }

    /// <summary>Keeps an item and all that holds it from being collected, or no longer.</summary>
    public void Keep(int handle, bool keep)
    {
        while (handle > 0 && Items[handle].Has(ItemFlags.Keep) != keep)
        {
            ref var item = ref Items[handle];
            item.Flags = keep ? item.Flags | ItemFlags.Keep : item.Flags & ~ItemFlags.Keep;
            handle = item.Parent == 0 ? 0 : Branches[item.Parent].Item;
        }
    }

    /// <summary>Each struct of a set, cut so that it lies in it whole.</summary>
    public void ForEach(Transaction transaction, DeleteSet set, Action<int> action)
    {
        foreach (var id in set.Clients)
        {
            if (Find(id) is not { } client)
                continue;
            foreach (var range in set[id])
            {
                var end = Math.Min(range.End, client.State);
                for (var clock = range.Clock; clock < end; )
                {
                    var handle = FindCleanStart(transaction, client.Index, clock);
                    if (Items[handle].End > range.End)
                        FindCleanEnd(transaction, client.Index, range.End - 1);
                    clock = Items[handle].End;
                    action(handle);
                }
            }
        }
    }

    /// <summary>The latest copy of an item that undo made anew, cut to begin with what that clock became.</summary>
    public int FollowRedone(Transaction transaction, int handle)
    {
        var (client, clock) = (Items[handle].Client, Items[handle].Clock);
        while (Items[handle].Has(ItemFlags.Redone))
        {
            var (nextClient, nextClock) = Redone[handle];
            clock = nextClock + (clock - Items[handle].Clock);
            client = nextClient;
            handle = Find(client, clock);
        }
        return Items[handle].Clock == clock ? handle : FindCleanStart(transaction, client, clock);
    }

    public StructId IdAt(int handle, int offset) => new(ClientId(Items[handle].Client), Items[handle].Clock + offset);

    /// <summary>The item that holds an id, or its latest copy, and where in it; false when the document has not got that far.</summary>
    public bool TryFollow(StructId id, bool followRedone, out int handle, out int offset)
    {
        (handle, offset) = (0, 0);
        if (Find(id.Client) is not { } client || id.Clock >= client.State)
            return false;
        handle = Find(client.Index, id.Clock);
        offset = id.Clock - Items[handle].Clock;
        while (followRedone && Items[handle].Has(ItemFlags.Redone))
        {
            var (next, clock) = Redone[handle];
            handle = Find(next, clock + offset);
            offset = clock + offset - Items[handle].Clock;
        }
        return true;
    }

    private int RedoneOf(Transaction transaction, int handle)
    {
        if (!Items[handle].Has(ItemFlags.Redone))
            return 0;
        var (client, clock) = Redone[handle];
        return FindCleanStart(transaction, client, clock);
    }

    // An item and what holds it: a list instead of recursion, for types nest without limit.
    private readonly Stack<int> _toRedo = new();

    /// <summary>
    /// Makes a deleted item anew where it was, and before it what holds it; answers the new one, or 0 when that cannot be.
    /// </summary>
    public int Redo(Transaction transaction, int handle, RedoScope scope)
    {
        _toRedo.Push(handle);
        while (!Items[handle].Has(ItemFlags.Redone))
        {
            handle = Branches[Items[handle].Parent].Item;
            if (handle <= 0 || !Items[handle].IsDeleted || !scope.Items.Contains(handle))
                break;
            _toRedo.Push(handle);
        }
        var made = 0;
        while (_toRedo.TryPop(out var each))
        {
            made = RedoOne(transaction, each, scope);
            if (made == 0)
                _toRedo.Clear();
        }
        return made;
    }

    private int RedoOne(Transaction transaction, int handle, RedoScope scope)
    {
        if (Items[handle].Has(ItemFlags.Redone))
            return RedoneOf(transaction, handle);
        var holder = Branches[Items[handle].Parent].Item;
        if (holder < 0)
            return 0;
        if (holder > 0 && Items[holder].IsDeleted)
        {
            if (!Items[holder].Has(ItemFlags.Redone))
                return 0;
            while (Items[holder].Has(ItemFlags.Redone))
                holder = RedoneOf(transaction, holder);
        }
        if (holder > 0 && Items[holder].Kind != ContentKind.Type)
            return 0;
        var branch = holder == 0 ? Branches[Items[handle].Parent] : (Branch)Contents[Items[holder].Content];
        int left,
            right = 0;
        if (!Items[handle].IsKeyed)
        {
            left = Trace(transaction, Items[handle].Left, holder, scope.Before);
            right = Trace(transaction, handle, holder, scope.Behind);
        }
        else if (!TryFindLeft(transaction, handle, holder, branch, scope, out left))
            return 0;
        return RedoBetween(transaction, branch, handle, left, right, scope);
    }

    /// <summary>The nearest item in one direction that is, or was made anew, below that holder.</summary>
    private int Trace(Transaction transaction, int item, int holder, TraceMemo memo)
    {
        if (memo.Knows(holder, item))
            return memo.Found;
        memo.Begin(holder);
        for (; item != 0; item = memo.ToTheRight ? Items[item].Right : Items[item].Left)
        {
            var trace = item;
            while (trace != 0 && HolderOf(trace) != holder)
                trace = RedoneOf(transaction, trace);
            if (trace != 0)
                return memo.Found = trace;
            memo.Pass(item);
        }
        return 0;
    }

    private int HolderOf(int item) => Items[item].Parent == 0 ? -1 : Branches[Items[item].Parent].Item;

    /// <summary>A value under a key comes back only if nobody else set one since.</summary>
    private bool TryFindLeft(
        Transaction transaction,
        int handle,
        int holder,
        Branch branch,
        RedoScope scope,
        out int left
    )
    {
        var key = Items[handle].Place;
        if (Items[handle].Right != 0 && !scope.IgnoreRemoteMapChanges)
        {
            left = handle;
            while (Items[left].Right is var right and not 0 && MayPass(right, scope))
            {
                left = right;
                while (Items[left].Has(ItemFlags.Redone))
                    left = RedoneOf(transaction, left);
            }
            if (Items[left].Right != 0)
                return false;
        }
        else
            left = branch.Last(key);
        if (left != 0 && HolderOf(left) != holder)
            left = branch.Last(key);
        return true;
    }

    private bool MayPass(int handle, RedoScope scope)
    {
        ref readonly var item = ref Items[handle];
        var client = ClientId(item.Client);
        return item.Has(ItemFlags.Redone)
            || scope.IsInsertion(client, item.Clock)
            || scope.IsDeletedByStacks(client, item.Clock);
    }

    private int RedoBetween(Transaction transaction, Branch branch, int handle, int left, int right, RedoScope scope)
    {
        ref var item = ref Items[handle];
        var own = transaction.Doc.Own;
        CheckRoom(own, item.Length);
        var (content, offset) = CopyContent(item);
        var key = item.IsKeyed ? item.Place : 0;
        item.Flags |= ItemFlags.Redone;
        Redone[handle] = (own.Index, own.State);
        var made = TakeItem(own, branch, left, right, item.Kind, item.Length, content, offset, key);
        Keep(made, keep: true);
        Integrate(transaction, made, 0);
        scope.Before.Redone(handle);
        scope.Behind.Redone(handle);
        return made;
    }

    private (int Content, int Offset) CopyContent(in Item item)
    {
        switch (item.Kind)
        {
            case ContentKind.String:
                var place = Text.Take(item.Length);
                Text.Span(item).CopyTo(Text.Span(place.Chunk, place.Offset, item.Length));
                return (place.Chunk, place.Offset);
            case ContentKind.Deleted:
                return (0, 0);
            case ContentKind.Any or ContentKind.Json:
                return (Contents.Add(ValuesOf(item).GetRange(item.Offset, item.Length)), 0);
            case ContentKind.Type:
                var branch = (Branch)Contents[item.Content];
                var copy = NewBranch();
                copy.Ref = branch.Ref;
                copy.Name = branch.Name;
                return (Contents.Add(copy), 0);
            case ContentKind.Doc:
                return (Contents.Add(SubdocContent.Of((YDoc)Contents[item.Content])), 0);
            default:
                return (Contents.Add(Contents[item.Content]), 0);
        }
    }
}
