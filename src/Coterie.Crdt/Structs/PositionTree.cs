namespace Coterie.Crdt.Structs;

/// <summary>
/// A counted B-tree over the items of one list, tombstones and marks included, in list order: from an index to the item that
/// shows it and back, in O(log n). An item knows its leaf (<see cref="Item.Place"/>). It is made for a list when an index is
/// first asked for, bottom-up, and kept from then on; lists that nobody indexes never have one.
/// </summary>
/// <remarks>
/// Invariants: every leaf is at the same depth and none is empty; a branch's count for a node is the sum below that node; leaves
/// from left to right give exactly the list.
/// </remarks>
internal sealed partial class PositionTree
{
    private const int Width = TreeNode.Width;

    private readonly ItemArena _items;
    private TreeLeaf?[] _leaves = new TreeLeaf?[4];
    private int _leafCount;
    private readonly List<int> _freeLeaves = [];
    private TreeNode _root;

    public PositionTree(ItemArena items, int first)
    {
        _items = items;
        _root = Build(first);
    }

    /// <summary>The item that shows index <paramref name="index"/> - 1 of the list, and the index at which it begins.</summary>
    public (int Item, int Start) Find(int index)
    {
        var rest = index;
        var node = _root;
        while (node is TreeBranch branch)
        {
            ReadOnlySpan<int> visible = branch.Visible;
            var at = 0;
            while (rest > visible[at])
                rest -= visible[at++];
            node = branch.Nodes[at];
        }
        var leaf = (TreeLeaf)node;
        ReadOnlySpan<int> sizes = leaf.Visible;
        var place = 0;
        while (rest > sizes[place])
            rest -= sizes[place++];
        return (leaf.Items[place], index - rest);
    }

    /// <summary>The index at which the item begins, or would if it were visible.</summary>
    public int IndexOf(int handle)
    {
        var leaf = LeafOf(handle);
        var index = 0;
        ReadOnlySpan<int> sizes = leaf.Visible;
        foreach (var size in sizes[..leaf.Place(handle)])
            index += size;
        TreeNode node = leaf;
        for (var branch = node.Parent; branch is not null; node = branch, branch = node.Parent)
        {
            ReadOnlySpan<int> visible = branch.Visible;
            foreach (var size in visible[..node.Slot])
                index += size;
        }
        return index;
    }

    public int Last()
    {
        var node = _root;
        while (node is TreeBranch branch)
            node = branch.Nodes[branch.Count - 1];
        return node.Count == 0 ? 0 : ((TreeLeaf)node).Items[node.Count - 1];
    }

    /// <summary>Adds the live formatting marks up to and with an item. Nodes without marks are passed.</summary>
    public void MarksUpTo(int handle, List<int> marks) => MarksBelow(_root, LeafOf(handle), handle, marks);

    /// <summary>Answers whether the item was reached.</summary>
    private bool MarksBelow(TreeNode node, TreeLeaf last, int handle, List<int> marks)
    {
        if (node is TreeBranch branch)
        {
            for (var at = 0; at < branch.Count; at++)
                if (
                    (branch.Nodes[at].Marks > 0 || Contains(branch.Nodes[at], last))
                    && MarksBelow(branch.Nodes[at], last, handle, marks)
                )
                    return true;
            return false;
        }
        var leaf = (TreeLeaf)node;
        foreach (var each in ((ReadOnlySpan<int>)leaf.Items)[..leaf.Count])
        {
            if (MarkOf(_items[each]) == 1)
                marks.Add(each);
            if (each == handle)
                return true;
        }
        return false;
    }

    private static bool Contains(TreeNode node, TreeNode below)
    {
        for (var each = below; each is not null; each = each.Parent)
            if (each == node)
                return true;
        return false;
    }

    /// <summary>Puts an item that is in the list behind <paramref name="left"/>, or first.</summary>
    public void InsertAfter(int left, int handle)
    {
        TreeLeaf leaf;
        int at;
        if (left == 0)
        {
            leaf = FirstLeaf();
            at = 0;
        }
        else
        {
            leaf = LeafOf(left);
            at = leaf.Place(left) + 1;
        }
        if (leaf.Count == Width)
        {
            var right = SplitLeaf(leaf, at);
            if (at > leaf.Count || leaf.Count == Width)
            {
                at -= leaf.Count;
                leaf = right;
            }
        }
        ref var item = ref _items[handle];
        Span<int> items = leaf.Items,
            sizes = leaf.Visible;
        items[at..leaf.Count].CopyTo(items[(at + 1)..]);
        sizes[at..leaf.Count].CopyTo(sizes[(at + 1)..]);
        items[at] = handle;
        sizes[at] = item.Visible;
        leaf.Count++;
        item.Place = leaf.Id;
        Up(leaf, sizes[at], MarkOf(item));
    }

    /// <summary>Takes notice that an item was cut: what it showed is shown by it and the right part together.</summary>
    public void Split(int left, int right)
    {
        var leaf = LeafOf(left);
        if (leaf.Count == Width)
        {
            Refresh(left);
            InsertAfter(left, right);
            return;
        }
        var at = leaf.Place(left) + 1;
        Span<int> items = leaf.Items,
            sizes = leaf.Visible;
        items[at..leaf.Count].CopyTo(items[(at + 1)..]);
        sizes[at..leaf.Count].CopyTo(sizes[(at + 1)..]);
        items[at] = right;
        sizes[at - 1] = _items[left].Visible;
        sizes[at] = _items[right].Visible;
        leaf.Count++;
        _items[right].Place = leaf.Id;
    }

    /// <summary>Takes notice that an item became a part of its left neighbour, which shows what both showed.</summary>
    public void Join(int left, int right)
    {
        var leaf = LeafOf(left);
        if (leaf.Id != _items[right].Place)
        {
            Remove(right);
            Refresh(left);
            return;
        }
        var at = leaf.Place(right);
        Span<int> items = leaf.Items,
            sizes = leaf.Visible;
        items[(at + 1)..leaf.Count].CopyTo(items[at..]);
        sizes[(at + 1)..leaf.Count].CopyTo(sizes[at..]);
        sizes[at - 1] = _items[left].Visible;
        leaf.Count--;
    }

    private void Remove(int handle)
    {
        var leaf = LeafOf(handle);
        var at = leaf.Place(handle);
        Span<int> items = leaf.Items,
            sizes = leaf.Visible;
        var lost = sizes[at];
        items[(at + 1)..leaf.Count].CopyTo(items[at..]);
        sizes[(at + 1)..leaf.Count].CopyTo(sizes[at..]);
        leaf.Count--;
        Up(leaf, -lost, -MarkOf(_items[handle]));
        if (leaf.Count == 0 && leaf != _root)
            Detach(leaf);
    }

    /// <summary>Takes notice that an item's length, or whether it shows, has changed.</summary>
    public void Refresh(int handle)
    {
        ref readonly var item = ref _items[handle];
        var leaf = LeafOf(handle);
        ref var size = ref leaf.Visible[leaf.Place(handle)];
        var change = item.Visible - size;
        if (change == 0)
            return;
        size += change;
        Up(leaf, change, 0);
    }

    /// <summary>Takes notice that a live formatting mark was deleted.</summary>
    public void MarkDeleted(int handle) => Up(LeafOf(handle), 0, -1);

    private TreeLeaf LeafOf(int handle) => _leaves[_items[handle].Place]!;

    private static int MarkOf(in Item item) => item is { Kind: ContentKind.Format, IsDeleted: false } ? 1 : 0;

    private static void Up(TreeNode node, int visible, int marks)
    {
        node.Marks += marks;
        for (var branch = node.Parent; branch is not null; node = branch, branch = node.Parent)
        {
            branch.Visible[node.Slot] += visible;
            branch.Marks += marks;
        }
    }

    private TreeLeaf FirstLeaf()
    {
        var node = _root;
        while (node is TreeBranch branch)
            node = branch.Nodes[0];
        return (TreeLeaf)node;
    }

    private TreeLeaf NewLeaf()
    {
        if (_freeLeaves.Count > 0)
        {
            var id = _freeLeaves[^1];
            _freeLeaves.RemoveAt(_freeLeaves.Count - 1);
            return _leaves[id] = new TreeLeaf(id);
        }
        if (_leafCount == _leaves.Length)
            Array.Resize(ref _leaves, _leafCount * 2);
        var leaf = new TreeLeaf(_leafCount);
        _leaves[_leafCount++] = leaf;
        return leaf;
    }
}
