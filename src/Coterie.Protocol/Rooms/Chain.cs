using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>The hashes that tie a stream's records together (PROTOCOL.md section 5).</summary>
public static class Chain
{
    /// <summary>head_0 of a stream in one life of the room.</summary>
    public static Digest Start(RoomId room, StreamId stream, IncarnationId incarnation)
    {
        Span<byte> bytes = stackalloc byte[48];
        room.CopyTo(bytes);
        stream.CopyTo(bytes[16..]);
        incarnation.CopyTo(bytes[32..]);
        return Hash.Of("stream"u8, bytes);
    }

    /// <summary>head_n from head_{n−1} and H("record", the whole record).</summary>
    public static Digest Next(in Digest head, ulong seq, ulong serverTime, in Digest record)
    {
        Span<byte> bytes = stackalloc byte[80];
        var writer = new ByteWriter(bytes);
        writer.Digest(head);
        writer.U64(seq);
        writer.U64(serverTime);
        writer.Digest(record);
        return Hash.Of("chain"u8, bytes);
    }

    /// <summary>seenHead: what an author has seen, of the stream and of the manifests.</summary>
    public static Bits128 Seen(in Digest head, in Digest manifestHash)
    {
        Span<byte> bytes = stackalloc byte[64];
        head.CopyTo(bytes);
        manifestHash.CopyTo(bytes[32..]);
        return Hash.Short("seen"u8, bytes);
    }
}
