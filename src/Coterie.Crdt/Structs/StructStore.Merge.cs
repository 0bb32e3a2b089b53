namespace Coterie.Crdt.Structs;

internal sealed partial class StructStore
{
    /// <summary>
    /// Merges the struct at <paramref name="place"/> into the one before it while they continue each other; answers how many
    /// were merged. The place is that of the struct which holds them all afterwards.
    /// </summary>
    public int MergeWithLefts(ClientStructs structs, ref ClientStructs.Place place)
    {
        var merged = 0;
        var left = place;
        while (structs.Previous(ref left) && Merge(structs[left], structs[place]))
        {
            structs.Remove(place);
            place = left;
            merged++;
        }
        return merged;
    }

    private bool Merge(int leftHandle, int rightHandle)
    {
        ref var left = ref Items[leftHandle];
        ref var right = ref Items[rightHandle];
        if (left.Kind != right.Kind || ((left.Flags ^ right.Flags) & ItemFlags.Deleted) != ItemFlags.None)
            return false;
        if (left.Kind == ContentKind.Gc)
        {
            left.Length += right.Length;
            Items.Free(rightHandle);
            return true;
        }
        if (
            left.Right != rightHandle
            || !right.OriginIs(left.Client, left.End - 1)
            || !left.HasSameRightOrigin(right)
            || ((left.Flags | right.Flags) & ItemFlags.Redone) != ItemFlags.None
        )
            return false;
        switch (left.Kind)
        {
            case ContentKind.String:
                JoinText(ref left, ref right);
                break;
            case ContentKind.Any or ContentKind.Json:
                JoinValues(ref left, right);
                break;
            case ContentKind.Deleted:
                break;
            default:
                return false;
        }
        Absorb(leftHandle, rightHandle);
        return true;
    }

    private void JoinText(ref Item left, ref Item right)
    {
        if (left.Content == right.Content && left.Offset + left.Length == right.Offset)
            left.Room = right.Room;
        else
            Text.Append(ref left, Text.Span(right));
    }

    /// <summary>The left item takes the right one's place too.</summary>
    private void Absorb(int leftHandle, int rightHandle)
    {
        ref var left = ref Items[leftHandle];
        ref readonly var right = ref Items[rightHandle];
        var branch = Branches[left.Parent];
        left.Flags |= right.Flags & ItemFlags.Keep;
        left.Right = right.Right;
        if (left.Right != 0)
            Items[left.Right].Left = leftHandle;
        if (left.IsKeyed)
        {
            if (branch.Last(left.Place) == rightHandle)
                branch.SetLast(left.Place, leftHandle);
            left.Length += right.Length;
        }
        else
        {
            if (branch.CursorItem == rightHandle)
            {
                branch.CursorItem = leftHandle;
                branch.CursorStart -= left.Visible;
            }
            branch.ListCount--;
            left.Length += right.Length;
            branch.Tree?.Join(leftHandle, rightHandle);
        }
        Items.Free(rightHandle);
    }
}
