using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>
/// The shape of the tree: which node lies where and lives (PROTOCOL.md section 7). Moved by clear parts alone, so that hub and clients
/// always agree (T8). <see cref="Judge"/> changes nothing; <see cref="Apply"/> takes only what was judged.
/// Living nodes hang together up to the root; what is under a dead node is dead.
/// </summary>
public sealed class TreeState(FixedStreams streams)
{
    private readonly TreeNode root = new(NodeId.Root, NodeKind.Folder, creator: default);
    private readonly Dictionary<NodeId, TreeNode> nodes = [];

    /// <summary>Places a snapshot's nodes in a tree that is still empty. False, and nothing is believed, if they make no tree that the rules could have made.</summary>
    public bool TryLoad(IReadOnlyList<SnapshotNode> snapshot)
    {
        if (nodes.Count > 0 || snapshot.Count > Limits.MaxNodes)
            return false;
        foreach (var saved in snapshot)
        {
            var node = new TreeNode(saved.Id, saved.Kind, saved.Creator)
            {
                Blob = saved.Content?.Id,
                Fate = saved.Lives ? Fate.Living : Fate.DeadWith(saved.DiedWith),
            };
            if (!MayBeNew(saved.Id) || !nodes.TryAdd(saved.Id, node))
                return false;
        }
        foreach (var saved in snapshot)
        {
            if (saved.Parent != NodeId.Root && !nodes.ContainsKey(saved.Parent))
                return false;
            nodes[saved.Id].PlaceUnder(Folder(saved.Parent));
        }
        return HangsTogether();
    }

    /// <summary>Nodes ever created.</summary>
    public int Count => nodes.Count;

    /// <summary>Whether a file of this id exists, has a stream and is not deleted (J8).</summary>
    public bool IsLivingFile(NodeId id) =>
        nodes.TryGetValue(id, out var node) && node is { Lives: true, Kind: NodeKind.File };

    /// <summary>The content of a binary file, deleted ones included; null for all others.</summary>
    public BlobId? BlobOf(NodeId id) => nodes.GetValueOrDefault(id)?.Blob;

    /// <summary>The blobs that nodes have as their content now, each with whether a living one does (B6).</summary>
    public Dictionary<BlobId, bool> Blobs()
    {
        var blobs = new Dictionary<BlobId, bool>();
        foreach (var node in nodes.Values)
        {
            if (node.Blob is { } blob)
                blobs[blob] = node.Lives || blobs.GetValueOrDefault(blob);
        }
        return blobs;
    }

    /// <summary>The rule that the change breaks, T1–T5 or T11, or none.</summary>
    public Rule Judge(in TreeChange change, MemberId author, bool owner)
    {
        var node = nodes.GetValueOrDefault(change.Node);
        if (change.Delete)
            return node is { Lives: true } && (owner || AllBy(node, author)) ? Rule.None : Rule.T4;
        var parent = change.Parent == NodeId.Root ? root : nodes.GetValueOrDefault(change.Parent);
        var roomy = parent is { Lives: true, Folder: true };
        return change.Kind switch
        {
            TreeKind.Rename => node is { Lives: true } ? Rule.None : Rule.T2,
            TreeKind.Move => node is { Lives: true } && roomy && !Inside(parent!, node) && Fits(node, parent!)
                ? Rule.None
                : Rule.T3,
            TreeKind.Restore => node is not null && node.Fate == Fate.DeadWith(node.Id) && roomy && Fits(node, parent!)
                ? Rule.None
                : Rule.T5,
            TreeKind.Content => node is { Lives: true, Kind: NodeKind.Binary } ? Rule.None : Rule.T11,
            _ => node is null && MayBeNew(change.Node) && roomy && DepthUnder(parent!) <= Limits.MaxDepth
                ? Rule.None
                : Rule.T1,
        };
    }

    /// <summary>Does what <see cref="Judge"/> allowed, or what was allowed when it was stored.</summary>
    public void Apply(in TreeChange change, MemberId author)
    {
        if (change.Delete)
        {
            Change(nodes[change.Node], Fate.DeadWith(change.Node));
            return;
        }
        switch (change.Kind)
        {
            case TreeKind.CreateFile or TreeKind.CreateFolder or TreeKind.CreateBinary:
                var created = new TreeNode(change.Node, KindOf(change.Kind), author) { Blob = change.Blob };
                nodes.Add(change.Node, created);
                created.PlaceUnder(Folder(change.Parent));
                break;
            case TreeKind.Move:
                nodes[change.Node].PlaceUnder(Folder(change.Parent));
                break;
            case TreeKind.Content:
                nodes[change.Node].Blob = change.Blob;
                break;
            case TreeKind.Restore:
                var restored = nodes[change.Node];
                Change(restored, Fate.Living);
                restored.PlaceUnder(Folder(change.Parent));
                break;
        }
    }

    // Every node is reached from the root, over folders only, and under a dead one nothing lives.
    private bool HangsTogether()
    {
        var reached = 0;
        var below = new Stack<TreeNode>([root]);
        while (below.TryPop(out var node))
        {
            reached++;
            for (var child = node.FirstChild; child is not null; child = child.NextSibling)
            {
                if (!node.Folder || (child.Lives && (!node.Lives || DepthUnder(node) > Limits.MaxDepth)))
                    return false;
                below.Push(child);
            }
        }
        return reached == nodes.Count + 1;
    }

    private static NodeKind KindOf(TreeKind created) =>
        created switch
        {
            TreeKind.CreateFolder => NodeKind.Folder,
            TreeKind.CreateBinary => NodeKind.Binary,
            _ => NodeKind.File,
        };

    private TreeNode Folder(NodeId id) => id == NodeId.Root ? root : nodes[id];

    private bool MayBeNew(NodeId id) =>
        id != NodeId.Root && streams.Place(id.ToStream()) == Streams.Files && nodes.Count < Limits.MaxNodes;

    private int DepthUnder(TreeNode parent) => parent == root ? 0 : parent.Depth + 1;

    private static bool Inside(TreeNode node, TreeNode folder)
    {
        for (var at = node; at is not null; at = at.Parent)
        {
            if (at == folder)
                return true;
        }
        return false;
    }

    // Nothing that goes along comes to lie deeper than the bound.
    private bool Fits(TreeNode node, TreeNode parent)
    {
        var depth = DepthUnder(parent);
        for (var at = node; at is not null; at = NextAlong(at, node, node.Fate, ref depth))
        {
            if (depth > Limits.MaxDepth)
                return false;
        }
        return true;
    }

    private static bool AllBy(TreeNode node, MemberId author)
    {
        var depth = 0;
        for (var at = node; at is not null; at = NextAlong(at, node, Fate.Living, ref depth))
        {
            if (at.Creator != author)
                return false;
        }
        return true;
    }

    /// <summary>Gives a node and all that share its fate another one.</summary>
    private static void Change(TreeNode node, Fate fate)
    {
        var before = node.Fate;
        var depth = 0;
        for (var at = node; at is not null; )
        {
            var next = NextAlong(at, node, before, ref depth);
            at.Fate = fate;
            at = next;
        }
    }

    /// <summary>The next node, depth first, of those under <paramref name="top"/> that have this fate.</summary>
    private static TreeNode? NextAlong(TreeNode at, TreeNode top, Fate fate, ref int depth)
    {
        if (FirstOf(at.FirstChild, fate) is { } child)
        {
            depth++;
            return child;
        }
        for (; at != top; at = at.Parent!, depth--)
        {
            if (FirstOf(at.NextSibling, fate) is { } sibling)
                return sibling;
        }
        return null;
    }

    private static TreeNode? FirstOf(TreeNode? node, Fate fate)
    {
        while (node is not null && node.Fate != fate)
            node = node.NextSibling;
        return node;
    }
}
