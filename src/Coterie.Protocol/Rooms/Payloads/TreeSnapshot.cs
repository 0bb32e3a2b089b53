using System.Text;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>A node as a tree snapshot tells of it. <paramref name="DiedWith"/> is the zero id exactly while it lives.</summary>
/// <param name="Content">Of a binary file, and of none other.</param>
public sealed record SnapshotNode(
    NodeId Id,
    NodeId Parent,
    NodeKind Kind,
    bool Lives,
    NodeId DiedWith,
    MemberId Creator,
    string Name,
    Blob? Content = null
);

/// <summary>The unpacked state of the tree's snapshot: its nodes by creation, and H("digest", n and nodes).</summary>
public sealed record TreeSnapshot(IReadOnlyList<SnapshotNode> Nodes, Digest Digest, SnapshotTail Tail)
{
    private const int NodeBytes = 16 + 16 + 1 + 1 + 16 + 16 + 2;

    /// <summary>Whether the digest is that of the nodes.</summary>
    public bool DigestHolds => Digest == Hash.Of("digest"u8, Encode(Nodes));

    public static TreeSnapshot Of(IReadOnlyList<SnapshotNode> nodes, SnapshotTail tail) =>
        new(nodes, Hash.Of("digest"u8, Encode(nodes)), tail);

    public static bool TryParse(ReadOnlySpan<byte> state, out TreeSnapshot tree, out WireError error)
    {
        var reader = new ByteReader(state);
        var count = reader.U32();
        var nodes = new List<SnapshotNode>();
        var met = new HashSet<NodeId>();
        while (reader.Ok && nodes.Count < count)
        {
            var node = ReadNode(ref reader);
            reader.Demand(met.Add(node.Id), WireError.Duplicate);
            nodes.Add(node);
        }
        var digest = reader.Digest();
        var floor = reader.U32();
        tree = new TreeSnapshot(nodes, digest, new SnapshotTail(floor, SnapshotTail.ReadCounters(ref reader)));
        return reader.End(out error);
    }

    public byte[] Encode()
    {
        var nodes = Encode(Nodes);
        var bytes = new byte[nodes.Length + 32 + 4 + Tail.Size];
        var writer = new ByteWriter(bytes);
        writer.Bytes(nodes);
        writer.Digest(Digest);
        writer.U32(Tail.VersionFloor);
        Tail.WriteCounters(ref writer);
        return bytes;
    }

    private static SnapshotNode ReadNode(ref ByteReader reader)
    {
        var id = new NodeId(reader.U128());
        var parent = new NodeId(reader.U128());
        var kind = (NodeKind)reader.U8(1, 3);
        var lives = reader.Bool();
        var diedWith = new NodeId(reader.U128());
        reader.Demand(lives == (diedWith == default), WireError.Value);
        var creator = new MemberId(reader.U128());
        var name = Encoding.UTF8.GetString(reader.Text16(1, Limits.MaxNameBytes));
        var content = kind == NodeKind.Binary ? ReadContent(ref reader) : null;
        return new SnapshotNode(id, parent, kind, lives, diedWith, creator, name, content);
    }

    private static Blob ReadContent(ref ByteReader reader)
    {
        var blob = new BlobId(reader.Digest());
        var secret = BlobSecret.Read(ref reader);
        return new Blob(blob, secret.Key, secret.Size);
    }

    private static byte[] Encode(IReadOnlyList<SnapshotNode> nodes)
    {
        var size = 4;
        foreach (var node in nodes)
            size +=
                NodeBytes
                + Encoding.UTF8.GetByteCount(node.Name)
                + (node.Content is null ? 0 : BlobId.Bytes + BlobSecret.Bytes);
        var bytes = new byte[size];
        var writer = new ByteWriter(bytes);
        writer.U32((uint)nodes.Count);
        foreach (var node in nodes)
        {
            writer.U128(node.Id.Value);
            writer.U128(node.Parent.Value);
            writer.U8((byte)node.Kind);
            writer.Bool(node.Lives);
            writer.U128(node.Lives ? default : node.DiedWith.Value);
            writer.U128(node.Creator.Value);
            writer.B16(Encoding.UTF8.GetBytes(node.Name));
            if (node.Content is not { } content)
                continue;
            writer.Digest(content.Id.Value);
            new BlobSecret(content.Key, content.Size).Write(ref writer);
        }
        return bytes;
    }
}
