using System.Text;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>
/// What the nodes of a tree are called: the content beside the shape that <see cref="TreeState"/> holds. A record void by content changes
/// no name here, while its clear part has already moved the shape (T6–T8).
/// </summary>
public sealed class NodeNames
{
    private readonly Dictionary<NodeId, string> names = [];
    private readonly HashSet<UInt128> applied = [];

    public string this[NodeId id] => names.GetValueOrDefault(id, NodeName.Unnamed);

    /// <summary>Takes the payload of a tree or delete record that counted. False is void by content (J12).</summary>
    public bool Take(in TreeChange change, ReadOnlySpan<byte> payload)
    {
        if (change.Delete)
            return DeletePayload.TryParse(payload, out var delete, out _) && applied.Add(delete.OpId);
        if (!TreePayload.TryParse(payload, out var tree, out _))
            return false;
        var naming = change.Kind is TreeKind.CreateFile or TreeKind.CreateFolder or TreeKind.Rename;
        if ((naming && !NodeName.IsValid(tree.Name)) || !applied.Add(tree.OpId))
            return false;
        if (naming)
            names[change.Node] = Encoding.UTF8.GetString(tree.Name);
        return true;
    }
}
