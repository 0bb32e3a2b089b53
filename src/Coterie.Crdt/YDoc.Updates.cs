using System.Buffers;
using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;
using Coterie.Crdt.Updates;

namespace Coterie.Crdt;

/// <summary>What comes in, and the state that goes out.</summary>
public sealed partial class YDoc
{
    private ByteWriter Bytes => field ??= new();
    private UpdateWriterV2.Columns Columns => field ??= new();
    private PendingStructs? _pendingStructs;
    private DeleteSet? _pendingDeletes;

    /// <summary>Applies an update of format v1.</summary>
    /// <param name="update">The bytes.</param>
    /// <param name="origin">Whom it came from, for <see cref="Transaction.Origin"/>. An undo manager takes null for this copy's own changes.</param>
    /// <exception cref="InvalidUpdateException">It is no update; nothing of it was applied.</exception>
    public void ApplyUpdate(ReadOnlySpan<byte> update, object? origin = null)
    {
        CheckThread();
        if (TryApplyKeystroke(update, origin) || TryKeep(update))
            return;
        var reader = new UpdateReaderV1(update);
        Apply(ref reader, update.Length, origin);
    }

    /// <summary>Applies an update of format v2.</summary>
    /// <param name="update">The bytes.</param>
    /// <param name="origin">As of <see cref="ApplyUpdate"/>.</param>
    /// <exception cref="InvalidUpdateException">It is no update; nothing of it was applied.</exception>
    public void ApplyUpdateV2(ReadOnlySpan<byte> update, object? origin = null)
    {
        var reader = new UpdateReaderV2(update);
        Apply(ref reader, update.Length, origin);
    }

    /// <summary>As <see cref="ApplyUpdateV2"/>, of bytes that this program made of a document of its own: few of them may state many structs.</summary>
    internal void ApplyOwn(ReadOnlySpan<byte> update, object? origin)
    {
        var reader = new UpdateReaderV2(update);
        Apply(ref reader, int.MaxValue, origin);
    }

    private void Apply<TReader>(scoped ref TReader reader, int bytes, object? origin)
        where TReader : IUpdateReader, allows ref struct
    {
        using var use = Use();
        // Who hears of the beginning may take in another update: where somebody does, this one is decoded behind that.
        var isHeard = BeforeTransaction is not null;
        if (!isHeard)
            Store.Decode(ref reader, bytes);
        var (transaction, isOutermost) = Begin(origin, isLocal: false);
        try
        {
            if (isHeard)
                Store.Decode(ref reader, bytes);
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
            CheckThread();
            var vector = new StateVector();
            foreach (var client in Store.Clients)
                if (client.State > 0)
                    vector.Set(client.Id, client.State);
            return vector;
        }
    }

    /// <summary>Whether structs wait for others that have not come.</summary>
    public bool HasPendingStructs
    {
        get
        {
            CheckThread();
            Open();
            return _pendingStructs is not null;
        }
    }

    /// <summary>For tests: how many bytes of structs wait.</summary>
    internal int WaitingBytes => _pendingStructs?.Updates.Sum(static each => each.Length) ?? 0;

    /// <summary>Whether something is deleted that has not come.</summary>
    public bool HasPendingDeletes
    {
        get
        {
            CheckThread();
            Open();
            return _pendingDeletes is not null;
        }
    }

    /// <summary>What the document holds beyond a state vector, as an update of format v1; what waits is in it too.</summary>
    /// <param name="known">What the receiver has: an encoded state vector. Empty: nothing.</param>
    /// <exception cref="InvalidUpdateException"><paramref name="known"/> is no state vector.</exception>
    public byte[] EncodeStateAsUpdate(ReadOnlySpan<byte> known = default)
    {
        State(known, out var merged);
        merged ??= Bytes.ToArray();
        Bytes.Release();
        return merged;
    }

    /// <summary>Writes the same behind what is in a buffer. Where an exception is thrown nothing was written.</summary>
    /// <exception cref="InvalidUpdateException"><paramref name="known"/> is no state vector.</exception>
    public void EncodeStateAsUpdate(IBufferWriter<byte> output, ReadOnlySpan<byte> known = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(State(known, out _));
        Bytes.Release();
    }

    /// <summary>As <see cref="EncodeStateAsUpdate(ReadOnlySpan{byte})"/>, in format v2.</summary>
    /// <exception cref="InvalidUpdateException"><paramref name="known"/> is no state vector.</exception>
    public byte[] EncodeStateAsUpdateV2(ReadOnlySpan<byte> known = default)
    {
        var state = StateV2(known, out var merged);
        merged ??= ByteWriter.Copy(state);
        Columns.Release();
        return merged;
    }

    /// <summary>As <see cref="EncodeStateAsUpdate(IBufferWriter{byte}, ReadOnlySpan{byte})"/>, in format v2.</summary>
    /// <exception cref="InvalidUpdateException"><paramref name="known"/> is no state vector.</exception>
    public void EncodeStateAsUpdateV2(IBufferWriter<byte> output, ReadOnlySpan<byte> known = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(StateV2(known, out _));
        Columns.Release();
    }

    /// <summary>
    /// What the document holds beyond a state vector, in format v1: in a buffer that is valid until the next call, or in an array
    /// where something waits.
    /// </summary>
    internal ReadOnlySpan<byte> State(ReadOnlySpan<byte> known, out byte[]? merged)
    {
        using var use = Use();
        var vector = known.IsEmpty ? null : StateVector.Decode(known);
        var bytes = Bytes;
        bytes.Clear();
        WriteState(new UpdateWriterV1(bytes), vector);
        var waiting = Waiting(vector);
        merged = waiting.Count == 0 ? null : Update.Merge([bytes.ToArray(), .. waiting.Select(Update.WeighedToV1)]);
        return merged ?? bytes.Written;
    }

    private ReadOnlySpan<byte> StateV2(ReadOnlySpan<byte> known, out byte[]? merged)
    {
        using var use = Use();
        var vector = known.IsEmpty ? null : StateVector.Decode(known);
        var columns = Columns;
        columns.Clear();
        WriteState(new UpdateWriterV2(columns), vector);
        var state = columns.Finish();
        var waiting = Waiting(vector);
        merged = waiting.Count == 0 ? null : Update.MergeWeighed([state.ToArray(), .. waiting]);
        return merged ?? state;
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
            waiting.Add(Update.DiffWeighed(_pendingStructs.Merged(), known ?? new StateVector()));
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
        Store.WriteDeletes(writer);
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
                pending.Add(rest.Updates[0]);
            }
        }
        else
            _pendingStructs = rest;
        ApplyDeletes(transaction);
        if (!retry)
            return;
        var update = _pendingStructs!.Merged();
        _pendingStructs = null;
        var reader = new UpdateReaderV2(update);
        Store.Decode(ref reader, int.MaxValue);
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
