using System.Collections;
using Coterie.Hub.Stores;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;

namespace Coterie.Hub.Rooms;

/// <summary>A blob that was offered to a room, and which of its chunks are here: accepted, and in the store or on their way there.</summary>
internal sealed class RoomBlob(BlobId id, long bytes, byte[] hashes, ulong time)
{
    private readonly BitArray have = new(hashes.Length / Digest.Bytes);
    private int missing = hashes.Length / Digest.Bytes;

    public BlobId Id { get; } = id;

    /// <summary>All chunks together, sealed; counted from the offer on.</summary>
    public long Bytes { get; } = bytes;

    /// <summary>The stream whose newest snapshot has its state in it.</summary>
    public StreamId? Snapshot { get; set; }

    public int Count => have.Length;

    public bool Whole => missing == 0;

    /// <summary>Milliseconds since 1970: when it was offered, a chunk of it came, or a node or a stream gave it up last (B6).</summary>
    public ulong Time { get; set; } = time;

    public static RoomBlob Of(StoredBlob stored)
    {
        var blob = new RoomBlob(stored.Id, stored.Bytes, stored.Hashes, stored.Time) { Snapshot = stored.Snapshot };
        foreach (var index in stored.Have)
        {
            blob.Take(index);
        }
        return blob;
    }

    public bool Has(int index) => index < Count && have[index];

    /// <summary>Whether these are the bytes of this chunk, no more and no fewer than its offer counts.</summary>
    public bool Fits(int index, ReadOnlySpan<byte> chunk) =>
        index < Count
        && chunk.Length == Math.Min(Blob.SealedChunkBytes, Bytes - ((long)index * Blob.SealedChunkBytes))
        && Blob.HashOf(chunk) == Digest.Read(hashes.AsSpan(index * Digest.Bytes));

    public void Take(int index)
    {
        if (!have[index])
        {
            have[index] = true;
            missing--;
        }
    }

    public List<int> Missing()
    {
        var indexes = new List<int>(missing);
        for (var index = 0; index < Count; index++)
        {
            if (!have[index])
            {
                indexes.Add(index);
            }
        }
        return indexes;
    }
}
