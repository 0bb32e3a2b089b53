using Coterie.Crdt.Structs;

namespace Coterie.Crdt;

/// <summary>
/// How transactions run and end. Changes made while one ends (by observers) are transactions of their own, which end after it,
/// in the order in which they began.
/// </summary>
public sealed partial class YDoc
{
    private Transaction? _spare;

    /// <summary>Those that have run and not ended, in order.</summary>
    private readonly List<Transaction> _ending = [];
    private Transaction? _current;
    private Queue<Action>? _afterwards;
    private int _numbers;

    private int _ends;

    /// <summary>Another number whenever a transaction has begun or ended since.</summary>
    internal int Changes => _numbers + _ends;

    /// <summary>Whether a transaction runs.</summary>
    internal bool IsChanging => _current is not null;

    /// <summary>Runs <paramref name="change"/> as one transaction, or as a part of the one that runs.</summary>
    /// <exception cref="AggregateException">The change threw, and so did who heard of what it had done by then.</exception>
    public void Transact(Action<Transaction> change, object? origin = null)
    {
        ArgumentNullException.ThrowIfNull(change);
        var (transaction, isOutermost) = Begin(origin, isLocal: true);
        try
        {
            change(transaction);
        }
        catch (Exception error)
        {
            EndAfter(error, isOutermost);
            throw;
        }
        End(isOutermost);
    }

    private void EndAfter(Exception error, bool isOutermost)
    {
        try
        {
            End(isOutermost);
        }
        catch (Exception later)
        {
            throw new AggregateException(error, later);
        }
    }

    internal (Transaction Transaction, bool IsOutermost) Begin(object? origin, bool isLocal)
    {
        if (ThreadCheck.IsOn)
            TryEnter();
        if (_current is not null)
            return (_current, false);
        var transaction = _spare ?? new Transaction(this);
        _spare = null;
        transaction.Begin(++_numbers, origin, isLocal);
        _current = transaction;
        _ending.Add(transaction);
        if (BeforeTransaction is not null)
            TellBefore(transaction);
        return (transaction, true);
    }

    internal void End(bool isOutermost)
    {
        if (!isOutermost)
            return;
        var ends = _ending[0] == _current;
        _current = null;
        if (!ends)
            return;
        FinishFrom(0, errors: null);
    }

    /// <summary>Ends transactions, those that begin meanwhile too; the ones before have ended.</summary>
    private void FinishFrom(int first, List<Exception>? errors)
    {
        for (var at = first; at < _ending.Count; at++)
            Finish(_ending[at], ref errors);
        for (var at = _ending.Count - 1; at >= 0; at--)
        {
            _ending[at].Clear();
            if (_spare is null)
                _spare = _ending[at];
            _ending.RemoveAt(at);
        }
        _ends++;
        Store.TidyText();
        Leave();
        if (_afterwards is not null)
            DoAfterwards(ref errors);
        if (errors is not null)
            throw errors.Count == 1 ? errors[0] : new AggregateException(errors);
    }

    /// <summary>Does something as soon as no transaction runs or ends, apart from the updates of those that do.</summary>
    internal void Afterwards(Action action) => (_afterwards ??= new()).Enqueue(action);

    private void DoAfterwards(ref List<Exception>? errors)
    {
        while (_afterwards!.TryDequeue(out var action))
            try
            {
                action();
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                (errors ??= []).Add(error);
            }
    }

    /// <summary>The state of a client when a transaction began that did not touch it itself, or not last.</summary>
    internal int StateBefore(Transaction transaction, ClientStructs client)
    {
        for (var at = _ending.IndexOf(transaction); at >= 0 && at < _ending.Count; at++)
            if (_ending[at].TryBefore(client, out var before))
                return before;
        return client.State;
    }

    private void Finish(Transaction transaction, ref List<Exception>? errors)
    {
        transaction.Deletes.Sort();
        transaction.NoteAfter();
        Tell(transaction, ref errors);
        Tidy(transaction, ref errors);
        if (
            !transaction.IsLocal
            && Store.Find(ClientId) is { } own
            && transaction.TryBefore(own, out var before)
            && before != transaction.After(own)
        )
            ClientId = NewClientId();
        Emit(transaction, ref errors);
        if (transaction.Subdocs is { } subdocs)
            NoteSubdocs(subdocs, transaction, ref errors);
    }

    /// <summary>Forgets what was deleted, if the document does that, and merges what became neighbours.</summary>
    private void Tidy(Transaction transaction, ref List<Exception>? errors)
    {
        var all = !Store.Takes(Shortcuts.Tombstones);
        if (Gc && (all || transaction.DeletesContent))
            foreach (ref readonly var range in transaction.Deletes.Ranges)
                Collect(range, ref errors);
        // The last first, as in Yjs: an earlier one that became a part of it tries what lies behind both.
        var ranges = transaction.Deletes.Ranges;
        for (var at = ranges.Length - 1; at >= 0; at--)
            if (all || !transaction.IsNew(ranges[at].Client, ranges[at].Clock))
                MergeDeleted(ranges[at]);
        if (transaction.Appended > 0)
            foreach (ref readonly var touched in transaction.Touched.All)
                if (touched.After != touched.Before)
                    Store.MergeFrom(touched.Client, touched.Before);
        for (var at = transaction.Merges.Count - 1; at >= 0; at--)
            MergeAround(transaction.Merges[at]);
    }

    private void Collect(in DeletedRanges.Range range, ref List<Exception>? errors)
    {
        var structs = Store.Client(range.Client);
        var place = structs.Find(range.Clock);
        do
        {
            var handle = structs[place];
            ref readonly var item = ref Store.Items[handle];
            if (item.Clock >= range.Clock + range.Length)
                break;
            if (
                item.Kind is not (ContentKind.Gc or ContentKind.Deleted)
                && item.IsDeleted
                && !item.Has(ItemFlags.Keep)
                && (_gcFilter is null || IsForgotten(handle, _gcFilter, ref errors))
            )
                Store.Collect(handle);
        } while (structs.Next(ref place));
    }

    /// <summary>Where a filter throws, the item is kept.</summary>
    private bool IsForgotten(int handle, Func<YItem, bool> filter, ref List<Exception>? errors)
    {
        try
        {
            return filter(new YItem(this, handle));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            (errors ??= []).Add(error);
            return false;
        }
    }

    private void MergeDeleted(in DeletedRanges.Range range)
    {
        var structs = Store.Client(range.Client);
        var place = structs.Find(range.Clock + range.Length - 1);
        structs.Next(ref place);
        while (Store.Items[structs[place]].Clock >= range.Clock)
        {
            Store.MergeWithLefts(structs, ref place);
            if (!structs.Previous(ref place))
                break;
        }
    }

    private void MergeAround((int Client, int Clock) id)
    {
        var structs = Store.Client(id.Client);
        var place = structs.Find(id.Clock);
        var next = place;
        if (structs.Next(ref next))
        {
            var merged = Store.MergeWithLefts(structs, ref next);
            if (merged > 1)
                return;
            if (merged == 1)
                place = next;
        }
        Store.MergeWithLefts(structs, ref place);
    }
}
