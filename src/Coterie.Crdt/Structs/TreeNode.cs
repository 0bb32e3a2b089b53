using System.Runtime.CompilerServices;

namespace Coterie.Crdt.Structs;

/// <summary>A node of a <see cref="PositionTree"/>. Slot is its place in its parent.</summary>
internal abstract class TreeNode
{
    public const int Width = 32;

    [InlineArray(Width)]
    internal struct Ints
    {
        private int _first;
    }

    public TreeBranch? Parent;
    public int Slot;
    public int Count;

    /// <summary>Live formatting marks below.</summary>
    public int Marks;
}

/// <summary>Adjacent items of one list, with the indexes each takes.</summary>
internal sealed class TreeLeaf(int id) : TreeNode
{
    public readonly int Id = id;
    public Ints Items;
    public Ints Visible;

    public int Place(int handle) => ((ReadOnlySpan<int>)Items)[..Count].IndexOf(handle);

    public int Sum()
    {
        var sum = 0;
        foreach (var visible in ((ReadOnlySpan<int>)Visible)[..Count])
            sum += visible;
        return sum;
    }
}

/// <summary>Adjacent nodes, with the indexes that lie below each.</summary>
internal sealed class TreeBranch : TreeNode
{
    public readonly TreeNode[] Nodes = new TreeNode[Width];
    public Ints Visible;

    public int Sum()
    {
        var sum = 0;
        foreach (var visible in ((ReadOnlySpan<int>)Visible)[..Count])
            sum += visible;
        return sum;
    }
}
