namespace Coterie.Crdt.Structs;

/// <summary>What the commonest keystrokes do to the structure, where the general steps would make an item to merge it away.</summary>
internal sealed partial class StructStore
{
    /// <summary>What a text must not be of which keys take a part back.</summary>
    private const ItemFlags Special = ItemFlags.Deleted | ItemFlags.Redone | ItemFlags.Keyed | ItemFlags.Keep;

    /// <summary>The last item of a client, if text that follows its last unit becomes a part of it; else 0.</summary>
    public int Continued(ClientStructs client, int rightClient, int rightClock)
    {
        if (client.State == 0)
            return 0;
        var handle = client[client.Last];
        ref readonly var item = ref Items[handle];
        if (
            item.Kind != ContentKind.String
            || item.Has(ItemFlags.Deleted | ItemFlags.Redone | ItemFlags.Keyed)
            || item.RightOriginClient != rightClient
        )
            return 0;
        if (rightClient < 0)
            return item.Right == 0 ? handle : 0;
        // Its right origin is right of it: nothing came between, and nothing has to be cut.
        return
            item.Right != 0
            && item.RightOriginClock == rightClock
            && Items[item.Right].Client == rightClient
            && Items[item.Right].Clock == rightClock
            ? handle
            : 0;
    }

    /// <summary>
    /// Deletes the last units of a text of which some stay, if a tombstone that continues it stands on its right: that takes
    /// them over. Deleted items are being collected.
    /// </summary>
    public bool TryTakeBack(Transaction transaction, int handle, int less)
    {
        ref var item = ref Items[handle];
        ref var tombstone = ref Items[item.Right];
        if (
            item.Right == 0
            || item.Kind != ContentKind.String
            || item.Has(Special)
            || item.Length <= less
            || tombstone.Kind != ContentKind.Deleted
            || tombstone.Has(ItemFlags.Redone)
            || tombstone.Client != item.Client
            || !tombstone.OriginIs(item.Client, item.End - 1)
            || tombstone.Clock != item.End
            || !tombstone.HasSameRightOrigin(item)
            || char.IsHighSurrogate(Text.Span(item)[^(less + 1)])
        )
            return false;
        var client = _clients[item.Client];
        client.Begin(client.Find(tombstone.Clock), tombstone.Clock - less);
        Text.Shorten(ref item, less);
        item.Length -= less;
        tombstone.Clock -= less;
        tombstone.OriginClock -= less;
        tombstone.Length += less;
        var branch = Branches[item.Parent];
        branch.Length -= less;
        branch.Tree?.Refresh(handle);
        transaction.Deletes.Add(item.Client, tombstone.Clock, less);
        return true;
    }

    /// <summary>
    /// Deletes the first units of a text of which some stay, if a tombstone that it continues stands on its left: that takes them over.
    /// Deleted items are being collected.
    /// </summary>
    public bool TryTakeAhead(Transaction transaction, int handle, int less)
    {
        ref var item = ref Items[handle];
        ref var tombstone = ref Items[item.Left];
        if (
            item.Left == 0
            || item.Kind != ContentKind.String
            || item.Has(Special)
            || item.Length <= less
            || tombstone.Kind != ContentKind.Deleted
            || tombstone.Has(ItemFlags.Redone)
            || !item.OriginIs(tombstone.Client, tombstone.End - 1)
            || tombstone.Client != item.Client
            || tombstone.End != item.Clock
            || !tombstone.HasSameRightOrigin(item)
            || char.IsHighSurrogate(Text.Span(item)[less - 1])
        )
            return false;
        var client = _clients[item.Client];
        client.Begin(client.Find(item.Clock), item.Clock + less);
        transaction.Deletes.Add(item.Client, item.Clock, less);
        tombstone.Length += less;
        item.Clock += less;
        item.OriginClock += less;
        item.Offset += less;
        item.Length -= less;
        var branch = Branches[item.Parent];
        branch.Length -= less;
        branch.Tree?.Refresh(handle);
        return true;
    }
}
