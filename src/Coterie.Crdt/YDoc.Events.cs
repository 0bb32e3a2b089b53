using Coterie.Crdt.Structs;
using Coterie.Crdt.Types;

namespace Coterie.Crdt;

/// <summary>Who hears of what. A handler that throws keeps no other from hearing; what it threw is thrown when all have heard.</summary>
public sealed partial class YDoc
{
    /// <summary>Changed types of which each is looked up by itself.</summary>
    private const int MostLookedUp = 16;

    /// <summary>A transaction begins.</summary>
    public event Action<Transaction>? BeforeTransaction;

    /// <summary>A transaction has ended: observers have heard of it, nothing deleted is forgotten yet.</summary>
    public event Action<Transaction>? AfterTransaction;

    /// <summary>Where a handler throws, the transaction ends as an empty one.</summary>
    private void TellBefore(Transaction transaction)
    {
        try
        {
            BeforeTransaction?.Invoke(transaction);
        }
        catch
        {
            End(isOutermost: true);
            throw;
        }
    }

    private void Tell(Transaction transaction, ref List<Exception>? errors)
    {
        var hasMarks = false;
        List<YEvent>? events = null;
        var heard = transaction.Changed.Count > MostLookedUp ? HeardFromAbove() : null;
        // Observers may change what they hear of; that is a transaction of its own.
        for (var at = 0; at < transaction.Changed.Count; at++)
        {
            var changed = transaction.Changed[at];
            if (changed.Branch is not { IsDeleted: false } branch)
                continue;
            hasMarks |= branch is { CleansMarks: true, Ref: TypeRef.Text or TypeRef.XmlText };
            var isHeard = branch.View is { IsObserved: true };
            if (!isHeard && !(heard?.Contains(branch) ?? branch.IsObserved))
                continue;
            var change = new YEvent(YType.ViewOf(this, branch), transaction, changed);
            (events ??= []).Add(change);
            if (!isHeard)
                continue;
            YType.Tell(change, ref errors);
            // Who heard of it may have begun to hear of others.
            heard = heard is null ? null : HeardFromAbove();
        }
        if (events is not null)
            TellDeep(events, transaction, ref errors);
        TellAfter(transaction, ref errors);
        if (hasMarks && !transaction.IsLocal)
            RichTextCleanup.After(transaction);
        if (events is not null)
            foreach (var change in events)
                change.End();
    }

    private static BranchesBelow HeardFromAbove() => new(static branch => branch.View is { IsObservedDeep: true });

    private void TellAfter(Transaction transaction, ref List<Exception>? errors)
    {
        foreach (var handler in Delegate.EnumerateInvocationList(AfterTransaction))
            try
            {
                handler(transaction);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                (errors ??= []).Add(error);
            }
    }

    private static void TellDeep(List<YEvent> events, Transaction transaction, ref List<Exception>? errors)
    {
        var above = new OrderedDictionary<Branch, List<(YEvent Change, int Steps)>>();
        var nearest = new HeardAbove();
        foreach (var change in events)
        {
            var (branch, steps) = nearest.At(change.Target.Branch);
            while (branch is not null)
            {
                if (!above.TryGetValue(branch, out var list))
                    above[branch] = list = [];
                list.Add((change, steps));
                var next = nearest.At(branch.Parent);
                (branch, steps) = (next.Branch, steps + 1 + next.Steps);
            }
        }
        foreach (var (branch, changes) in above)
        {
            if (branch.IsDeleted)
                continue;
            var ordered = changes
                .Where(static each => !each.Change.Target.IsDeleted)
                .OrderBy(static each => each.Steps)
                .Select(static each => each.Change)
                .ToList();
            foreach (var change in ordered)
                change.CurrentTarget = branch.View!;
            branch.View!.Tell(ordered, transaction, ref errors);
        }
    }
}
