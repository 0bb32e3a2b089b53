namespace Coterie.Crdt.Structs;

internal sealed partial class PositionTree
{
    public void CheckInvariants(int first)
    {
        var next = first;
        CheckNode(_root, ref next);
        Check(next == 0, "the list goes on behind the tree");
    }

    private static void Check(bool holds, string what)
    {
        if (!holds)
            throw new InvalidOperationException("position tree: " + what);
    }

    /// <summary>Answers depth, what shows and the number of marks.</summary>
    private (int Depth, int Visible, int Marks) CheckNode(TreeNode node, ref int next)
    {
        int visible = 0,
            marks = 0,
            depth = 0;
        Check(node.Count > 0 || node == _root, "an empty node");
        for (var at = 0; at < node.Count; at++)
        {
            if (node is TreeLeaf leaf)
            {
                var handle = leaf.Items[at];
                Check(handle == next, "another item than in the list");
                Check(_items[handle].Place == leaf.Id && _leaves[leaf.Id] == leaf, "an item that names another leaf");
                Check(leaf.Visible[at] == _items[handle].Visible, "a leaf's count is wrong");
                visible += leaf.Visible[at];
                marks += MarkOf(_items[handle]);
                next = _items[handle].Right;
                continue;
            }
            var branch = (TreeBranch)node;
            var below = branch.Nodes[at];
            Check(below.Parent == branch && below.Slot == at, "a node that does not know its place");
            var (depthBelow, visibleBelow, marksBelow) = CheckNode(below, ref next);
            Check(at == 0 || depthBelow + 1 == depth, "leaves at different depths");
            Check(visibleBelow == branch.Visible[at], "a branch's count is wrong");
            depth = depthBelow + 1;
            visible += visibleBelow;
            marks += marksBelow;
        }
        Check(node.Marks == marks, "a node's marks are wrong");
        return (depth, visible, marks);
    }
}
