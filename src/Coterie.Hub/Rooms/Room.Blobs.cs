using System.Text;
using Coterie.Hub.Stores;
using Coterie.Protocol;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Rooms;

/// <summary>
/// Sealed content beside the streams (B3–B7). A blob counts with all its bytes from its offer on; a chunk is told to be here once it is
/// durable. What no node has as its content goes after its time; what deleted nodes have goes when its space is needed, oldest first.
/// </summary>
public sealed partial class Room
{
    /// <summary>Chunks that one connection may have asked for and not been sent.</summary>
    private const int MostWanted = 4 * Limits.BlobChunksUnderWay;

    private const ulong BlobGraceMilliseconds = Limits.BlobGraceSeconds * 1_000UL;

    private readonly Dictionary<BlobId, RoomBlob> blobs = [];
    private List<Taken> takenChunks = [];
    private Dictionary<BlobId, bool>? namedBlobs;
    private long blobBytes;

    private ulong BlobBytesAtMost =>
        (ulong)(kind == RoomKind.Memory ? options.BlobBytesPerMemoryRoom : options.BlobBytesPerRoom);

    private bool OnOffer(Peer peer, ReadOnlySpan<byte> body)
    {
        if (
            !Offer.TryParse(body, out var offer, out _)
            || Blob.IdOf(Id, (long)offer.SealedBytes, Digests(offer.Hashes)) != offer.Blob
        )
        {
            return false;
        }
        var refusal = TryOffer(peer, offer, out var blob);
        SendStorage(peer); // first, so that who is refused knows how full the room is
        if (refusal != Refusal.None)
        {
            RefuseBlob(peer, offer.Blob, refusal);
            return true;
        }
        Offered.Write(effects.Frame, offer.Blob, blob!.Missing());
        effects.SendTo(peer.Connection);
        return true;
    }

    private Refusal TryOffer(Peer peer, in Offer offer, out RoomBlob? blob)
    {
        blob = null;
        var verdict = state.MayStore(peer.Attendance!.Id);
        if (!verdict.IsOk)
        {
            return verdict.Refusal;
        }
        if (blobs.TryGetValue(offer.Blob, out blob))
        {
            Touch(blob);
            return Refusal.None;
        }
        if (offer.SealedBytes > (ulong)Blob.SealedBytes(options.BlobBytes))
        {
            return Refusal.TooLarge;
        }
        if (!MakeRoomFor((long)offer.SealedBytes))
        {
            return Refusal.RoomFull;
        }
        var hashes = offer.Hashes.ToArray();
        blob = new RoomBlob(offer.Blob, (long)offer.SealedBytes, hashes, now);
        blobs.Add(offer.Blob, blob);
        blobBytes += blob.Bytes;
        Gathering.Blobs.Add(BlobStep.Offer(new StoredBlob(offer.Blob, blob.Bytes, now, hashes, [])));
        return Refusal.None;
    }

    private bool OnChunk(Peer peer, ReadOnlySpan<byte> body)
    {
        if (!Chunk.TryParse(body, out var chunk, out _))
        {
            return false;
        }
        var verdict = state.MayStore(peer.Attendance!.Id);
        if (!verdict.IsOk)
        {
            RefuseBlob(peer, chunk.Blob, verdict.Refusal);
            return true;
        }
        if (!blobs.TryGetValue(chunk.Blob, out var blob) || !blob.Fits(chunk.Index, chunk.Bytes))
        {
            RefuseBlob(peer, chunk.Blob, Refusal.Blob);
            return true;
        }
        blob.Time = now;
        if (!blob.Has(chunk.Index))
        {
            blob.Take(chunk.Index);
            Gathering.Blobs.Add(BlobStep.Chunk(chunk.Blob, chunk.Index, chunk.Bytes.ToArray(), now));
        }
        if (blob.Whole)
        {
            state.SetBlob(chunk.Blob, whole: true);
        }
        takenChunks.Add(new Taken(peer.Connection, new ChunkName(chunk.Blob, chunk.Index)));
        return true;
    }

    private bool OnWant(Peer peer, ReadOnlySpan<byte> body)
    {
        if (!ChunkName.TryParse(body, out var want, out _))
        {
            return false;
        }
        if (!blobs.TryGetValue(want.Blob, out var blob) || !blob.Has(want.Index))
        {
            RefuseBlob(peer, want.Blob, Refusal.Blob);
            return true;
        }
        var wants = peer.Wants ??= [];
        if (wants.Count == MostWanted)
        {
            Drop(peer, Refusal.RateLimited, "This connection asked for too much at once. Connect again.");
            return true;
        }
        wants.Enqueue(want);
        if (wants.Count == 1)
        {
            RequestChunk(peer);
        }
        return true;
    }

    /// <summary>One at a time for each connection, so that what it is sent stays bounded.</summary>
    private void RequestChunk(Peer peer) =>
        effects.Add(new RoomEffect(RoomEffectKind.ReadChunk, peer.Connection) { Chunk = peer.Wants!.Peek() });

    private void ChunkRead(long connection, byte[]? bytes)
    {
        if (!peers.TryGetValue(connection, out var peer))
        {
            return;
        }
        var want = peer.Wants!.Dequeue();
        if (bytes is null)
        {
            RefuseBlob(peer, want.Blob, Refusal.Blob); // dropped meanwhile
        }
        else
        {
            new Chunk
            {
                Blob = want.Blob,
                Index = want.Index,
                Bytes = bytes,
            }.Write(effects.Frame, HubFrame.Chunk);
            effects.SendTo(connection);
        }
        if (peer.Wants.Count > 0)
        {
            RequestChunk(peer);
        }
    }

    private void TellTaken(List<Taken> durable)
    {
        foreach (var (connection, chunk) in durable)
        {
            if (peers.ContainsKey(connection))
            {
                chunk.WriteTook(effects.Frame);
                effects.SendTo(connection);
            }
        }
    }

    private void SendStorage(Peer peer)
    {
        var spare = Named().Sum(pair => pair.Value ? 0 : blobs.GetValueOrDefault(pair.Key)?.Bytes ?? 0);
        new Storage((ulong)options.BlobBytes, BlobBytesAtMost, (ulong)(blobBytes - spare)).Write(effects.Frame);
        effects.SendTo(peer.Connection);
    }

    private void RefuseBlob(Peer peer, BlobId blob, Refusal code)
    {
        new BlobRefused
        {
            Blob = blob,
            Code = code,
            Text = Encoding.UTF8.GetBytes(Texts.Of(code)),
        }.Write(effects.Frame);
        effects.SendTo(peer.Connection);
    }

    /// <summary>Lets go of what nothing names any more and, where that is not enough, of what deleted nodes have. False where even that is not.</summary>
    private bool MakeRoomFor(long bytes)
    {
        if (blobs.Count >= options.BlobsPerRoom)
        {
            DropUnnamed();
        }
        if (blobs.Count < options.BlobsPerRoom && (ulong)(blobBytes + bytes) <= BlobBytesAtMost)
        {
            return true;
        }
        DropUnnamed();
        var kept = Named();
        var spare = blobs.Values.Where(blob => kept.TryGetValue(blob.Id, out var lives) && !lives).ToList();
        if (
            blobs.Count - spare.Count >= options.BlobsPerRoom
            || (ulong)(blobBytes + bytes - spare.Sum(blob => blob.Bytes)) > BlobBytesAtMost
        )
        {
            return false;
        }
        foreach (var blob in spare.OrderBy(blob => blob.Time))
        {
            if (blobs.Count < options.BlobsPerRoom && (ulong)(blobBytes + bytes) <= BlobBytesAtMost)
            {
                break;
            }
            Drop(blob);
        }
        return true;
    }

    /// <summary>
    /// The blobs that something names, each with whether that is a living node or the newest snapshot of a stream that is no deleted file's.
    /// Found by going over all nodes, so only after the tree or a snapshot has moved: offers may come fast.
    /// </summary>
    private Dictionary<BlobId, bool> Named()
    {
        if (namedBlobs is not null)
        {
            return namedBlobs;
        }
        namedBlobs = state.Tree.Blobs();
        foreach (var blob in blobs.Values)
        {
            if (blob.Snapshot is { } stream)
            {
                namedBlobs[blob.Id] = namedBlobs.GetValueOrDefault(blob.Id) || state.Lives(stream);
            }
        }
        return namedBlobs;
    }

    /// <summary>A record was accepted: what the tree or a snapshot names may be other from now on.</summary>
    private void Renamed(RecordClass accepted)
    {
        if (accepted is RecordClass.Tree or RecordClass.Delete or RecordClass.Snapshot)
        {
            namedBlobs = null;
        }
    }

    /// <summary>Its hour begins anew (B6).</summary>
    private void Touch(RoomBlob blob)
    {
        blob.Time = now;
        Gathering.Blobs.Add(BlobStep.Touch(blob.Id, now));
    }

    /// <summary>
    /// A stream has a newer snapshot to start from: its blob is kept from now on, and that of the one before no longer. A blob that another stream's has keeps
    /// being that one's: each snapshot has a blob of its own, and nobody takes away another's by naming it.
    /// </summary>
    private void HoldSnapshot(in RecordView record)
    {
        var its = Classes.SnapshotBlob(record.Class, record.Clear);
        var held = false;
        foreach (var blob in blobs.Values)
        {
            if (blob.Snapshot == record.Stream)
            {
                held = true;
                blob.Snapshot = null;
                Touch(blob);
            }
        }
        if (its is { } id && blobs[id].Snapshot is null)
        {
            blobs[id].Snapshot = record.Stream;
        }
        else
        {
            its = null;
        }
        if (held || its is not null)
        {
            Gathering.Blobs.Add(BlobStep.OfSnapshot(record.Stream, its));
        }
    }

    private void DropUnnamed()
    {
        var kept = Named();
        foreach (var blob in blobs.Values.ToList())
        {
            if (!kept.ContainsKey(blob.Id) && now >= blob.Time + BlobGraceMilliseconds)
            {
                Drop(blob);
            }
        }
    }

    private void Drop(RoomBlob blob)
    {
        blobs.Remove(blob.Id);
        namedBlobs = null; // the same id may come again, and then nothing names it
        blobBytes -= blob.Bytes;
        state.SetBlob(blob.Id, whole: false);
        Gathering.Blobs.Add(BlobStep.Drop(blob.Id));
    }

    /// <summary>The content that a record takes from its node by giving it other.</summary>
    private RoomBlob? ContentBefore(in RecordView record) =>
        record.Class == RecordClass.Tree
        && TreeChange.TryRead(record.Class, record.Clear, out var change)
        && change.Kind == TreeKind.Content
        && state.Tree.BlobOf(change.Node) is { } before
            ? blobs.GetValueOrDefault(before)
            : null;

    private void LoadBlobs(StoredRoom stored)
    {
        foreach (var kept in stored.Blobs)
        {
            var blob = RoomBlob.Of(kept);
            blobs.Add(blob.Id, blob);
            blobBytes += blob.Bytes;
            state.SetBlob(blob.Id, blob.Whole);
        }
        DropUnnamed();
    }

    private static List<Digest> Digests(ReadOnlySpan<byte> hashes)
    {
        var digests = new List<Digest>(hashes.Length / Digest.Bytes);
        for (var at = 0; at < hashes.Length; at += Digest.Bytes)
        {
            digests.Add(Digest.Read(hashes[at..]));
        }
        return digests;
    }

    /// <summary>A chunk, and who is to hear that it is here.</summary>
    private readonly record struct Taken(long Connection, ChunkName Chunk);
}
