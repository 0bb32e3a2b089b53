using Coterie.Crdt.Structs;
using Coterie.Crdt.Types;

namespace Coterie.Crdt;

public partial class YText
{
    /// <summary>
    /// The text as it was, as inserts; with <paramref name="previous"/> both what was there then and what was there before, where
    /// text that differs carries the attribute <c>ychange</c>: an object whose <c>type</c> is "added" or "removed".
    /// </summary>
    /// <remarks>What was deleted is seen only where the document has not collected it (<see cref="YDocOptions.Gc"/>).</remarks>
    /// <param name="snapshot">The moment to show. Null: now.</param>
    /// <param name="previous">The moment to compare with. Null: none.</param>
    /// <param name="change">
    /// What <c>ychange</c> is for a piece of text that was added or removed, from the name of its first unit: an object as in
    /// <see cref="YArray"/>. Pieces that follow each other are one step only where it says the same <c>type</c> and, as
    /// <c>user</c>, the client. Null: the type alone.
    /// </param>
    public IReadOnlyList<DeltaOp> ToDelta(
        Snapshot? snapshot,
        Snapshot? previous = null,
        Func<YChange, StructId, object>? change = null
    )
    {
        if (!IsAttached || (snapshot is null && previous is null))
            return ToDelta();
        var (transaction, isOutermost) = Doc!.Begin("cleanup", isLocal: true);
        try
        {
            CutAt(transaction, snapshot);
            CutAt(transaction, previous);
            return new TextPast(this, snapshot, previous, change).ToDelta();
        }
        finally
        {
            Doc.End(isOutermost);
        }
    }

    /// <summary>Cuts items so that each was there whole or not at all. The end of the transaction puts them together again.</summary>
    private void CutAt(Transaction transaction, Snapshot? snapshot)
    {
        if (snapshot is null)
            return;
        var store = Doc!.Store;
        foreach (var id in snapshot.Known.Clients)
            if (store.Find(id) is { } client && snapshot.Known[id] < client.State)
                store.FindCleanStart(transaction, client.Index, snapshot.Known[id]);
        store.ForEach(transaction, snapshot.Deleted, static _ => { });
    }
}
