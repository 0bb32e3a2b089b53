using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>The digest of a file's document (N2), and the position that it covers: all up to there, and nothing else.</summary>
public readonly record struct FileDigest(StreamId Stream, ulong Seq, Digest Digest);

/// <summary>What its author's documents are, so that copies that came apart show within seconds (E8).</summary>
public sealed record States(IReadOnlyList<FileDigest> Items) : Signal
{
    public override SignalKind Kind => SignalKind.States;

    internal static States Read(ref ByteReader reader)
    {
        int count = reader.U8();
        reader.Demand(count <= Limits.MaxStates, WireError.Length);
        var items = new List<FileDigest>();
        while (reader.Ok && items.Count < count)
            items.Add(new FileDigest(new StreamId(reader.U128()), reader.U64(), reader.Digest()));
        return new States(items);
    }

    public override byte[] Encode()
    {
        var bytes = new byte[1 + 1 + 56 * Items.Count];
        var writer = new ByteWriter(bytes);
        writer.U8((byte)Kind);
        writer.U8(checked((byte)Items.Count));
        foreach (var (stream, seq, digest) in Items)
        {
            writer.U128(stream.Value);
            writer.U64(seq);
            writer.Digest(digest);
        }
        return bytes;
    }
}
