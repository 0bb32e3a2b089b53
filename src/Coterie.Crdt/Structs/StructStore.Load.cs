using System.Runtime.InteropServices;

namespace Coterie.Crdt.Structs;

/// <summary>
/// The short cut through integration: structs that continue their client, of content that asks for nothing more, whose neighbours are
/// each other's still, so that nothing is cut and nobody is in conflict. What a document is loaded from holds little else. The first
/// struct that differs is left to the general way, which finds everything as if it had taken all.
/// </summary>
internal sealed partial class StructStore
{
    /// <summary>A block of fewer structs is not worth hints.</summary>
    private const int LeastHinted = 64;

    /// <summary>Structs that are passed from a hint on.</summary>
    private const int MostPassed = 16;

    /// <summary>A bit for each kind of content that is put in with its item, and that is all.</summary>
    private const int Plain =
        1 << (int)ContentKind.Deleted
        | 1 << (int)ContentKind.Json
        | 1 << (int)ContentKind.Binary
        | 1 << (int)ContentKind.String
        | 1 << (int)ContentKind.Embed
        | 1 << (int)ContentKind.Any;

    private ClockHints _hints;

    /// <summary>Puts the next structs of a decoded block in, as far as they are of that kind.</summary>
    private void Load(Transaction transaction, int at)
    {
        ref var block = ref CollectionsMarshal.AsSpan(_decodedClients)[at];
        if (block.Next == block.End || _crowds is not null || !Takes(Shortcuts.Loading))
            return;
        var decoded = CollectionsMarshal.AsSpan(_decoded)[..block.End];
        var client = _clients[block.Client];
        if (Items[decoded[block.Next]].Clock != client.State)
            return;
        var isHinted = Hint(decoded, block, at);
        var items = Items.Seen;
        Branch? branch = null;
        var last = 0;
        for (; block.Next < decoded.Length; block.Next++)
        {
            var handle = decoded[block.Next];
            ref var item = ref items[handle];
            if (!TryFindBeside(items, decoded, item, last, isHinted, out var left, out var right))
                break;
            var parent = items[left != 0 ? left : right].Parent;
            if (branch is null || branch.Index != parent)
            {
                branch = Branches[parent];
                if (branch.IsDeleted)
                    break;
                transaction.Touch(client);
                transaction.Change(branch, 0);
            }
            (item.Left, item.Right, item.Parent) = (left, right, parent);
            if (left != 0)
                items[left].Right = handle;
            else
                branch.Start = handle;
            if (right != 0)
                items[right].Left = handle;
            if (item.Kind == ContentKind.Deleted)
            {
                transaction.Deletes.Add(item.Client, item.Clock, item.Length);
                item.Flags |= ItemFlags.Deleted;
            }
            else if (item.Kind == ContentKind.String)
                _loaded += item.Length;
            branch.ListCount++;
            branch.Length += item.Visible;
            branch.CursorItem = 0;
            branch.Tree?.InsertAfter(left, handle);
            client.Append(item.Clock, handle);
            client.State = item.End;
            transaction.Appended++;
            last = handle;
            if (isHinted)
                _hints.Note(item.End);
        }
    }

    /// <summary>Whether there are hints for all of the block that is in the document.</summary>
    private bool Hint(ReadOnlySpan<int> decoded, in DecodedClient block, int at)
    {
        if (!_hints.IsOf(at))
        {
            if (block.End - block.Next < LeastHinted)
                return false;
            _hints.Begin(
                at,
                block.Next,
                block.End - block.Next,
                Items[decoded[block.Next]].Clock,
                Items[decoded[^1]].End
            );
        }
        // What went the general way. Where it is not as it was decoded, the hint names nothing that holds the clock.
        while (_hints.Next < block.Next)
            _hints.Note(Items[decoded[_hints.Next]].End);
        return true;
    }

    /// <summary>The neighbours of a struct that the short cut takes; false for any other.</summary>
    private bool TryFindBeside(
        ItemArena.View items,
        ReadOnlySpan<int> decoded,
        in Item item,
        int last,
        bool isHinted,
        out int left,
        out int right
    )
    {
        (left, right) = (0, 0);
        if ((Plain >> (int)item.Kind & 1) == 0)
            return false;
        if (item.HasOrigin)
        {
            left = Holder(items, decoded, item, item.OriginClient, item.OriginClock, last, isHinted);
            if (left == 0)
                return false;
            ref readonly var origin = ref items[left];
            if (origin.End - 1 != item.OriginClock || origin.Kind == ContentKind.Gc || origin.IsKeyed)
                return false;
            right = origin.Right;
            return right == 0 ? !item.HasRightOrigin : items[right].IsRightOriginOf(item);
        }
        if (!item.HasRightOrigin)
            return false;
        right = Holder(items, decoded, item, item.RightOriginClient, item.RightOriginClock, last, isHinted);
        return right != 0
            && items[right] is { Left: 0, Kind: not ContentKind.Gc, IsKeyed: false } beside
            && beside.Clock == item.RightOriginClock;
    }

    /// <summary>The struct that holds a clock; 0 where the document has none.</summary>
    private int Holder(
        ItemArena.View items,
        ReadOnlySpan<int> decoded,
        in Item item,
        int client,
        int clock,
        int last,
        bool isHinted
    )
    {
        if (last != 0 && items[last].Holds(client, clock))
            return last;
        if (client != item.Client)
            return clock < _clients[client].State ? Find(client, clock) : 0;
        if (isHinted && _hints.Before(clock) is var at and >= 0)
            for (var until = Math.Min(at + MostPassed, _hints.Next); at < until; at++)
                if (items[decoded[at]].Holds(client, clock))
                    return decoded[at];
        return Find(client, clock);
    }
}
