using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Types;

/// <summary>Deletes marks that change nothing any more. After changes from elsewhere, every copy does so by itself.</summary>
internal static class RichTextCleanup
{
    /// <summary>
    /// Between two visible items: of the marks of one attribute only the last counts, and not even that one if it gives the value
    /// from before the gap. <paramref name="here"/> is a place at or behind which the attributes in force are not looked at.
    /// </summary>
    public static void CleanGap(
        Transaction transaction,
        StructStore store,
        int start,
        int here,
        AttributeMap before,
        AttributeMap current
    )
    {
        var items = store.Items;
        var end = start;
        var last = new Dictionary<string, FormatMark>(StringComparer.Ordinal);
        while (end != 0 && (!items[end].IsCountable || items[end].IsDeleted))
        {
            if (!items[end].IsDeleted && store.MarkOf(end) is { } mark)
                last[mark.Key] = mark;
            end = items[end].Right;
        }
        var reached = false;
        for (; start != end; start = items[start].Right)
        {
            if (here == start)
                reached = true;
            if (items[start].IsDeleted || store.MarkOf(start) is not { } mark)
                continue;
            var valueBefore = before[mark.Key];
            var changesNothing = JavaScript.AreSame(valueBefore, mark.Value);
            if (!ReferenceEquals(last.GetValueOrDefault(mark.Key), mark) || changesNothing)
            {
                store.Delete(transaction, start);
                if (!reached && JavaScript.AreSame(current[mark.Key], mark.Value) && !changesNothing)
                    current.Pass(mark.Key, valueBefore);
            }
            else if (!reached)
                current.Pass(mark.Key, mark.Value);
        }
    }

    /// <summary>
    /// The gap around a deleted item, without knowing what is in force: of the marks of one attribute only the last stays. Yjs does
    /// it for each deleted item; a second time in one gap finds nothing, so that what is in <paramref name="cleaned"/> is passed over.
    /// </summary>
    private static void CleanAround(Transaction transaction, StructStore store, int item, HashSet<int> cleaned)
    {
        var items = store.Items;
        if (cleaned.Contains(item))
            return;
        while (items[item].Right is var right and not 0 && (items[right].IsDeleted || !items[right].IsCountable))
            item = right;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (; item != 0 && (items[item].IsDeleted || !items[item].IsCountable); item = items[item].Left)
        {
            cleaned.Add(item);
            if (!items[item].IsDeleted && store.MarkOf(item) is { } mark && !seen.Add(mark.Key))
                store.Delete(transaction, item);
        }
    }

    /// <summary>
    /// The gap before the first visible item. Yjs means the whole text, but it begins each further gap at the visible item before it,
    /// and there finds none.
    /// </summary>
    private static void CleanStart(Transaction transaction, Branch branch)
    {
        var items = branch.Store.Items;
        var first = branch.Start;
        while (first != 0 && !items[first].IsVisible)
            first = items[first].Right;
        if (first != 0)
            CleanGap(transaction, branch.Store, branch.Start, first, new AttributeMap(), new AttributeMap());
    }

    /// <summary>After a transaction from elsewhere: the starts of texts where marks came or went, gaps where text went.</summary>
    public static void After(Transaction transaction)
    {
        var doc = transaction.Doc;
        var store = doc.Store;
        var texts = new List<Branch>();
        foreach (ref readonly var touched in transaction.Touched.All)
            if (touched.After != touched.Before)
                FindNewMarks(transaction, store, touched, texts);
        var (cleanup, isOutermost) = doc.Begin(null, isLocal: true);
        try
        {
            var cleaned = new HashSet<int>();
            foreach (var range in transaction.Deletes.ByFirstDeletion())
                CleanDeleted(transaction, cleanup, store, range, texts, cleaned);
            foreach (var branch in texts)
                CleanStart(cleanup, branch);
        }
        finally
        {
            doc.End(isOutermost);
        }
    }

    private static void FindNewMarks(
        Transaction transaction,
        StructStore store,
        in Transaction.TouchedClient touched,
        List<Branch> texts
    )
    {
        var client = touched.Client;
        store.FindCleanStart(transaction, client.Index, touched.Before);
        var place = client.Find(touched.Before);
        do
        {
            ref readonly var item = ref store.Items[client[place]];
            if (item is { IsDeleted: false, Kind: ContentKind.Format } && store.Branches[item.Parent] is var branch)
                AddTo(texts, branch, transaction);
        } while (client.Next(ref place));
    }

    private static void AddTo(List<Branch> texts, Branch branch, Transaction transaction)
    {
        if (branch.CleanedBy == transaction.Number)
            return;
        branch.CleanedBy = transaction.Number;
        texts.Add(branch);
    }

    private static void CleanDeleted(
        Transaction transaction,
        Transaction cleanup,
        StructStore store,
        DeletedRanges.Range range,
        List<Branch> texts,
        HashSet<int> cleaned
    )
    {
        var client = store.Client(range.Client);
        var clock = range.Clock;
        var end = range.Clock + range.Length;
        while (clock < end)
        {
            var handle = store.FindCleanStart(transaction, client.Index, clock);
            if (store.Items[handle].End > end)
                store.FindCleanEnd(transaction, client.Index, end - 1);
            clock = store.Items[handle].End;
            if (store.Items[handle].Kind == ContentKind.Gc)
                continue;
            var branch = store.Branches[store.Items[handle].Parent];
            if (!branch.CleansMarks || branch.CleanedBy == transaction.Number)
                continue;
            if (store.Items[handle].Kind == ContentKind.Format)
                AddTo(texts, branch, transaction);
            else
                CleanAround(cleanup, store, handle, cleaned);
        }
    }
}
