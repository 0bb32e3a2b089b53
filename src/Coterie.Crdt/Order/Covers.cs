namespace Coterie.Crdt.Order;

/// <summary>Finds the covers of all items of a list at once (see <see cref="SiblingOrder"/>), in O(n log n).</summary>
internal static class Covers
{
    private const int None = int.MaxValue;

    /// <summary>
    /// Nodes are numbered along the list from 1, with <paramref name="origins"/> the number of each one's origin and
    /// <paramref name="nodeOf"/> the node that holds the origin of a number. Answers each node's cover, 0 for none.
    /// </summary>
    public static int[] Of(int[] origins, IEnumerable<int> numbers, Comparison<int> compare, Func<int, int> nodeOf)
    {
        var ordered = numbers.ToArray();
        Array.Sort(ordered, compare);
        var rank = new int[ordered.Length];
        for (var at = 0; at < ordered.Length; at++)
            rank[ordered[at]] = at;
        // From right to left, so that the tree holds what stands behind: by the rank of its origin its first item.
        var (firsts, covers) = (new int[2 * rank.Length], new int[origins.Length]);
        Array.Fill(firsts, None);
        var before = ordered.Length;
        for (var node = origins.Length - 1; node > 0; node--)
        {
            while (before > 0 && nodeOf(ordered[before - 1]) >= node)
                before--;
            var own = rank[origins[node]];
            var first = Least(firsts, own + 1, before);
            covers[node] = first == None ? 0 : first;
            for (var at = own + rank.Length; at > 0; at /= 2)
                firsts[at] = Math.Min(firsts[at], node);
        }
        return covers;
    }

    /// <summary>The least of the leaves from one to before another, in a tree whose leaves are its second half.</summary>
    private static int Least(int[] tree, int from, int end)
    {
        var least = None;
        var half = tree.Length / 2;
        for (var (low, high) = (from + half, end + half); low < high; low /= 2, high /= 2)
        {
            if (low % 2 == 1)
                least = Math.Min(least, tree[low++]);
            if (high % 2 == 1)
                least = Math.Min(least, tree[--high]);
        }
        return least;
    }
}
