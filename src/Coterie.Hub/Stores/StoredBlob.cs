using Coterie.Protocol.Wire;

namespace Coterie.Hub.Stores;

/// <summary>A blob of a room, without its chunks.</summary>
/// <param name="Bytes">All chunks together, sealed.</param>
/// <param name="Time">Milliseconds since 1970: when it was offered, or what counts since then (B6).</param>
/// <param name="Hashes">Of all chunks, 32 bytes each.</param>
/// <param name="Have">The chunks that are here.</param>
/// <param name="Snapshot">The stream whose newest snapshot has its state in it, if one has.</param>
public sealed record StoredBlob(
    BlobId Id,
    long Bytes,
    ulong Time,
    byte[] Hashes,
    IReadOnlyList<int> Have,
    StreamId? Snapshot = null
);

/// <summary>
/// One thing that a commit does to blobs: it adds one that has no chunks yet, adds a chunk, sets the time of one, drops one with its chunks, or
/// makes one, or none, that of a stream's newest snapshot.
/// </summary>
public readonly record struct BlobStep
{
    /// <summary>The zero id only where a stream's newest snapshot has its state in no blob.</summary>
    public BlobId Blob { get; private init; }

    public StoredBlob? Offered { get; private init; }

    public int Index { get; private init; }

    public byte[]? Bytes { get; private init; }

    public StreamId? Snapshot { get; private init; }

    /// <summary>The blob's time from now on; also of a step that adds a chunk.</summary>
    public ulong? Time { get; private init; }

    public static BlobStep Offer(StoredBlob offered)
    {
        ArgumentNullException.ThrowIfNull(offered);
        return new BlobStep { Blob = offered.Id, Offered = offered };
    }

    public static BlobStep Chunk(BlobId blob, int index, byte[] bytes, ulong time) =>
        new()
        {
            Blob = blob,
            Index = index,
            Bytes = bytes,
            Time = time,
        };

    public static BlobStep Touch(BlobId blob, ulong time) => new() { Blob = blob, Time = time };

    /// <param name="blob">Null where the stream's newest snapshot has its state in its record.</param>
    public static BlobStep OfSnapshot(StreamId stream, BlobId? blob) =>
        new() { Blob = blob ?? default, Snapshot = stream };

    public static BlobStep Drop(BlobId blob) => new() { Blob = blob };
}

/// <summary>Names a chunk of a room's blob.</summary>
public readonly record struct ChunkQuery(RoomId Room, BlobId Blob, int Index);
