namespace Coterie.Crdt.Structs;

/// <summary>New items of the document's own client.</summary>
internal sealed partial class StructStore
{
    /// <summary>Cuts an item <paramref name="at"/> units from its start; answers the right part.</summary>
    public int Cut(Transaction transaction, int handle, int at)
    {
        ref readonly var item = ref Items[handle];
        var structs = _clients[item.Client];
        return Split(transaction, structs, structs.Find(item.Clock), handle, at);
    }

    /// <summary>Puts text between two neighbours; the left one grows if the text continues it.</summary>
    public void InsertText(
        Transaction transaction,
        Branch branch,
        int left,
        int right,
        int index,
        ReadOnlySpan<char> text
    )
    {
        var own = transaction.Doc.Own;
        CheckRoom(own, text.Length);
        if (left != 0 && Takes(Shortcuts.Growth) && Continues(own, left, right) && MayGrow(transaction, branch, left))
        {
            Grow(transaction, own, branch, left, text);
            branch.CursorItem = left;
            branch.CursorStart = index + text.Length - Items[left].Length;
            transaction.Change(branch, 0);
            return;
        }
        var place = Text.Add(text);
        var made = InsertItem(
            transaction,
            branch,
            left,
            right,
            ContentKind.String,
            text.Length,
            place.Chunk,
            place.Offset
        );
        branch.CursorItem = made;
        branch.CursorStart = index;
    }

    /// <summary>Refuses insertions for which a client has no clocks left.</summary>
    public static void CheckRoom(ClientStructs own, long length)
    {
        if (length > Limits.MostClock - own.State)
            throw new InvalidOperationException(
                "The client id has too few clocks left (Limits.MostClock): give the document another ClientId."
            );
    }

    /// <summary>Observers tell what is new by where items begin: for them an item of before stays as it was until they have heard.</summary>
    private bool MayGrow(Transaction transaction, Branch branch, int left) =>
        Items[left].Clock >= transaction.Before(transaction.Doc.Own) || !branch.IsObserved;

    /// <summary>Makes a client's last item longer by text that continues it.</summary>
    public void Grow(Transaction transaction, ClientStructs client, Branch branch, int handle, ReadOnlySpan<char> text)
    {
        transaction.Touch(client);
        ref var item = ref Items[handle];
        Text.Append(ref item, text);
        item.Length += text.Length;
        client.State = item.End;
        branch.Length += text.Length;
        branch.Tree?.Refresh(handle);
    }

    /// <summary>Whether text of that client between the two becomes part of the left one when the transaction ends.</summary>
    public bool Continues(ClientStructs own, int left, int right)
    {
        ref readonly var item = ref Items[left];
        return item.Client == own.Index
            && item.End == own.State
            && item.Kind == ContentKind.String
            && !item.Has(ItemFlags.Deleted | ItemFlags.Redone)
            && (
                right == 0
                    ? !item.HasRightOrigin
                    : item.RightOriginClient == Items[right].Client && item.RightOriginClock == Items[right].Clock
            );
    }

    /// <summary>Makes an item of the document's own client the last of a key's chain.</summary>
    public void InsertKeyed(Transaction transaction, Branch branch, int key, ContentKind kind, int length, int content)
    {
        var left = branch.Last(key);
        InsertItem(transaction, branch, left, 0, kind, length, content, key: key);
    }

    /// <summary>Makes an item of the document's own client between two neighbours of a list, or of a key's chain; answers its handle.</summary>
    public int InsertItem(
        Transaction transaction,
        Branch branch,
        int left,
        int right,
        ContentKind kind,
        int length,
        int content,
        int offset = 0,
        int key = 0
    )
    {
        var handle = TakeItem(transaction.Doc.Own, branch, left, right, kind, length, content, offset, key);
        Integrate(transaction, handle, 0);
        return handle;
    }

    private int TakeItem(
        ClientStructs own,
        Branch branch,
        int left,
        int right,
        ContentKind kind,
        int length,
        int content,
        int offset,
        int key
    )
    {
        CheckRoom(own, length);
        var handle = Items.Take();
        ref var item = ref Items[handle];
        item = new Item
        {
            Clock = own.State,
            Length = length,
            Client = own.Index,
            OriginClient = -1,
            RightOriginClient = -1,
            Left = left,
            Right = right,
            Parent = branch.Index,
            Kind = kind,
            Content = content,
            Offset = offset,
            Place = key,
            Flags = kind is ContentKind.Format or ContentKind.Deleted ? ItemFlags.None : ItemFlags.Countable,
        };
        if (key != 0)
            item.Flags |= ItemFlags.Keyed;
        if (left != 0)
        {
            item.OriginClient = Items[left].Client;
            item.OriginClock = Items[left].End - 1;
        }
        if (right != 0)
        {
            item.RightOriginClient = Items[right].Client;
            item.RightOriginClock = Items[right].Clock;
        }
        return handle;
    }
}
