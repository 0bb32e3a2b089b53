using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;

namespace Coterie.Simulation.Truth;

/// <summary>The tree once more, as plainly as it can be said (T1–T5): slow, and not the product's code.</summary>
internal sealed class TreeModel(FixedStreams streams)
{
    private readonly Dictionary<NodeId, Node> nodes = [];

    public IEnumerable<NodeId> LivingFiles => Living(folders: false);

    public IEnumerable<NodeId> LivingFolders => Living(folders: true);

    public IEnumerable<NodeId> Living() => nodes.Where(pair => pair.Value.Lives).Select(pair => pair.Key);

    public IEnumerable<NodeId> Deleted() =>
        nodes.Where(pair => pair.Value.DiedWith == pair.Key).Select(pair => pair.Key);

    public MemberId CreatorOf(NodeId id) => nodes[id].Creator;

    public bool May(in TreeChange change, MemberId author, bool owner)
    {
        nodes.TryGetValue(change.Node, out var node);
        var lives = node is { Lives: true };
        if (change.Delete)
        {
            var id = change.Node;
            return lives
                && (
                    owner
                    || nodes.All(pair => !pair.Value.Lives || !Under(pair.Key, id) || pair.Value.Creator == author)
                );
        }
        var parent =
            change.Parent == NodeId.Root
            || (nodes.TryGetValue(change.Parent, out var above) && above is { Lives: true, Folder: true });
        return change.Kind switch
        {
            TreeKind.CreateFile or TreeKind.CreateFolder => node is null
                && parent
                && change.Node != NodeId.Root
                && streams.Place(change.Node.ToStream()) == Streams.Files,
            TreeKind.Rename => lives,
            TreeKind.Move => lives && parent && !Under(change.Parent, change.Node),
            TreeKind.Restore => node is not null && node.DiedWith == change.Node && parent,
            _ => false, // no one in the simulation has binary files
        };
    }

    public void Apply(in TreeChange change, MemberId author)
    {
        var id = change.Node;
        if (change.Delete)
        {
            foreach (
                var one in nodes
                    .Where(pair => pair.Value.Lives && Under(pair.Key, id))
                    .Select(pair => pair.Key)
                    .ToList()
            )
                nodes[one] = nodes[one] with { DiedWith = id };
        }
        else if (change.Kind is TreeKind.CreateFile or TreeKind.CreateFolder)
        {
            nodes.Add(id, new Node(change.Parent, change.Kind == TreeKind.CreateFolder, author, null));
        }
        else if (change.Kind == TreeKind.Move)
        {
            nodes[id] = nodes[id] with { Parent = change.Parent };
        }
        else if (change.Kind == TreeKind.Restore)
        {
            foreach (var one in nodes.Where(pair => pair.Value.DiedWith == id).Select(pair => pair.Key).ToList())
                nodes[one] = nodes[one] with { DiedWith = null };
            nodes[id] = nodes[id] with { Parent = change.Parent };
        }
    }

    /// <summary>A node is under itself, too.</summary>
    private bool Under(NodeId id, NodeId folder)
    {
        while (id != folder && id != NodeId.Root)
            id = nodes[id].Parent;
        return id == folder;
    }

    private IEnumerable<NodeId> Living(bool folders) =>
        nodes.Where(pair => pair.Value.Lives && pair.Value.Folder == folders).Select(pair => pair.Key);

    private sealed record Node(NodeId Parent, bool Folder, MemberId Creator, NodeId? DiedWith)
    {
        public bool Lives => DiedWith is null;
    }
}
