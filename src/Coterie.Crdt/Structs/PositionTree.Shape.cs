namespace Coterie.Crdt.Structs;

/// <summary>How the tree grows, shrinks and is built.</summary>
internal sealed partial class PositionTree
{
    /// <summary>Leaves are filled to three quarters, so that the first edits split none.</summary>
    private const int BuiltCount = Width * 3 / 4;

    private TreeNode Build(int first)
    {
        var level = new List<TreeNode>();
        var leaf = NewLeaf();
        level.Add(leaf);
        for (var handle = first; handle != 0; handle = _items[handle].Right)
        {
            if (leaf.Count == BuiltCount)
                level.Add(leaf = NewLeaf());
            ref var item = ref _items[handle];
            leaf.Items[leaf.Count] = handle;
            leaf.Visible[leaf.Count++] = item.Visible;
            leaf.Marks += MarkOf(item);
            item.Place = leaf.Id;
        }
        while (level.Count > 1)
        {
            var above = new List<TreeNode>();
            TreeBranch? branch = null;
            foreach (var node in level)
            {
                if (branch is null || branch.Count == BuiltCount)
                    above.Add(branch = new TreeBranch());
                Attach(branch, branch.Count, node);
                branch.Marks += node.Marks;
            }
            level = above;
        }
        return level[0];
    }

    /// <summary>Makes room in a full leaf for an item at <paramref name="at"/>; answers the new right leaf.</summary>
    private TreeLeaf SplitLeaf(TreeLeaf leaf, int at)
    {
        var right = NewLeaf();
        // Who writes at the end keeps writing there: leave the left leaf full.
        var keep = at == Width ? Width : Width / 2;
        var moved = Width - keep;
        ((ReadOnlySpan<int>)leaf.Items)[keep..].CopyTo(right.Items);
        ((ReadOnlySpan<int>)leaf.Visible)[keep..].CopyTo(right.Visible);
        leaf.Count = keep;
        right.Count = moved;
        for (var each = 0; each < moved; each++)
        {
            ref var item = ref _items[right.Items[each]];
            item.Place = right.Id;
            right.Marks += MarkOf(item);
        }
        leaf.Marks -= right.Marks;
        InsertNode(leaf, right, leaf.Sum(), right.Sum());
        return right;
    }

    /// <summary>Puts <paramref name="right"/> beside <paramref name="left"/>, whose content it took a part of.</summary>
    private void InsertNode(TreeNode left, TreeNode right, int leftSum, int rightSum)
    {
        var parent = left.Parent;
        if (parent is null)
        {
            var root = new TreeBranch { Marks = left.Marks + right.Marks };
            _root = root;
            Attach(root, 0, left);
            Attach(root, 1, right);
            root.Visible[0] = leftSum;
            root.Visible[1] = rightSum;
            return;
        }
        parent.Visible[left.Slot] = leftSum;
        if (parent.Count == Width)
        {
            var beside = new TreeBranch();
            var keep = left.Slot == Width - 1 ? Width - 1 : Width / 2;
            for (var from = keep; from < Width; from++)
            {
                Attach(beside, from - keep, parent.Nodes[from]);
                beside.Marks += parent.Nodes[from].Marks;
                parent.Nodes[from] = null!;
            }
            parent.Count = keep;
            // Attaching counted what lies below now; the right node is not there yet, or not below the left one any more.
            left.Parent!.Visible[left.Slot] = leftSum;
            // The right node's marks were counted in the parent as the left one's.
            var moved = beside.Marks + (left.Parent == beside ? right.Marks : 0);
            parent.Marks -= moved;
            beside.Marks = moved;
            // It is going to lie beside the left one.
            var (inParent, inBeside) = left.Parent == parent ? (rightSum, 0) : (0, rightSum);
            InsertNode(parent, beside, parent.Sum() + inParent, beside.Sum() + inBeside);
            parent = left.Parent!;
        }
        for (var to = parent.Count; to > left.Slot + 1; to--)
        {
            parent.Nodes[to] = parent.Nodes[to - 1];
            parent.Nodes[to].Slot = to;
            parent.Visible[to] = parent.Visible[to - 1];
        }
        parent.Count++;
        parent.Nodes[left.Slot + 1] = right;
        right.Parent = parent;
        right.Slot = left.Slot + 1;
        parent.Visible[right.Slot] = rightSum;
    }

    private static void Attach(TreeBranch branch, int slot, TreeNode node)
    {
        branch.Nodes[slot] = node;
        branch.Visible[slot] = node is TreeLeaf leaf ? leaf.Sum() : ((TreeBranch)node).Sum();
        branch.Count = slot + 1;
        node.Parent = branch;
        node.Slot = slot;
    }

    /// <summary>Takes an empty node out, and what becomes empty by that.</summary>
    private void Detach(TreeNode node)
    {
        var parent = node.Parent!;
        for (var to = node.Slot; to < parent.Count - 1; to++)
        {
            parent.Nodes[to] = parent.Nodes[to + 1];
            parent.Nodes[to].Slot = to;
            parent.Visible[to] = parent.Visible[to + 1];
        }
        parent.Nodes[--parent.Count] = null!;
        if (node is TreeLeaf leaf)
        {
            _leaves[leaf.Id] = null;
            _freeLeaves.Add(leaf.Id);
        }
        if (parent.Count == 0)
        {
            if (parent != _root)
                Detach(parent);
            else
                _root = NewLeaf();
        }
        while (_root is TreeBranch { Count: 1 } root)
        {
            _root = root.Nodes[0];
            _root.Parent = null;
            _root.Slot = 0;
        }
    }
}
