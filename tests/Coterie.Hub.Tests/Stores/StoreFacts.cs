using Coterie.Hub.Stores;
using Coterie.Protocol.Wire;

namespace Coterie.Hub.Tests.Stores;

/// <summary>Rooms and records of plain bytes: a store does not look into them.</summary>
internal static class StoreFacts
{
    public static readonly byte[] Genesis = [.. Enumerable.Range(0, 147).Select(value => (byte)value)];

    public static RoomWrite Creation(RoomId room)
    {
        var write = new RoomWrite(room)
        {
            Created = new NewRoom(new IncarnationId(9), Genesis),
            Doors =
            [
                [5],
                [6, 6],
            ],
        };
        write.Manifests.Add(new StoredManifest(0, [0, 1, 2]));
        write.Manifests.Add(new StoredManifest(1, [1, 1, 2]));
        return write;
    }

    public static IEnumerable<LogEntry> Entries(StreamId stream, ulong first, int count) =>
        Enumerable.Range(0, count).Select(index => Entry(stream, first + (ulong)index));

    public static LogEntry Entry(StreamId stream, ulong seq) =>
        new(stream, seq, Head(seq), 2, false, [.. Enumerable.Repeat((byte)(seq % 251), (int)(50 + seq))]);

    public static Digest Head(ulong seq) => new(seq, 77);
}
