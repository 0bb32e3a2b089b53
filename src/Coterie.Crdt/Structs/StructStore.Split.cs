namespace Coterie.Crdt.Structs;

internal sealed partial class StructStore
{
    private const char Replacement = '\uFFFD';

    /// <summary>Cuts an item in two; answers the right part. The cut may be undone when the transaction ends.</summary>
    private int Split(Transaction transaction, ClientStructs structs, ClientStructs.Place place, int handle, int at)
    {
        var made = Items.Take();
        ref var left = ref Items[handle];
        ref var right = ref Items[made];
        right = left;
        right.Clock += at;
        right.Length -= at;
        right.OriginClient = left.Client;
        right.OriginClock = right.Clock - 1;
        right.Left = handle;
        right.Flags &= ~ItemFlags.Redone;
        left.Room = 0;
        if (left.Has(ItemFlags.Redone))
        {
            var (client, clock) = Redone[handle];
            Redone[made] = (client, clock + at);
            right.Flags |= ItemFlags.Redone;
        }
        CutContent(ref left, ref right, at);
        left.Length = at;
        left.Right = made;
        if (right.Right != 0)
            Items[right.Right].Left = made;
        structs.InsertAfter(place, right.Clock, made);
        OrderOf(left)?.Split(made);
        transaction.MergeLater(right.Client, right.Clock);
        var branch = Branches[left.Parent];
        if (left.IsKeyed)
        {
            if (right.Right == 0)
                branch.SetLast(right.Place, made);
        }
        else
        {
            branch.ListCount++;
            branch.Tree?.Split(handle, made);
        }
        return made;
    }

    /// <summary>Gives the units or values from <paramref name="at"/> on to the right part, whose other fields are a copy.</summary>
    private void CutContent(ref Item left, ref Item right, int at)
    {
        switch (left.Kind)
        {
            case ContentKind.String:
                right.Offset += at;
                var text = Text.Span(left.Content, left.Offset, at + 1);
                // Yjs leaves no half of a pair behind: both halves are replaced.
                if (char.IsHighSurrogate(text[at - 1]))
                    text[at - 1] = text[at] = Replacement;
                break;
            case ContentKind.Any or ContentKind.Json:
                right.Content = Contents.Add(ValuesOf(left));
                right.Offset += at;
                break;
        }
    }

    /// <summary>Drops the first units or values of an item that is not integrated yet.</summary>
    private void CutStart(ref Item item, int at)
    {
        item.Clock += at;
        item.Length -= at;
        switch (item.Kind)
        {
            case ContentKind.String:
                item.Offset += at;
                if (char.IsHighSurrogate(Text.Span(item.Content, item.Offset - 1, 1)[0]))
                    Text.Span(item.Content, item.Offset, 1)[0] = Replacement;
                break;
            case ContentKind.Any or ContentKind.Json:
                item.Offset += at;
                break;
        }
    }
}
