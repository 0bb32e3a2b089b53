using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>What a node is, as a snapshot writes it.</summary>
public enum NodeKind : byte
{
    /// <summary>A text, with a stream of its own.</summary>
    File = 1,

    Folder = 2,

    /// <summary>A file whose content is a blob.</summary>
    Binary = 3,
}

/// <summary>Whether a node lives, or with which deleted node it died: with itself if it was deleted itself.</summary>
internal readonly record struct Fate(bool Lives, NodeId DiedWith)
{
    public static Fate Living => new(true, default);

    public static Fate DeadWith(NodeId node) => new(false, node);
}

/// <summary>A file or folder as clear parts tell of it: where it lies, who made it, whether it lives. Children are linked through their siblings.</summary>
internal sealed class TreeNode(NodeId id, NodeKind kind, MemberId creator)
{
    public NodeId Id { get; } = id;
    public NodeKind Kind { get; } = kind;
    public bool Folder => Kind == NodeKind.Folder;
    public MemberId Creator { get; } = creator;
    public Fate Fate { get; set; } = Fate.Living;
    public bool Lives => Fate == Fate.Living;

    /// <summary>The content of a binary file; null for all others.</summary>
    public BlobId? Blob { get; set; }

    /// <summary>Null only for the root.</summary>
    public TreeNode? Parent { get; private set; }
    public TreeNode? FirstChild { get; private set; }
    public TreeNode? NextSibling { get; private set; }
    private TreeNode? previousSibling;

    /// <summary>Puts this node under another, away from where it lay.</summary>
    public void PlaceUnder(TreeNode parent)
    {
        Detach();
        Parent = parent;
        NextSibling = parent.FirstChild;
        if (NextSibling is not null)
            NextSibling.previousSibling = this;
        parent.FirstChild = this;
    }

    /// <summary>How many folders stand above, the root not counted.</summary>
    public int Depth
    {
        get
        {
            var depth = 0;
            for (var above = Parent; above?.Parent is not null; above = above.Parent)
                depth++;
            return depth;
        }
    }

    private void Detach()
    {
        if (previousSibling is not null)
            previousSibling.NextSibling = NextSibling;
        else if (Parent is not null)
            Parent.FirstChild = NextSibling;
        if (NextSibling is not null)
            NextSibling.previousSibling = previousSibling;
        NextSibling = previousSibling = null;
    }
}
