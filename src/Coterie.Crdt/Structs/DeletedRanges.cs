using System.Buffers;
using Coterie.Crdt.Updates;

namespace Coterie.Crdt.Structs;

/// <summary>What one transaction deleted, by client index; kept for the next transaction.</summary>
internal sealed class DeletedRanges(StructStore store)
{
    internal struct Range
    {
        public int Client;
        public int Clock;
        public int Length;
    }

    private const int FewRanges = 8;

    // What has room for more than MostScratch is of the pool.
    private Range[] _ranges = new Range[FewRanges];
    private bool _sorted = true;

    /// <summary>Clients in the order in which something of each was deleted first.</summary>
    private readonly List<int> _clients = [];

    /// <summary>The same clients, where there are many.</summary>
    private HashSet<int>? _known;

    /// <summary>Clients that are searched one by one.</summary>
    private const int MostSearched = 16;

    public int Count { get; private set; }

    public ReadOnlySpan<Range> Ranges => _ranges.AsSpan(0, Count);

    public void Clear()
    {
        Count = 0;
        if (_ranges.Length > Limits.MostScratch)
        {
            ArrayPool<Range>.Shared.Return(_ranges);
            _ranges = new Range[FewRanges];
        }
        _sorted = true;
        _clients.Clear();
        _known = null;
    }

    public void Add(int client, int clock, int length)
    {
        if (Count > 0)
        {
            ref var last = ref _ranges[Count - 1];
            if (last.Client == client && last.Clock + last.Length == clock)
            {
                last.Length += length;
                return;
            }
            // Structs come by client from the highest id, and by clock: what is loaded is in order.
            _sorted &=
                last.Client == client
                    ? last.Clock + last.Length < clock
                    : store.ClientId(last.Client) > store.ClientId(client);
        }
        Note(client);
        if (Count == _ranges.Length)
            Grow(Count * 2);
        _ranges[Count++] = new Range
        {
            Client = client,
            Clock = clock,
            Length = length,
        };
    }

    private void Grow(int size)
    {
        var grown = size > Limits.MostScratch ? ArrayPool<Range>.Shared.Rent(size) : new Range[size];
        Ranges.CopyTo(grown);
        if (_ranges.Length > Limits.MostScratch)
            ArrayPool<Range>.Shared.Return(_ranges);
        _ranges = grown;
    }

    private void Note(int client)
    {
        // What is loaded comes client by client.
        if (_clients.Count > 0 && _clients[^1] == client)
            return;
        if (_clients.Count < MostSearched ? !_clients.Contains(client) : (_known ??= [.. _clients]).Add(client))
            _clients.Add(client);
    }

    /// <summary>By client id from the highest, then by clock; ranges that touch are joined.</summary>
    public void Sort()
    {
        if (_sorted)
            return;
        _sorted = true;
        _ranges
            .AsSpan(0, Count)
            .Sort(
                (one, other) =>
                    one.Client == other.Client
                        ? one.Clock.CompareTo(other.Clock)
                        : store.ClientId(other.Client).CompareTo(store.ClientId(one.Client))
            );
        var kept = 0;
        for (var at = 1; at < Count; at++)
        {
            ref var left = ref _ranges[kept];
            var right = _ranges[at];
            if (left.Client == right.Client && left.Clock + left.Length >= right.Clock)
                left.Length = Math.Max(left.Length, right.Clock + right.Length - left.Clock);
            else
                _ranges[++kept] = right;
        }
        Count = kept + 1;
    }

    /// <summary>The same, a copy, clients in the order in which something of each was deleted first: so Yjs goes over them.</summary>
    public Range[] ByFirstDeletion()
    {
        var ranges = Ranges.ToArray();
        if (_clients.Count < 2)
            return ranges;
        var places = new Dictionary<int, int>(_clients.Count);
        foreach (var client in _clients)
            places[client] = places.Count;
        return [.. ranges.OrderBy(range => places[range.Client])];
    }

    /// <summary>Whether that clock is among them. They are sorted.</summary>
    public bool Contains(int client, int clock)
    {
        int low = 0,
            high = Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            ref readonly var range = ref _ranges[middle];
            var isBefore =
                range.Client == client
                    ? range.Clock + range.Length <= clock
                    : store.ClientId(range.Client) > store.ClientId(client);
            if (isBefore)
                low = middle + 1;
            else if (range.Client == client && range.Clock <= clock)
                return true;
            else
                high = middle - 1;
        }
        return false;
    }

    public DeleteSet ToDeleteSet()
    {
        var set = new DeleteSet();
        foreach (var client in _clients)
            set.Ranges(store.ClientId(client));
        foreach (ref readonly var range in Ranges)
            set.Add(store.ClientId(range.Client), range.Clock, range.Length);
        return set;
    }

    public void Write<TWriter>(TWriter writer)
        where TWriter : IUpdateWriter
    {
        var ranges = Ranges;
        var clients = 0;
        for (var at = 0; at < ranges.Length; at++)
            if (at == 0 || ranges[at].Client != ranges[at - 1].Client)
                clients++;
        writer.Rest.VarUint(clients);
        for (var at = 0; at < ranges.Length; )
        {
            var end = at + 1;
            while (end < ranges.Length && ranges[end].Client == ranges[at].Client)
                end++;
            writer.BeginDeletes();
            writer.Rest.VarUint(store.ClientId(ranges[at].Client));
            writer.Rest.VarUint(end - at);
            for (; at < end; at++)
            {
                writer.Deleted(ranges[at].Clock, ranges[at].Length);
            }
        }
    }
}
