using System.Text.Unicode;
using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;
using Coterie.Crdt.Updates;

namespace Coterie.Crdt;

/// <summary>
/// Short cuts for what nearly all keystrokes are: typing on, and taking back what was typed. They leave the structure as the
/// general way does and emit the same bytes. Where somebody watches the change, or the place is not that plain, they answer
/// false and have changed nothing.
/// </summary>
public sealed partial class YDoc
{
    /// <summary>Bytes of the longest update that is looked at for being a keystroke.</summary>
    private const int LongestKeystroke = 96;

    private bool IsQuiet(Shortcuts path) =>
        _current is null
        && _ending.Count == 0
        && BeforeTransaction is null
        && AfterTransaction is null
        && Store.Takes(path);

    /// <summary>Whether what is deleted is forgotten, whatever it is.</summary>
    private bool ForgetsAll => Gc && _gcFilter is null;

    /// <summary>Types on at the document's own last item.</summary>
    internal bool TryTypeOn(Branch branch, int index, ReadOnlySpan<char> text)
    {
        if (!IsQuiet(Shortcuts.TypingOn))
            return false;
        var (left, start) = branch.Find(index);
        if (left == 0 || index - start != Store.Items[left].Length || text.Length > Limits.MostClock - Own.State)
            return false;
        var right = Store.Items[left].Right;
        if ((right != 0 && Store.Items[right].IsDeleted) || !Store.Continues(Own, left, right) || branch.IsObserved)
            return false;
        // With marks, text may belong behind one that stands on the right, or get marks of its own.
        if (branch.HasFormatting && (branch.HasOddMarks || (right != 0 && Store.MarkOf(right) is not null)))
            return false;
        var (transaction, _) = Begin(origin: null, isLocal: true);
        Store.Grow(transaction, Own, branch, left, text);
        branch.CursorItem = left;
        branch.CursorStart = start;
        EndTyped(transaction, left, text);
        return true;
    }

    /// <summary>Deletes the end of an item that stands before its own tombstone, or the beginning of one that stands behind it.</summary>
    internal bool TryTakeBack(Branch branch, int index, int length)
    {
        if (!IsQuiet(Shortcuts.TakingBack) || !ForgetsAll)
            return false;
        var (item, start) = branch.Find(index + length);
        var isEnd = index + length - start == Store.Items[item].Length;
        if (start > index || isEnd != start < index || branch.IsObserved)
            return false;
        var (transaction, _) = Begin(origin: null, isLocal: true);
        if (!(isEnd ? Store.TryTakeBack(transaction, item, length) : Store.TryTakeAhead(transaction, item, length)))
        {
            Abandon(transaction);
            return false;
        }
        branch.CursorItem = item;
        branch.CursorStart = start;
        EndTakenBack(transaction);
        return true;
    }

    /// <summary>Applies an update of format v1 that is one keystroke.</summary>
    private bool TryApplyKeystroke(ReadOnlySpan<byte> update, object? origin)
    {
        if (
            update.Length is < 6 or > LongestKeystroke
            || update[1] != 1
            || _pendingStructs is not null
            || _pendingDeletes is not null
            || !IsQuiet(Shortcuts.Keystrokes)
        )
            return false;
        return update[0] switch
        {
            0 => TryApplyTakenBack(update[2..], origin),
            1 => TryApplyTyped(update[2..], origin),
            _ => false,
        };
    }

    private bool TryApplyTyped(ReadOnlySpan<byte> rest, object? origin)
    {
        if (
            !ByteReader.TryVarUint(ref rest, out var id)
            || !ByteReader.TryVarUint(ref rest, out var clock)
            || Store.Find(id) is not { } client
            || (ulong)client.State != clock
            || id == ClientId
            || rest.IsEmpty
        )
            return false;
        var info = rest[0];
        rest = rest[1..];
        const byte typed = (byte)ContentKind.String | StructStore.HasOrigin;
        if (
            (info & ~StructStore.HasRightOrigin) != typed
            || !ByteReader.TryVarUint(ref rest, out var originId)
            || !ByteReader.TryVarUint(ref rest, out var originClock)
            || originId != id
            || originClock + 1 != clock
        )
            return false;
        int rightClient = -1,
            rightClock = 0;
        if ((info & StructStore.HasRightOrigin) != 0)
        {
            if (
                !ByteReader.TryVarUint(ref rest, out var rightId)
                || !ByteReader.TryVarUint(ref rest, out var right)
                || Store.Find(rightId) is not { } known
                || right >= (ulong)known.State
            )
                return false;
            rightClient = known.Index;
            rightClock = (int)right;
        }
        var left = Store.Continued(client, rightClient, rightClock);
        // One byte for the length, and one for no deletions.
        if (left == 0 || rest.Length < 3 || rest[0] != rest.Length - 2 || rest[^1] != 0)
            return false;
        var branch = Store.Branches[Store.Items[left].Parent];
        if (branch.IsObserved)
            return false;
        Span<char> text = stackalloc char[LongestKeystroke];
        var units = ByteReader.TryText(rest[1..^1], text);
        if (units <= 0 || units > Limits.MostClock - client.State)
            return false;
        var (transaction, _) = Begin(origin, isLocal: false);
        Store.Grow(transaction, client, branch, left, text[..units]);
        branch.CursorItem = 0;
        EndTyped(transaction, left, text[..units]);
        return true;
    }

    private bool TryApplyTakenBack(ReadOnlySpan<byte> rest, object? origin)
    {
        if (
            !ForgetsAll
            || !ByteReader.TryVarUint(ref rest, out var id)
            || !ByteReader.TryVarUint(ref rest, out var ranges)
            || !ByteReader.TryVarUint(ref rest, out var clock)
            || !ByteReader.TryVarUint(ref rest, out var length)
            || !rest.IsEmpty
            || ranges != 1
            || length == 0
            || Store.Find(id) is not { } client
            || clock >= (ulong)client.State
            || length > (ulong)client.State - clock
        )
            return false;
        var handle = client[client.Find((int)clock)];
        ref readonly var item = ref Store.Items[handle];
        var isEnd = item.End == (int)(clock + length);
        if (isEnd != item.Clock < (int)clock || item.End < (int)(clock + length) || item.Parent == 0)
            return false;
        var branch = Store.Branches[item.Parent];
        if (branch.HasFormatting || branch.IsObserved)
            return false;
        var (transaction, _) = Begin(origin, isLocal: false);
        if (
            !(
                isEnd
                    ? Store.TryTakeBack(transaction, handle, (int)length)
                    : Store.TryTakeAhead(transaction, handle, (int)length)
            )
        )
        {
            Abandon(transaction);
            return false;
        }
        branch.CursorItem = 0;
        EndTakenBack(transaction);
        return true;
    }

    private void EndTyped(Transaction transaction, int handle, ReadOnlySpan<char> text)
    {
        _current = null;
        transaction.NoteAfter();
        List<Exception>? errors = null;
        if (IsHeardV2)
            Emit(transaction, ref errors);
        else if (IsHeard)
        {
            ref readonly var item = ref Store.Items[handle];
            var client = Store.Client(item.Client);
            var emitted = Emitted;
            var writer = new UpdateWriterV1(emitted);
            var clock = item.End - text.Length;
            emitted.Clear();
            emitted.VarUint(1);
            emitted.VarUint(1);
            emitted.Packed(client.PackedId);
            emitted.VarUint(clock);
            emitted.Byte(
                (byte)(
                    (byte)ContentKind.String
                    | StructStore.HasOrigin
                    | (item.HasRightOrigin ? StructStore.HasRightOrigin : 0)
                )
            );
            emitted.Packed(client.PackedId);
            emitted.VarUint(clock - 1);
            if (item.HasRightOrigin)
            {
                emitted.Packed(Store.Client(item.RightOriginClient).PackedId);
                emitted.VarUint(item.RightOriginClock);
            }
            writer.String(text);
            emitted.VarUint(0);
            TellWritten(transaction, ref errors);
        }
        FinishFrom(1, errors);
    }

    private void EndTakenBack(Transaction transaction)
    {
        _current = null;
        List<Exception>? errors = null;
        if (IsHeardV2)
            Emit(transaction, ref errors);
        else if (IsHeard)
        {
            ref readonly var range = ref transaction.Deletes.Ranges[0];
            var emitted = Emitted;
            emitted.Clear();
            emitted.VarUint(0);
            emitted.VarUint(1);
            emitted.Packed(Store.Client(range.Client).PackedId);
            emitted.VarUint(1);
            emitted.VarUint(range.Clock);
            emitted.VarUint(range.Length);
            TellWritten(transaction, ref errors);
        }
        FinishFrom(1, errors);
    }

    /// <summary>Forgets a transaction in which nothing was done.</summary>
    private void Abandon(Transaction transaction)
    {
        _current = null;
        transaction.Clear();
        _spare = transaction;
        _ending.Clear();
        Leave();
    }
}
