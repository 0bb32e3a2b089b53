using System.Runtime.InteropServices;
using Coterie.Crdt.Bytes;
using Coterie.Crdt.Updates;

namespace Coterie.Crdt.Structs;

/// <summary>
/// Integrates what was decoded, in an order in which everything comes after what it refers to. What refers to structs that the
/// document has not is written out as an update and waits. Every decoded handle ends in the document, in that update, or free.
/// </summary>
internal sealed partial class StructStore
{
    private readonly Stack<int> _waiting = new();
    private readonly List<int> _targets = [];

    // What has to wait, by client.
    private readonly Dictionary<int, List<int>> _rest = [];
    private Dictionary<ulong, int>? _missing;

    /// <summary>Answers what has to wait, or null.</summary>
    public PendingStructs? ApplyStructs(Transaction transaction)
    {
        if (_decodedClients.Count == 0)
            return null;
        OrderTargets();
        _hints.Release();
        _mayIndex = true;
        for (var head = NextHead(transaction); head != 0; )
        {
            ref readonly var item = ref Items[head];
            if (item.Kind == ContentKind.Skip)
                Items.Free(head);
            else
            {
                var client = _clients[item.Client];
                var offset = client.State - item.Clock;
                if (offset < 0)
                {
                    _waiting.Push(head);
                    Miss(item.Client, item.Clock - 1);
                    SetWaitingAside();
                }
                else if (MissingClient(item) is var missing and >= 0)
                {
                    _waiting.Push(head);
                    var next = NextOf(missing);
                    if (next != 0)
                    {
                        head = next;
                        continue;
                    }
                    Miss(missing, _clients[missing].State);
                    SetWaitingAside();
                }
                else if (offset == 0 || offset < item.Length)
                {
                    if (item.Kind != ContentKind.Gc)
                        Resolve(transaction, head);
                    Integrate(transaction, head, offset);
                }
                else
                {
                    if (Redone.Count > 0 && item.Kind != ContentKind.Gc)
                        PartRedone(transaction, item);
                    Drop(head);
                }
            }
            head = _waiting.TryPop(out var waiting) ? waiting : NextHead(transaction);
        }
        _mayIndex = false;
        _hints.Release();
        (_crowds, _nodes) = (null, null);
        foreach (ref readonly var block in CollectionsMarshal.AsSpan(_decodedClients))
            _clients[block.Client].DecodedAt = 0;
        return _rest.Count == 0 ? null : TakeRest();
    }

    private void OrderTargets()
    {
        _targets.Clear();
        for (var at = 0; at < _decodedClients.Count; at++)
        {
            var client = _clients[_decodedClients[at].Client];
            // Of two blocks of one client the later one counts, as in Yjs.
            if (client.DecodedAt > 0)
            {
                DropBlock(_decodedClients[client.DecodedAt - 1]);
                _targets[client.DecodedAt - 1] = -1;
            }
            client.DecodedAt = at + 1;
            _targets.Add(at);
        }
        _targets.RemoveAll(static at => at < 0);
        if (_targets.Count > 1)
            _targets.Sort(
                (one, other) => ClientId(_decodedClients[one].Client).CompareTo(ClientId(_decodedClients[other].Client))
            );
    }

    private void DropBlock(in DecodedClient block)
    {
        for (var at = block.First; at < block.End; at++)
            Drop(_decoded[at]);
    }

    private int NextHead(Transaction transaction)
    {
        while (_targets.Count > 0)
        {
            Load(transaction, _targets[^1]);
            var head = Take(_targets[^1]);
            if (head != 0)
                return head;
            _targets.RemoveAt(_targets.Count - 1);
        }
        return 0;
    }

    private int NextOf(int client) => _clients[client].DecodedAt is var at and > 0 ? Take(at - 1) : 0;

    private int Take(int at)
    {
        ref var block = ref CollectionsMarshal.AsSpan(_decodedClients)[at];
        return block.Next < block.End ? _decoded[block.Next++] : 0;
    }

    private int MissingClient(in Item item)
    {
        if (item.Kind == ContentKind.Gc)
            return -1;
        if (item.HasOrigin && IsMissing(item, item.OriginClient, item.OriginClock))
            return item.OriginClient;
        if (item.HasRightOrigin && IsMissing(item, item.RightOriginClient, item.RightOriginClock))
            return item.RightOriginClient;
        if (item.Has(ItemFlags.ParentById) && IsMissing(item, item.Parent, item.OriginClock))
            return item.Parent;
        return -1;
    }

    /// <summary>
    /// Yjs looks up what a struct refers to before it finds that it has the struct, and splits there. What it splits it merges again,
    /// but for what undo made a copy of.
    /// </summary>
    private void PartRedone(Transaction transaction, Item known)
    {
        if (known.HasOrigin && IsRedone(known.OriginClient, known.OriginClock))
            FindCleanEnd(transaction, known.OriginClient, known.OriginClock);
        if (known.HasRightOrigin && IsRedone(known.RightOriginClient, known.RightOriginClock))
            FindCleanStart(transaction, known.RightOriginClient, known.RightOriginClock);
    }

    private bool IsRedone(int client, int clock)
    {
        var structs = _clients[client];
        return Items[structs[structs.Find(clock)]].Has(ItemFlags.Redone);
    }

    private bool IsMissing(in Item item, int client, int clock) =>
        client != item.Client && clock >= _clients[client].State;

    private void Miss(int client, int clock)
    {
        _missing ??= [];
        var id = ClientId(client);
        if (!_missing.TryGetValue(id, out var known) || known > clock)
            _missing[id] = clock;
    }

    /// <summary>Everything on the stack waits, and with each all that follows of its client.</summary>
    private void SetWaitingAside()
    {
        while (_waiting.TryPop(out var handle))
        {
            var client = Items[handle].Client;
            if (!_rest.TryGetValue(client, out var rest))
                _rest[client] = rest = [];
            rest.Add(handle);
            for (var next = NextOf(client); next != 0; next = NextOf(client))
                rest.Add(next);
        }
    }

    private PendingStructs TakeRest()
    {
        var columns = new UpdateWriterV2.Columns();
        var writer = new UpdateWriterV2(columns);
        writer.Rest.VarUint(_rest.Count);
        foreach (var client in _rest.Keys.OrderByDescending(ClientId))
            WriteRest(writer, client, _rest[client]);
        writer.Rest.VarUint(0);
        _rest.Clear();
        var pending = new PendingStructs(_missing!, [columns.ToArray()]);
        _missing = null;
        return pending;
    }

    /// <summary>Writes waiting structs and gives them back. Only an update that contradicts itself leaves holes between them.</summary>
    private void WriteRest(UpdateWriterV2 writer, int client, List<int> rest)
    {
        rest.Sort((one, other) => Items[one].Clock.CompareTo(Items[other].Clock));
        var holes = 0;
        for (var at = 1; at < rest.Count; at++)
            if (Items[rest[at]].Clock > Items[rest[at - 1]].End)
                holes++;
        writer.Rest.VarUint(rest.Count + holes);
        writer.Client(ClientId(client));
        var clock = Items[rest[0]].Clock;
        writer.Rest.VarUint(clock);
        foreach (var handle in rest)
        {
            ref readonly var item = ref Items[handle];
            if (item.Clock > clock)
                WriteItem(writer, new Item { Kind = ContentKind.Skip, Length = item.Clock - clock }, 0);
            WriteItem(writer, item, 0);
            clock = item.End;
            Drop(handle);
        }
    }

    /// <summary>Deletes what an update says is deleted; answers what the document does not have yet.</summary>
    public DeleteSet? ApplyDeletes(Transaction transaction)
    {
        DeleteSet? rest = null;
        var place = default(ClientStructs.Place);
        var tombstones = 0;
        foreach (ref readonly var range in CollectionsMarshal.AsSpan(_decodedDeletes))
        {
            if (CameDeleted(transaction, range, ref tombstones))
                continue;
            var client = _clients[range.Client];
            if (range.Clock < client.State)
                DeleteRange(transaction, client, range.Clock, Math.Min(range.End, client.State), ref place);
            var first = Math.Max(range.Clock, client.State);
            if (first < range.End)
                (rest ??= new DeleteSet()).Add(client.Id, first, range.End - first);
        }
        return rest;
    }

    /// <summary>
    /// Whether all of a range came as tombstones with this update. Both, that and what is deleted, are in the order of clients and clocks as
    /// a rule: what is passed is not looked at again.
    /// </summary>
    private bool CameDeleted(Transaction transaction, in DeletedRange range, ref int at)
    {
        if (!Takes(Shortcuts.Tombstones))
            return false;
        var deleted = transaction.Deletes.Ranges;
        for (; at < deleted.Length; at++)
        {
            ref readonly var known = ref deleted[at];
            if (known.Client == range.Client)
            {
                if (known.Clock + known.Length > range.Clock)
                    return known.Clock <= range.Clock && range.End <= known.Clock + known.Length;
            }
            else if (ClientId(known.Client) < ClientId(range.Client))
                return false;
        }
        return false;
    }

    /// <summary>Deletes what waited to be deleted; answers what the document still does not have.</summary>
    public DeleteSet? ApplyDeletes(Transaction transaction, DeleteSet pending)
    {
        _decodedDeletes.Clear();
        foreach (var client in pending.Clients)
        foreach (var range in pending[client])
            _decodedDeletes.Add(new(ClientIndex(client), range.Clock, range.End));
        return ApplyDeletes(transaction);
    }

    /// <summary>Deletes a range of clocks below the client's state.</summary>
    public void DeleteRange(Transaction transaction, ClientStructs client, int clock, int end)
    {
        var place = default(ClientStructs.Place);
        DeleteRange(transaction, client, clock, end, ref place);
    }

    /// <summary>The same; it is looked for first where the last range was, of whatever client.</summary>
    private void DeleteRange(
        Transaction transaction,
        ClientStructs client,
        int clock,
        int end,
        ref ClientStructs.Place place
    )
    {
        while (clock < end)
        {
            place = client.Onward(place, clock);
            var handle = client[place];
            if (!Items[handle].IsDeleted)
            {
                if (Items[handle].Clock < clock)
                {
                    handle = Split(transaction, client, place, handle, clock - Items[handle].Clock);
                    place = client.Find(clock);
                }
                if (Items[handle].End > end)
                    Split(transaction, client, place, handle, end - Items[handle].Clock);
                Delete(transaction, handle);
            }
            clock = Items[handle].End;
        }
    }
}
