using Coterie.Crdt.Updates;

namespace Coterie.Crdt.Structs;

internal sealed partial class StructStore
{
    // Scratch of the conflict loop, empty between calls: what it passed, with the how manieth that was.
    private Dictionary<int, int> _passed = [];

    /// <summary>
    /// Finds the neighbours and the parent of a decoded item whose references all are in the document. What refers to something
    /// that was collected with its parent becomes Gc.
    /// </summary>
    public void Resolve(Transaction transaction, int handle)
    {
        ref var item = ref Items[handle];
        item.Left = item.HasOrigin ? FindCleanEnd(transaction, item.OriginClient, item.OriginClock) : 0;
        item.Right = item.HasRightOrigin ? FindRight(transaction, item) : 0;
        if (IsGc(item.Left) || IsGc(item.Right))
            item.Parent = 0;
        else if (item.Has(ItemFlags.ParentByName))
            item.Parent = Root(item.OriginClock).Index;
        else if (item.Has(ItemFlags.ParentById))
        {
            ref readonly var holder = ref Items[Find(item.Parent, item.OriginClock)];
            item.Parent = holder.Kind == ContentKind.Type ? ((Branch)Contents[holder.Content]).Index : 0;
        }
        else
        {
            ref readonly var beside = ref Items[item.Left != 0 ? item.Left : item.Right];
            item.Parent = beside.Parent;
            item.Flags = (item.Flags & ~ItemFlags.Keyed) | (beside.Flags & ItemFlags.Keyed);
            if (beside.IsKeyed)
                item.Place = beside.Place;
        }
        item.Flags &= ~(ItemFlags.ParentById | ItemFlags.ParentByName);
    }

    /// <summary>The item that begins with the right origin. Where nobody else inserted it stands right of the left one still.</summary>
    private int FindRight(Transaction transaction, in Item item)
    {
        if (item.Left != 0 && Takes(Shortcuts.Neighbours) && Items[item.Left].Right is var beside and not 0)
        {
            ref readonly var right = ref Items[beside];
            if (right.Client == item.RightOriginClient && right.Clock == item.RightOriginClock)
                return beside;
        }
        return FindCleanStart(transaction, item.RightOriginClient, item.RightOriginClock);
    }

    private bool IsGc(int handle) => handle != 0 && Items[handle].Kind == ContentKind.Gc;

    /// <summary>Puts a resolved item in its place, without its first <paramref name="offset"/> clocks.</summary>
    public void Integrate(Transaction transaction, int handle, int offset)
    {
        ref var item = ref Items[handle];
        var client = _clients[item.Client];
        if (offset > 0)
            Trim(transaction, handle, offset);
        transaction.Touch(client);
        transaction.Appended++;
        if (item.Parent == 0)
        {
            BecomeGc(handle);
            client.Append(item.Clock, handle);
            client.State = item.End;
            return;
        }
        var branch = Branches[item.Parent];
        var first = item.IsKeyed ? branch.Values(item.Place).First : branch.Start;
        if (item.Left == 0 ? item.Right == 0 || Items[item.Right].Left != 0 : Items[item.Left].Right != item.Right)
            item.Left = Place(item, first);
        Link(transaction, branch, handle, first);
        client.Append(item.Clock, handle);
        client.State = item.End;
        transaction.Change(branch, item.IsKeyed ? item.Place : 0);
        IntegrateContent(transaction, branch, handle);
        if (branch.IsDeleted || (item.IsKeyed && item.Right != 0))
            Delete(transaction, handle);
    }

    private void Trim(Transaction transaction, int handle, int offset)
    {
        ref var item = ref Items[handle];
        CutStart(ref item, offset);
        if (item.Kind == ContentKind.Gc)
            return;
        item.Left = FindCleanEnd(transaction, item.Client, item.Clock - 1);
        item.OriginClient = item.Client;
        item.OriginClock = item.Clock - 1;
        if (IsGc(item.Left))
        {
            item.Parent = 0;
            return;
        }
        // Its place is where the client's clock before it is, whatever the update says of the part that is known.
        ref readonly var left = ref Items[item.Left];
        item.Parent = left.Parent;
        item.Flags = (item.Flags & ~ItemFlags.Keyed) | (left.Flags & ItemFlags.Keyed);
        if (left.IsKeyed)
            item.Place = left.Place;
    }

    private int Place(in Item item, int first)
    {
        if (OrderOf(item) is { } order)
            return order.Place(item);
        _steps = 0;
        var left = PlaceAmongConflicts(item, item.Left == 0 ? first : Items[item.Left].Right);
        Count(item, first);
        return left;
    }

    /// <summary>YATA: the left neighbour of an item among those inserted at the same place without knowing of it.</summary>
    private int PlaceAmongConflicts(in Item item, int other)
    {
        var left = item.Left;
        var id = ClientId(item.Client);
        if (Takes(Shortcuts.Siblings) && PassSiblings(item, id, ref other, ref left))
            return left;
        // What was passed behind the left one is in conflict still.
        var settled = left == item.Left ? 0 : _passed[left];
        while (other != 0 && other != item.Right)
        {
            ref readonly var conflict = ref Items[other];
            _steps++;
            _passed[other] = _passed.Count + 1;
            if (item.HasSameOrigin(conflict))
            {
                if (ClientId(conflict.Client) < id)
                {
                    left = other;
                    settled = _passed.Count;
                }
                else if (item.HasSameRightOrigin(conflict))
                    break;
            }
            else if (conflict.HasOrigin)
            {
                if (!_passed.TryGetValue(Find(conflict.OriginClient, conflict.OriginClock), out var origin))
                    break;
                if (origin <= settled)
                {
                    left = other;
                    settled = _passed.Count;
                }
            }
            else
                break;
            other = conflict.Right;
        }
        // To clear it costs what it ever held.
        if (_passed.Count > Limits.MostScratch)
            _passed = [];
        else
            _passed.Clear();
        return left;
    }

    /// <summary>
    /// Passes those that were inserted at the very same place. Answers whether they decide alone; else <paramref name="other"/> is the
    /// first that was not, and what was passed is noted as the loop would have noted it.
    /// </summary>
    private bool PassSiblings(in Item item, ulong id, ref int other, ref int left)
    {
        var first = other;
        for (; other != 0 && other != item.Right; other = Items[other].Right, _steps++)
        {
            ref readonly var sibling = ref Items[other];
            if (!item.HasSameOrigin(sibling))
                break;
            if (ClientId(sibling.Client) < id)
                left = other;
            else if (item.HasSameRightOrigin(sibling))
                return true;
        }
        if (other == 0 || other == item.Right)
            return true;
        for (var passed = first; passed != other; passed = Items[passed].Right)
            _passed[passed] = _passed.Count + 1;
        return false;
    }

    private void Link(Transaction transaction, Branch branch, int handle, int first)
    {
        ref var item = ref Items[handle];
        if (item.Left != 0)
        {
            ref var left = ref Items[item.Left];
            item.Right = left.Right;
            left.Right = handle;
        }
        else
        {
            item.Right = first;
            if (item.IsKeyed)
                branch.SetFirst(item.Place, handle);
            else
                branch.Start = handle;
        }
        if (item.Right != 0)
            Items[item.Right].Left = handle;
        OrderOf(item)?.Inserted(handle);
        if (item.IsKeyed)
        {
            if (item.Right != 0)
                return;
            branch.SetLast(item.Place, handle);
            if (item.Left != 0)
                Delete(transaction, item.Left);
            return;
        }
        branch.ListCount++;
        branch.Length += item.Visible;
        branch.CursorItem = 0;
        branch.Tree?.InsertAfter(item.Left, handle);
    }

    private void IntegrateContent(Transaction transaction, Branch branch, int handle)
    {
        ref var item = ref Items[handle];
        switch (item.Kind)
        {
            case ContentKind.Deleted:
                transaction.Deletes.Add(item.Client, item.Clock, item.Length);
                item.Flags |= ItemFlags.Deleted;
                break;
            case ContentKind.Format:
                branch.HasFormatting = true;
                branch.HasOddMarks |= MarkOf(handle)!.Value is double.NaN or Undefined;
                branch.CleansMarks |= branch.Ref != TypeRef.Unknown;
                break;
            case ContentKind.Type:
                var type = (Branch)Contents[item.Content];
                type.Item = handle;
                if (type.View is { } view)
                    transaction.Fill(view);
                break;
            case ContentKind.Doc:
                if (Contents[item.Content] is SubdocContent told)
                    Contents[item.Content] = told.ToDoc();
                transaction.SubdocAdded((YDoc)Contents[item.Content], handle);
                break;
        }
    }
}
