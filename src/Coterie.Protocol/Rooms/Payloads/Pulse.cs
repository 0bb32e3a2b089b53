using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>What a pulse says of one stream: the first 16 bytes of the chain head at seq.</summary>
public readonly record struct PulseStream(StreamId Stream, ulong Seq, Bits128 Head);

/// <summary>What its author's chains say, so that a fork shows within seconds (P2).</summary>
public sealed record Pulse(IReadOnlyList<PulseStream> Streams) : Signal
{
    public override SignalKind Kind => SignalKind.Pulse;

    internal static Pulse Read(ref ByteReader reader)
    {
        int count = reader.U8();
        reader.Demand(count <= Limits.MaxPulseStreams, WireError.Length);
        var streams = new List<PulseStream>();
        while (reader.Ok && streams.Count < count)
            streams.Add(new PulseStream(new StreamId(reader.U128()), reader.U64(), reader.U128()));
        return new Pulse(streams);
    }

    public override byte[] Encode()
    {
        var bytes = new byte[1 + 1 + 40 * Streams.Count];
        var writer = new ByteWriter(bytes);
        writer.U8((byte)Kind);
        writer.U8(checked((byte)Streams.Count));
        foreach (var stream in Streams)
        {
            writer.U128(stream.Stream.Value);
            writer.U64(stream.Seq);
            writer.U128(stream.Head);
        }
        return bytes;
    }
}
