using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>What a pulse says of one stream: the first 16 bytes of the chain head at seq.</summary>
public readonly record struct PulseStream(StreamId Stream, ulong Seq, Bits128 Head);

/// <summary>What a pulse's positions are of.</summary>
public readonly record struct PulsePlace(RoomId Room, IncarnationId Incarnation, SessionId Session);

/// <summary>
/// What its author's chains say, so that a fork shows within seconds (P2), and can be shown to others (V3): the signature is over the room, its
/// incarnation, the session and the positions, and holds outside of the sealed record, too.
/// </summary>
public sealed record Pulse(IReadOnlyList<PulseStream> Streams, byte[] Signature) : Signal
{
    private const int SignatureBytes = 64;
    private const int PlaceBytes = 48;

    public override SignalKind Kind => SignalKind.Pulse;

    public static Pulse Sign(PulsePlace place, IReadOnlyList<PulseStream> streams, SigningKey author) =>
        new(streams, author.Sign("pulse"u8, Body(place, streams)));

    /// <summary>Whether its author signed it, of this place.</summary>
    public bool SignedBy(VerifyKey author, PulsePlace place)
    {
        ArgumentNullException.ThrowIfNull(author);
        return author.Verify("pulse"u8, Body(place, Streams), Signature);
    }

    internal static Pulse Read(ref ByteReader reader)
    {
        int count = reader.U8();
        reader.Demand(count <= Limits.MaxPulseStreams, WireError.Length);
        var streams = new List<PulseStream>();
        while (reader.Ok && streams.Count < count)
            streams.Add(new PulseStream(new StreamId(reader.U128()), reader.U64(), reader.U128()));
        return new Pulse(streams, reader.Bytes(SignatureBytes).ToArray());
    }

    public override byte[] Encode()
    {
        var bytes = new byte[1 + SizeOf(Streams) + SignatureBytes];
        var writer = new ByteWriter(bytes);
        writer.U8((byte)Kind);
        Write(ref writer, Streams);
        writer.Bytes(Signature);
        return bytes;
    }

    /// <summary>All that its author signs.</summary>
    public static byte[] Body(PulsePlace place, IReadOnlyList<PulseStream> streams)
    {
        var bytes = new byte[PlaceBytes + SizeOf(streams)];
        var writer = new ByteWriter(bytes);
        writer.U128(place.Room.Value);
        writer.U128(place.Incarnation.Value);
        writer.U128(place.Session.Value);
        Write(ref writer, streams);
        return bytes;
    }

    private static int SizeOf(IReadOnlyList<PulseStream> streams) => 1 + 40 * streams.Count;

    private static void Write(ref ByteWriter writer, IReadOnlyList<PulseStream> streams)
    {
        writer.U8(checked((byte)streams.Count));
        foreach (var stream in streams)
        {
            writer.U128(stream.Stream.Value);
            writer.U64(stream.Seq);
            writer.U128(stream.Head);
        }
    }
}
