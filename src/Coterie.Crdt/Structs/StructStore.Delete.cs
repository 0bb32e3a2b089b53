namespace Coterie.Crdt.Structs;

internal sealed partial class StructStore
{
    // Shared types whose content waits to be collected: a list instead of recursion, for types nest without limit.
    private readonly Stack<Branch> _below = new();

    /// <summary>Shared types that are being deleted, one inside the other: what of the list and which key is next.</summary>
    private readonly Stack<(Branch Branch, int Child, int Key)> _deleting = new();

    /// <summary>Marks an item as deleted, and all below it, what a type holds before what follows the type: the order of Yjs.</summary>
    public void Delete(Transaction transaction, int handle)
    {
        if (Items[handle].IsDeleted)
            return;
        var outermost = _deleting.Count == 0;
        DeleteOne(transaction, handle);
        if (!outermost)
            return;
        while (_deleting.TryPop(out var next))
        {
            var (branch, child, key) = next;
            if (child != 0)
                _deleting.Push((branch, Items[child].Right, 0));
            else if (key < branch.Map?.Count)
            {
                child = branch.Map.GetAt(key).Value.Last;
                _deleting.Push((branch, 0, key + 1));
            }
            else
            {
                transaction.Unchange(branch);
                continue;
            }
            DeleteChild(transaction, child);
        }
    }

    private void DeleteChild(Transaction transaction, int handle)
    {
        ref readonly var item = ref Items[handle];
        if (!item.IsDeleted)
            DeleteOne(transaction, handle);
        else if (item.Clock < transaction.Before(item.Client))
            transaction.MergeLater(item.Client, item.Clock);
    }

    private void DeleteOne(Transaction transaction, int handle)
    {
        ref var item = ref Items[handle];
        var branch = Branches[item.Parent];
        _loaded = 0;
        item.Flags |= ItemFlags.Deleted;
        if (!item.IsKeyed)
        {
            if (item.IsCountable)
            {
                branch.Length -= item.Length;
                branch.Tree?.Refresh(handle);
                branch.CursorItem = 0;
            }
            else if (item.Kind == ContentKind.Format)
                branch.Tree?.MarkDeleted(handle);
        }
        transaction.Deletes.Add(item.Client, item.Clock, item.Length);
        transaction.DeletesContent = true;
        transaction.Change(branch, item.IsKeyed ? item.Place : 0);
        if (item.Kind == ContentKind.Type)
        {
            var below = (Branch)Contents[item.Content];
            below.Tree = null;
            below.CursorItem = 0;
            _deleting.Push((below, below.Start, 0));
        }
        else if (item.Kind == ContentKind.Doc)
            transaction.SubdocRemoved((YDoc)Contents[item.Content]);
    }

    /// <summary>Forgets what a deleted item held. Its place and its length stay.</summary>
    public void Collect(int handle)
    {
        ref var item = ref Items[handle];
        if (item.Kind == ContentKind.Type)
        {
            _below.Push((Branch)Contents[item.Content]);
            CollectBelow();
        }
        else if (item.Kind == ContentKind.String)
            Text.Forget(item, ref Items[item.Left]);
        else
            FreeContent(item);
        item.Kind = ContentKind.Deleted;
        item.Content = 0;
        item.Room = 0;
        item.Flags &= ~ItemFlags.Countable;
    }

    private void CollectBelow()
    {
        while (_below.TryPop(out var branch))
        {
            for (var child = branch.Start; child != 0; )
            {
                var next = Items[child].Right;
                CollectChild(child);
                child = next;
            }
            if (branch.Map is not null)
                foreach (var (_, chain) in branch.Map)
                    for (var child = chain.Last; child != 0; )
                    {
                        var next = Items[child].Left;
                        CollectChild(child);
                        child = next;
                    }
            if (branch.Item > 0)
                Contents.Free(Items[branch.Item].Content);
            branch.Start = branch.Length = branch.ListCount = branch.CursorItem = 0;
            branch.Map = null;
            branch.Tree = null;
            branch.Item = -1;
            Branches.Free(branch.Index);
        }
    }

    private void CollectChild(int handle)
    {
        ref readonly var item = ref Items[handle];
        if (item.Kind == ContentKind.Type)
        {
            var branch = (Branch)Contents[item.Content];
            Contents.Free(item.Content);
            branch.Item = -1;
            _below.Push(branch);
            Clear(handle);
        }
        else
            BecomeGc(handle);
    }

    private void BecomeGc(int handle)
    {
        ref readonly var item = ref Items[handle];
        FreeContent(item);
        Clear(handle);
    }

    private void Clear(int handle)
    {
        ref var item = ref Items[handle];
        if (item.Has(ItemFlags.Redone))
            Redone.Remove(handle);
        item = new Item
        {
            Clock = item.Clock,
            Length = item.Length,
            Client = item.Client,
            OriginClient = -1,
            RightOriginClient = -1,
            Kind = ContentKind.Gc,
            Flags = ItemFlags.Deleted,
        };
    }

    /// <summary>Gives back the object of a content that is no string.</summary>
    private void FreeContent(in Item item)
    {
        if (item.Kind is ContentKind.Type)
            Branches.Free(((Branch)Contents[item.Content]).Index);
        if (item.Kind is ContentKind.Any or ContentKind.Json)
            ForgetValues(item);
        if (item.Kind is not (ContentKind.String or ContentKind.Gc or ContentKind.Deleted or ContentKind.Skip))
            Contents.Free(item.Content);
    }
}
