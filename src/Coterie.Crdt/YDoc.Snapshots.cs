using Coterie.Crdt.Structs;
using Coterie.Crdt.Updates;

namespace Coterie.Crdt;

public sealed partial class YDoc
{
    internal DeleteSet DeletedSet()
    {
        CheckThread();
        var deletes = new DeletedRanges(Store);
        foreach (var client in Store.Clients)
        {
            var bounds = new int[client.Count + 1];
            var count = client.DeletedBounds(Store.Items, bounds);
            for (var at = 0; at < count; at += 2)
                deletes.Add(client.Index, bounds[at], bounds[at + 1] - bounds[at]);
        }
        return deletes.ToDeleteSet();
    }

    /// <summary>What there was then, as an update of format v2.</summary>
    internal byte[] EncodeAt(Snapshot snapshot)
    {
        var columns = new UpdateWriterV2.Columns();
        var writer = new UpdateWriterV2(columns);
        Transact(transaction =>
        {
            var clients = snapshot
                .Known.Clients.Where(id => snapshot.Known[id] > 0 && Store.Find(id) is { State: > 0 })
                .ToList();
            writer.Rest.VarUint(clients.Count);
            foreach (var id in clients)
            {
                var client = Store.Find(id)!;
                var until = Math.Min(snapshot.Known[id], client.State);
                if (until < client.State)
                    Store.FindCleanStart(transaction, client.Index, until);
                Store.WriteClient(writer, client, 0, until);
            }
            snapshot.Deleted.Write(writer);
        });
        return columns.ToArray();
    }
}
