using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;
using Coterie.Crdt.Updates;

namespace Coterie.Crdt;

/// <summary>What goes out and what comes in.</summary>
public sealed partial class YDoc
{
    private readonly ByteWriter _bytes = new();
    private readonly UpdateWriterV2.Columns _columns = new();
    private PendingStructs? _pendingStructs;
    private DeleteSet? _pendingDeletes;

    /// <summary>The update of a transaction, in format v1.</summary>
    public event Action<byte[], Transaction>? Updated;

    /// <summary>The update of a transaction, in format v2.</summary>
    public event Action<byte[], Transaction>? UpdatedV2;

    /// <summary>Applies an update of format v1.</summary>
    /// <exception cref="InvalidUpdateException">It is no update; nothing of it was applied.</exception>
    public void ApplyUpdate(ReadOnlySpan<byte> update, object? origin = null)
    {
        if (TryApplyKeystroke(update, origin))
            return;
        var reader = new UpdateReaderV1(update);
        Apply(ref reader, update.Length, origin);
    }

    /// <summary>Applies an update of format v2.</summary>
    /// <exception cref="InvalidUpdateException">It is no update; nothing of it was applied.</exception>
    public void ApplyUpdateV2(ReadOnlySpan<byte> update, object? origin = null)
    {
        var reader = new UpdateReaderV2(update);
        Apply(ref reader, update.Length, origin);
    }

    private void Apply<TReader>(scoped ref TReader reader, int bytes, object? origin)
        where TReader : IUpdateReader, allows ref struct
    {
        Store.Decode(ref reader, bytes);
        var (transaction, isOutermost) = Begin(origin, isLocal: false);
        try
        {
            transaction.IsLocal = false;
            ApplyDecoded(transaction);
            Store.TrimScratch();
        }
        finally
        {
            End(isOutermost);
        }
    }

    /// <summary>What the document knows.</summary>
    public StateVector StateVector
    {
        get
        {
            var vector = new StateVector();
            foreach (var client in Store.Clients)
                if (client.State > 0)
                    vector.Set(client.Id, client.State);
            return vector;
        }
    }

    /// <summary>Whether structs wait for others that have not come.</summary>
    public bool HasPendingStructs => _pendingStructs is not null;

    /// <summary>Whether something is deleted that has not come.</summary>
    public bool HasPendingDeletes => _pendingDeletes is not null;

    /// <summary>What the document holds beyond a state vector, as an update of format v1; what waits is in it too.</summary>
    /// <param name="known">What the receiver has: an encoded state vector. Empty: nothing.</param>
    /// <exception cref="InvalidUpdateException"><paramref name="known"/> is no state vector.</exception>
    public byte[] EncodeStateAsUpdate(ReadOnlySpan<byte> known = default)
    {
        var vector = known.IsEmpty ? null : StateVector.Decode(known);
        _bytes.Clear();
        WriteState(new UpdateWriterV1(_bytes), vector);
        var state = _bytes.ToArray();
        var waiting = Waiting(vector);
        return waiting.Count == 0 ? state : Update.Merge([state, .. waiting.Select(Update.ToV1)]);
    }

    /// <summary>As <see cref="EncodeStateAsUpdate"/>, in format v2.</summary>
    public byte[] EncodeStateAsUpdateV2(ReadOnlySpan<byte> known = default)
    {
        var vector = known.IsEmpty ? null : StateVector.Decode(known);
        _columns.Clear();
        WriteState(new UpdateWriterV2(_columns), vector);
        var state = _columns.ToArray();
        var waiting = Waiting(vector);
        return waiting.Count == 0 ? state : Update.MergeV2([state, .. waiting]);
    }

    /// <summary>What waits, as updates of format v2.</summary>
    private List<byte[]> Waiting(StateVector? known)
    {
        var waiting = new List<byte[]>();
        if (_pendingDeletes is not null)
        {
            var columns = new UpdateWriterV2.Columns();
            columns.Rest.VarUint(0);
            _pendingDeletes.Write(new UpdateWriterV2(columns));
            waiting.Add(columns.ToArray());
        }
        if (_pendingStructs is not null)
            waiting.Add(Update.DiffV2(_pendingStructs.Update, (known ?? new StateVector()).Encode()));
        return waiting;
    }

    private void WriteState<TWriter>(TWriter writer, StateVector? known)
        where TWriter : IUpdateWriter
    {
        var clients = new List<(ClientStructs Client, int From)>();
        foreach (var client in Store.Clients)
        {
            var from = known?[client.Id] ?? 0;
            if (client.State > from)
                clients.Add((client, from));
        }
        WriteClients(writer, clients);
        WriteDeletes(writer);
    }

    private void WriteClients<TWriter>(TWriter writer, List<(ClientStructs Client, int From)> clients)
        where TWriter : IUpdateWriter
    {
        if (clients.Count > 1)
            clients.Sort(static (one, other) => other.Client.Id.CompareTo(one.Client.Id));
        writer.Rest.VarUint(clients.Count);
        foreach (var (client, from) in clients)
            Store.WriteClient(writer, client, from);
    }

    private void WriteDeletes<TWriter>(TWriter writer)
        where TWriter : IUpdateWriter
    {
        var deletes = new DeletedRanges(Store);
        foreach (var client in Store.Clients)
            client.AddDeleted(Store.Items, deletes);
        deletes.Sort();
        deletes.Write(writer);
    }

    private void Emit(Transaction transaction, ref List<Exception>? errors)
    {
        if (Updated is null && UpdatedV2 is null || !transaction.HasContent)
            return;
        transaction.Deletes.Sort();
        CollectChanged(transaction);
        if (Updated is { } listeners)
        {
            _bytes.Clear();
            var writer = new UpdateWriterV1(_bytes);
            WriteClients(writer, _changed);
            transaction.Deletes.Write(writer);
            Call(listeners, _bytes.ToArray(), transaction, ref errors);
        }
        if (UpdatedV2 is { } listenersV2)
        {
            _columns.Clear();
            var writer = new UpdateWriterV2(_columns);
            WriteClients(writer, _changed);
            transaction.Deletes.Write(writer);
            Call(listenersV2, _columns.ToArray(), transaction, ref errors);
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
        for (var at = _ending.IndexOf(transaction); at < _ending.Count; at++)
            foreach (ref readonly var touched in _ending[at].Touched.All)
                if (touched.Client.State > touched.Before && !IsListed(touched.Client))
                    _changed.Add((touched.Client, touched.Before));
    }

    private bool IsListed(ClientStructs client)
    {
        foreach (var (listed, _) in _changed)
            if (listed == client)
                return true;
        return false;
    }

    private static void Call(
        Action<byte[], Transaction> listeners,
        byte[] update,
        Transaction transaction,
        ref List<Exception>? errors
    )
    {
        try
        {
            listeners(update, transaction);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            (errors ??= []).Add(error);
        }
    }

    /// <summary>Integrates what was decoded, and what waited if that helps it.</summary>
    private void ApplyDecoded(Transaction transaction)
    {
        var rest = Store.ApplyStructs(transaction);
        var retry = false;
        if (_pendingStructs is { } pending)
        {
            foreach (var (client, clock) in pending.Missing)
                retry |= Store.Find(client) is { } known && clock < known.State;
            if (rest is not null)
            {
                foreach (var (client, clock) in rest.Missing)
                    if (!pending.Missing.TryGetValue(client, out var missing) || missing > clock)
                        pending.Missing[client] = clock;
                _pendingStructs = pending with { Update = Update.MergeV2(pending.Update, rest.Update) };
            }
        }
        else
            _pendingStructs = rest;
        ApplyDeletes(transaction);
        if (!retry)
            return;
        var update = _pendingStructs!.Update;
        _pendingStructs = null;
        var reader = new UpdateReaderV2(update);
        Store.Decode(ref reader, int.MaxValue / Limits.StructsPerByte);
        ApplyDecoded(transaction);
    }

    private void ApplyDeletes(Transaction transaction)
    {
        var rest = Store.ApplyDeletes(transaction);
        if (_pendingDeletes is { } pending)
        {
            var still = Store.ApplyDeletes(transaction, pending);
            rest = rest is not null && still is not null ? DeleteSet.Merge(rest, still) : rest ?? still;
        }
        rest?.Sort();
        _pendingDeletes = rest;
    }
}
