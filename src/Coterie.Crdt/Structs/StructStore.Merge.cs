namespace Coterie.Crdt.Structs;

internal sealed partial class StructStore
{
    /// <summary>
    /// Merges the struct at <paramref name="place"/> into the one before it while they continue each other; answers how many
    /// were merged. The place is that of the struct which holds them all afterwards.
    /// </summary>
    public int MergeWithLefts(ClientStructs structs, ref ClientStructs.Place place)
    {
        var count = 0;
        for (var left = place; structs.Previous(ref left) && MayMerge(structs[left], structs[place]); count++)
            place = left;
        // From the first one on: what it has got already is not copied again for each that follows.
        for (var merged = 0; merged < count; merged++)
        {
            var next = place;
            structs.Next(ref next);
            Merge(structs[place], structs[next]);
            structs.Remove(next);
        }
        return count;
    }

    /// <summary>Merges what there is to merge from the struct on that holds a clock, the last first.</summary>
    public void MergeFrom(ClientStructs structs, int clock)
    {
        var first = Items[structs[structs.Find(clock)]].Clock;
        var place = structs.Last;
        do
        {
            // Most are not merged: within a chunk these are passed without looking them up one by one.
            var entries = structs.InChunk(place.Chunk);
            var at = place.At;
            while (at > 0 && entries[at].Clock >= first && !MayMerge(entries[at - 1].Handle, entries[at].Handle))
                at--;
            place = new(place.Chunk, at);
            if (entries[at].Clock < first)
                return;
            MergeWithLefts(structs, ref place);
        } while (structs.Previous(ref place));
    }

    /// <summary>Whether the right struct, which begins where the left one ends, can become a part of it.</summary>
    private bool MayMerge(int leftHandle, int rightHandle)
    {
        ref readonly var left = ref Items[leftHandle];
        ref readonly var right = ref Items[rightHandle];
        if (left.Kind != right.Kind || ((left.Flags ^ right.Flags) & ItemFlags.Deleted) != ItemFlags.None)
            return false;
        return left.Kind switch
        {
            ContentKind.Gc => true,
            ContentKind.String or ContentKind.Any or ContentKind.Json or ContentKind.Deleted => left.Right
                == rightHandle
                && right.OriginIs(left.Client, left.End - 1)
                && left.HasSameRightOrigin(right)
                && ((left.Flags | right.Flags) & ItemFlags.Redone) == ItemFlags.None,
            _ => false,
        };
    }

    private void Merge(int leftHandle, int rightHandle)
    {
        ref var left = ref Items[leftHandle];
        ref var right = ref Items[rightHandle];
        switch (left.Kind)
        {
            case ContentKind.Gc:
                left.Length += right.Length;
                Items.Free(rightHandle);
                return;
            case ContentKind.String:
                JoinText(ref left, ref right);
                break;
            case ContentKind.Any or ContentKind.Json:
                JoinValues(ref left, right);
                break;
        }
        Absorb(leftHandle, rightHandle);
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
