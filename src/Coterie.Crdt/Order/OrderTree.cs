using System.Runtime.InteropServices;

namespace Coterie.Crdt.Order;

/// <summary>
/// Search trees over nodes of one list, in the order of that list; each node is in one tree at most. A tree is named by its root, 0
/// is the empty one. What the nodes below one have in common is summed up in it, for searches that pass by whole subtrees.
/// </summary>
/// <remarks>Treaps: above a node stand none of lower priority, and priorities cannot be foreseen, so depth is O(log n).</remarks>
internal abstract class OrderTree(ListLabels labels)
{
    private readonly List<(int Left, int Right)> _below = [default];

    protected bool IsBefore(int one, int other) => labels.IsBefore(one, other);

    protected int Left(int node) => _below[node].Left;

    protected int Right(int node) => _below[node].Right;

    /// <summary>Sums up a node and the subtrees at its left and right, which are summed up already.</summary>
    protected abstract void SumUp(int node);

    /// <summary>Answers the new root.</summary>
    protected int InsertInto(int root, int node)
    {
        while (_below.Count <= node)
            _below.Add(default);
        return Put(root, node);
    }

    private int Put(int root, int node)
    {
        if (root == 0 || Priority(node) > Priority(root))
        {
            Below(node) = Cut(root, node);
            SumUp(node);
            return node;
        }
        if (IsBefore(node, root))
            Below(root).Left = Put(Left(root), node);
        else
            Below(root).Right = Put(Right(root), node);
        SumUp(root);
        return root;
    }

    /// <summary>The trees of those before and of those behind a node that is not in the tree.</summary>
    private (int Before, int Behind) Cut(int root, int at)
    {
        if (root == 0)
            return default;
        var before = IsBefore(root, at);
        var halves = Cut(before ? Right(root) : Left(root), at);
        if (before)
            (Below(root).Right, halves.Before) = (halves.Before, root);
        else
            (Below(root).Left, halves.Behind) = (halves.Behind, root);
        SumUp(root);
        return halves;
    }

    private ref (int Left, int Right) Below(int node) => ref CollectionsMarshal.AsSpan(_below)[node];

    private static uint Priority(int node) => (uint)HashCode.Combine(node);
}
