using Coterie.Crdt.Updates;

namespace Coterie.Crdt;

/// <summary>A range of clocks of one client.</summary>
/// <param name="Clock">The first.</param>
/// <param name="Length">How many, at least one.</param>
public readonly record struct ClockRange(int Clock, int Length)
{
    /// <summary>The clock after the last.</summary>
    public int End => Clock + Length;
}

/// <summary>Which clocks of which clients are deleted.</summary>
public sealed class DeleteSet
{
    private readonly Dictionary<ulong, List<ClockRange>> _clients = [];

    /// <summary>Whether nothing is deleted.</summary>
    public bool IsEmpty => _clients.Count == 0;

    /// <summary>The clients of which something is deleted.</summary>
    public IReadOnlyCollection<ulong> Clients => _clients.Keys;

    /// <summary>What is deleted of a client.</summary>
    public IReadOnlyList<ClockRange> this[ulong client] => _clients.TryGetValue(client, out var ranges) ? ranges : [];

    internal List<ClockRange> Ranges(ulong client)
    {
        if (!_clients.TryGetValue(client, out var ranges))
            _clients[client] = ranges = [];
        return ranges;
    }

    internal void Add(ulong client, int clock, int length) => Ranges(client).Add(new(clock, length));

    /// <summary>Whether that clock is deleted. The set is sorted.</summary>
    public bool Contains(ulong client, int clock)
    {
        if (!_clients.TryGetValue(client, out var ranges))
            return false;
        int low = 0,
            high = ranges.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (ranges[middle].Clock > clock)
                high = middle - 1;
            else if (ranges[middle].End > clock)
                return true;
            else
                low = middle + 1;
        }
        return false;
    }

    /// <summary>Sorts the ranges of each client and joins those that touch.</summary>
    internal void Sort()
    {
        foreach (var ranges in _clients.Values)
            Sort(ranges);
    }

    private static void Sort(List<ClockRange> ranges)
    {
        ranges.Sort(static (one, other) => one.Clock.CompareTo(other.Clock));
        var kept = 0;
        for (var at = 1; at < ranges.Count; at++)
        {
            var (left, right) = (ranges[kept], ranges[at]);
            if (left.End >= right.Clock)
                ranges[kept] = new(left.Clock, Math.Max(left.End, right.End) - left.Clock);
            else
                ranges[++kept] = right;
        }
        if (ranges.Count > 0)
            ranges.RemoveRange(kept + 1, ranges.Count - kept - 1);
    }

    /// <summary>Adds all of another set, in no order.</summary>
    internal void AddAll(DeleteSet other)
    {
        foreach (var (client, ranges) in other._clients)
            Ranges(client).AddRange(ranges);
    }

    /// <summary>What is deleted in any of them, sorted.</summary>
    internal static DeleteSet Merge(params IEnumerable<DeleteSet> sets)
    {
        var merged = new DeleteSet();
        foreach (var set in sets)
            merged.AddAll(set);
        merged.Sort();
        return merged;
    }

    internal static bool AreEqual(DeleteSet one, DeleteSet other) =>
        one._clients.Count == other._clients.Count
        && one._clients.All(each => each.Value.SequenceEqual(other[each.Key]));

    internal static DeleteSet Read<TReader>(scoped ref TReader reader, long most)
        where TReader : IUpdateReader, allows ref struct
    {
        var set = new DeleteSet();
        // Yjs always writes them in order, and format v2 cannot be written in any other.
        if (!ReadInto(set, ref reader, most))
            set.Sort();
        return set;
    }

    /// <summary>Adds what is read; answers whether the set is still in order.</summary>
    internal static bool ReadInto<TReader>(DeleteSet set, scoped ref TReader reader, long most)
        where TReader : IUpdateReader, allows ref struct
    {
        var clients = reader.Plain();
        var ranges = 0L;
        var isInOrder = true;
        for (ulong each = 0; each < clients; each++)
        {
            reader.BeginDeletes();
            var client = reader.Plain();
            var count = reader.Plain();
            if (count > (ulong)(most - ranges))
                throw reader.Wrong("more deletions than so few bytes may hold");
            ranges += (long)count;
            for (ulong at = 0; at < count; at++)
            {
                var clock = reader.DeleteClock();
                var length = reader.DeleteLength();
                if (length > Limits.MostClock - clock)
                    throw reader.Wrong("a clock of more than 31 bits");
                if (length == 0)
                    continue;
                var known = set.Ranges(client);
                isInOrder &= known.Count == 0 || clock >= known[^1].End;
                known.Add(new(clock, length));
            }
        }
        return isInOrder;
    }

    internal void Write<TWriter>(TWriter writer)
        where TWriter : IUpdateWriter
    {
        writer.Rest.VarUint(_clients.Count);
        foreach (var client in _clients.Keys.OrderDescending())
        {
            var ranges = _clients[client];
            writer.BeginDeletes();
            writer.Rest.VarUint(client);
            writer.Rest.VarUint(ranges.Count);
            foreach (var range in ranges)
            {
                writer.Deleted(range.Clock, range.Length);
            }
        }
    }
}
