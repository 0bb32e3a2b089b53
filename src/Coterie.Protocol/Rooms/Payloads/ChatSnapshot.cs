using System.Text;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>A message as a chat snapshot tells of it.</summary>
public sealed record SnapshotMessage(ulong Seq, ulong ServerTime, MemberId Author, Bits128 OpId, string Text);

/// <summary>The unpacked state of the chat's snapshot: its messages in log order, and H("digest", n and messages).</summary>
public sealed record ChatSnapshot(IReadOnlyList<SnapshotMessage> Messages, Digest Digest, SnapshotTail Tail)
{
    private const int MessageBytes = 8 + 8 + 16 + 16 + 2;

    /// <summary>Whether the digest is that of the messages.</summary>
    public bool DigestHolds => Digest == Hash.Of("digest"u8, Encode(Messages));

    public static ChatSnapshot Of(IReadOnlyList<SnapshotMessage> messages, SnapshotTail tail) =>
        new(messages, Hash.Of("digest"u8, Encode(messages)), tail);

    public static bool TryParse(ReadOnlySpan<byte> state, out ChatSnapshot chat, out WireError error)
    {
        var reader = new ByteReader(state);
        var count = reader.U32();
        var messages = new List<SnapshotMessage>();
        while (reader.Ok && messages.Count < count)
            messages.Add(ReadMessage(ref reader));
        var digest = reader.Digest();
        var floor = reader.U32();
        chat = new ChatSnapshot(messages, digest, new SnapshotTail(floor, SnapshotTail.ReadCounters(ref reader)));
        return reader.End(out error);
    }

    public byte[] Encode()
    {
        var messages = Encode(Messages);
        var bytes = new byte[messages.Length + 32 + 4 + Tail.Size];
        var writer = new ByteWriter(bytes);
        writer.Bytes(messages);
        writer.Digest(Digest);
        writer.U32(Tail.VersionFloor);
        Tail.WriteCounters(ref writer);
        return bytes;
    }

    private static SnapshotMessage ReadMessage(ref ByteReader reader) =>
        new(
            reader.U64(),
            reader.U64(),
            new MemberId(reader.U128()),
            reader.U128(),
            Encoding.UTF8.GetString(reader.Text16(1, Limits.MaxChatBytes))
        );

    private static byte[] Encode(IReadOnlyList<SnapshotMessage> messages)
    {
        var size = 4;
        foreach (var message in messages)
            size += MessageBytes + Encoding.UTF8.GetByteCount(message.Text);
        var bytes = new byte[size];
        var writer = new ByteWriter(bytes);
        writer.U32((uint)messages.Count);
        foreach (var message in messages)
        {
            writer.U64(message.Seq);
            writer.U64(message.ServerTime);
            writer.U128(message.Author.Value);
            writer.U128(message.OpId);
            writer.B16(Encoding.UTF8.GetBytes(message.Text));
        }
        return bytes;
    }
}
