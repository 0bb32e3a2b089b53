using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;
using Coterie.Crdt.Updates;

namespace Coterie.Crdt;

/// <summary>The update that each transaction gives out at its end.</summary>
public sealed partial class YDoc
{
    // Not the buffers of the state: who hears of an update may ask for the whole state while it reads the bytes.
    private ByteWriter Emitted => field ??= new();
    private UpdateWriterV2.Columns? _emittedColumns;

    /// <summary>The update of a transaction, in format v1.</summary>
    public event Action<byte[], Transaction>? Updated;

    /// <summary>The update of a transaction, in format v2.</summary>
    public event Action<byte[], Transaction>? UpdatedV2;

    /// <summary>As <see cref="Updated"/>, without an array for each: the bytes are valid until the handler returns.</summary>
    public event Action<ReadOnlySpan<byte>, Transaction>? Written;

    /// <summary>As <see cref="UpdatedV2"/>, without an array for each: the bytes are valid until the handler returns.</summary>
    public event Action<ReadOnlySpan<byte>, Transaction>? WrittenV2;

    private bool IsHeard => Updated is not null || Written is not null;

    private bool IsHeardV2 => UpdatedV2 is not null || WrittenV2 is not null;

    private void Emit(Transaction transaction, ref List<Exception>? errors)
    {
        if (!IsHeard && !IsHeardV2 || !transaction.HasContent)
            return;
        transaction.Deletes.Sort();
        CollectChanged(transaction);
        if (IsHeard)
        {
            Emitted.Clear();
            var writer = new UpdateWriterV1(Emitted);
            WriteClients(writer, _changed);
            transaction.Deletes.Write(writer);
            TellWritten(transaction, ref errors);
        }
        if (IsHeardV2)
        {
            var columns = _emittedColumns ??= new();
            columns.Clear();
            var writer = new UpdateWriterV2(columns);
            WriteClients(writer, _changed);
            transaction.Deletes.Write(writer);
            Tell(UpdatedV2, WrittenV2, columns.Finish(), transaction, ref errors);
        }
    }

    /// <summary>Gives out what was written in format v1.</summary>
    private void TellWritten(Transaction transaction, ref List<Exception>? errors) =>
        Tell(Updated, Written, Emitted.Written, transaction, ref errors);

    private static void Tell(
        Action<byte[], Transaction>? updated,
        Action<ReadOnlySpan<byte>, Transaction>? written,
        ReadOnlySpan<byte> update,
        Transaction transaction,
        ref List<Exception>? errors
    )
    {
        if (updated is not null)
            TellEach(updated, update.ToArray(), transaction, ref errors);
        if (written is not null)
            TellEach(written, update, transaction, ref errors);
    }

    private static void TellEach<TUpdate>(
        Action<TUpdate, Transaction> handlers,
        TUpdate update,
        Transaction transaction,
        ref List<Exception>? errors
    )
        where TUpdate : allows ref struct
    {
        // One handler is the usual case and is called at each key.
        if (handlers.HasSingleTarget)
        {
            TellOne(handlers, update, transaction, ref errors);
            return;
        }
        foreach (var handler in Delegate.EnumerateInvocationList(handlers))
            TellOne(handler, update, transaction, ref errors);
    }

    private static void TellOne<TUpdate>(
        Action<TUpdate, Transaction> handler,
        TUpdate update,
        Transaction transaction,
        ref List<Exception>? errors
    )
        where TUpdate : allows ref struct
    {
        try
        {
            handler(update, transaction);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            (errors ??= []).Add(error);
        }
    }

    private readonly List<(ClientStructs Client, int From)> _changed = [];

    /// <summary>
    /// Clients with clocks that came with this transaction or, as in Yjs, with those that began since: the update tells all there
    /// is now.
    /// </summary>
    private void CollectChanged(Transaction transaction)
    {
        _changed.Clear();
        if (_ending.Count == 1 && transaction.Touched.Count == 1)
        {
            var (client, before, _) = transaction.Touched[0];
            if (client.State > before)
                _changed.Add((client, before));
            return;
        }
        var first = _ending.IndexOf(transaction);
        var listed = first + 1 < _ending.Count ? new HashSet<ClientStructs>() : null;
        for (var at = first; at < _ending.Count; at++)
            foreach (ref readonly var touched in _ending[at].Touched.All)
                if (touched.Client.State > touched.Before && listed?.Add(touched.Client) is not false)
                    _changed.Add((touched.Client, touched.Before));
    }
}
