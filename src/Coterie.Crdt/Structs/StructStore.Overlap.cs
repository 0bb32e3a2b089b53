namespace Coterie.Crdt.Structs;

/// <summary>
/// Ranges of deletions that overlap: Yjs writes none, and where somebody does, each would go over the tombstones of all before it.
/// </summary>
internal sealed partial class StructStore
{
    /// <summary>Whether a range may begin before the end of an earlier one of its client.</summary>
    private bool DeletesOverlap()
    {
        HashSet<int>? before = null;
        for (var at = 1; at < _decodedDeletes.Count; at++)
        {
            var (last, next) = (_decodedDeletes[at - 1], _decodedDeletes[at]);
            if (last.Client == next.Client ? next.Clock < last.End : IsBackAt(last.Client, next.Client, ref before))
                return true;
        }
        return false;
    }

    private static bool IsBackAt(int last, int client, ref HashSet<int>? before)
    {
        before ??= [];
        before.Add(last);
        return before.Contains(client);
    }

    /// <summary>
    /// Leaves each clock to the first range that names it, and the ranges in their order: so the same is deleted one after the other as
    /// if nothing had been cut, which Yjs does. By clock, with those that have begun in a heap.
    /// </summary>
    private void CutDeletes()
    {
        var byClock = Enumerable
            .Range(0, _decodedDeletes.Count)
            .OrderBy(at => _decodedDeletes[at].Client)
            .ThenBy(at => _decodedDeletes[at].Clock)
            .ToArray();
        var cut = new List<(int At, DeletedRange Range)>();
        var begun = new PriorityQueue<int, int>();
        var (client, clock) = (0, 0);
        for (var next = 0; next < byClock.Length || begun.Count > 0; )
        {
            if (begun.Count == 0)
                (client, clock, _) = _decodedDeletes[byClock[next]];
            for (; IsOf(client, next) && _decodedDeletes[byClock[next]].Clock == clock; next++)
                begun.Enqueue(byClock[next], byClock[next]);
            var first = begun.Peek();
            var end = _decodedDeletes[first].End;
            if (end <= clock)
            {
                begun.Dequeue();
                continue;
            }
            if (IsOf(client, next))
                end = Math.Min(end, _decodedDeletes[byClock[next]].Clock);
            if (cut.Count > 0 && cut[^1].At == first && cut[^1].Range.End == clock)
                cut[^1] = (first, cut[^1].Range with { End = end });
            else
                cut.Add((first, new(client, clock, end)));
            clock = end;
        }
        _decodedDeletes.Clear();
        foreach (var (_, range) in cut.OrderBy(static each => each.At))
            _decodedDeletes.Add(range);

        bool IsOf(int client, int at) => at < byClock.Length && _decodedDeletes[byClock[at]].Client == client;
    }
}
