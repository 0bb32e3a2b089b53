using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>The five streams that every room has, whose ids follow their names (R6). Every other id is a file's.</summary>
public sealed class FixedStreams(RoomId room)
{
    public StreamId Control { get; } = Named(room, "control"u8);
    public StreamId Tree { get; } = Named(room, "tree"u8);
    public StreamId Chat { get; } = Named(room, "chat"u8);
    public StreamId Runs { get; } = Named(room, "runs"u8);
    public StreamId Presence { get; } = Named(room, "presence"u8);

    /// <summary>Which column of the class table a stream belongs to.</summary>
    public Streams Place(StreamId stream) =>
        stream == Tree ? Streams.Tree
        : stream == Chat ? Streams.Chat
        : stream == Control ? Streams.Control
        : stream == Presence ? Streams.Presence
        : stream == Runs ? Streams.Runs
        : Streams.Files;

    private static StreamId Named(RoomId room, ReadOnlySpan<byte> name)
    {
        Span<byte> bytes = stackalloc byte[16 + 8];
        room.CopyTo(bytes);
        name.CopyTo(bytes[16..]);
        return new StreamId(Hash.Short("stream-id"u8, bytes[..(16 + name.Length)]));
    }
}
