namespace Coterie.Crdt.Order;

/// <summary>The tree of all items of a list, each with its origin, given by number.</summary>
internal sealed class OriginTree(ListLabels labels, Comparison<int> compare) : OrderTree(labels)
{
    // Of each node, and of all in its subtree the one furthest left.
    private readonly List<int> _origins = [0];
    private readonly List<int> _leftmost = [0];
    private int _root;

    public void Insert(int node, int origin)
    {
        for (; _origins.Count <= node; _origins.Add(0))
            _leftmost.Add(0);
        _origins[node] = origin;
        _root = InsertInto(_root, node);
    }

    public int OriginOf(int node) => _origins[node];

    protected override void SumUp(int node)
    {
        var origin = _origins[node];
        if (Left(node) is var left and not 0 && compare(_leftmost[left], origin) < 0)
            origin = _leftmost[left];
        if (Right(node) is var right and not 0 && compare(_leftmost[right], origin) < 0)
            origin = _leftmost[right];
        _leftmost[node] = origin;
    }

    /// <summary>The first node behind <paramref name="start"/> whose origin stands before that one; 0 is none.</summary>
    public int FirstFromBefore(int origin, int start) => FirstFromBefore(_root, origin, start);

    private int FirstFromBefore(int root, int origin, int start)
    {
        if (root == 0 || compare(_leftmost[root], origin) >= 0)
            return 0;
        if (!IsBefore(start, root))
            return FirstFromBefore(Right(root), origin, start);
        if (FirstFromBefore(Left(root), origin, start) is var left and not 0)
            return left;
        return compare(_origins[root], origin) < 0 ? root : FirstFromBefore(Right(root), origin, start);
    }

    /// <summary>The last node of the list; 0 is none.</summary>
    public int Last()
    {
        var last = _root;
        while (last != 0 && Right(last) is var right and not 0)
            last = right;
        return last;
    }
}
