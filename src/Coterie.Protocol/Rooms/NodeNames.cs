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

    public string this[NodeId id] => names.GetValueOrDefault(id, NodeName.Unnamed);

    /// <summary>Takes the payload of a tree or delete record that counted. False is void by content (J12).</summary>
    public bool Take(in TreeChange change, ReadOnlySpan<byte> payload)
    {
        if (change.Delete)
            return DeletePayload.TryParse(payload, out _, out _);
        if (!TreePayload.TryParse(payload, out var tree, out _))
            return false;
        if (TreeChange.NamesBlob(change.Kind) != tree.Secret is not null)
            return false;
        if (!TreeChange.Creates(change.Kind) && change.Kind != TreeKind.Rename)
            return true;
        if (!NodeName.IsValid(tree.Name))
            return false;
        names[change.Node] = Encoding.UTF8.GetString(tree.Name);
        return true;
    }
}
