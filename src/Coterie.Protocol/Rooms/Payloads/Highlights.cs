using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>A range of a file between two Yjs relative positions, at most 64 bytes each, which are not looked into here.</summary>
public sealed record HighlightedRange(Bits128 Id, NodeId File, byte[] Start, byte[] End);

/// <summary>Everything that its session holds highlighted for all to see (P5).</summary>
public sealed record Highlights(IReadOnlyList<HighlightedRange> Ranges) : Signal
{
    public override SignalKind Kind => SignalKind.Highlights;

    internal static Highlights Read(ref ByteReader reader)
    {
        const int most = Presence.MaxPositionBytes;
        int count = reader.U8();
        reader.Demand(count <= Limits.MaxHighlights, WireError.Length);
        var ranges = new List<HighlightedRange>();
        while (reader.Ok && ranges.Count < count)
            ranges.Add(
                new HighlightedRange(
                    reader.U128(),
                    new NodeId(reader.U128()),
                    reader.B16(0, most).ToArray(),
                    reader.B16(0, most).ToArray()
                )
            );
        return new Highlights(ranges);
    }

    public override byte[] Encode()
    {
        var size = 1 + 1;
        foreach (var range in Ranges)
            size += 16 + 16 + 2 + range.Start.Length + 2 + range.End.Length;
        var bytes = new byte[size];
        var writer = new ByteWriter(bytes);
        writer.U8((byte)Kind);
        writer.U8(checked((byte)Ranges.Count));
        foreach (var range in Ranges)
        {
            writer.U128(range.Id);
            writer.U128(range.File.Value);
            writer.B16(range.Start);
            writer.B16(range.End);
        }
        return bytes;
    }
}
