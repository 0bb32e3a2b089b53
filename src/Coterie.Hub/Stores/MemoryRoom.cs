using Coterie.Protocol.Wire;

namespace Coterie.Hub.Stores;

/// <summary>One room of a <see cref="MemoryStore"/>; guarded by the store's lock.</summary>
internal sealed class MemoryRoom(NewRoom created)
{
    private readonly List<byte[]> manifests = [];
    private readonly List<StoredSession> sessions = [];
    private readonly HashSet<SessionId> sessionIds = [];
    private readonly Dictionary<StreamId, List<LogEntry>> logs = [];
    private readonly Dictionary<MemberId, StoredWrap> wraps = [];
    private readonly Dictionary<BlobId, (StoredBlob Offered, SortedDictionary<int, byte[]> Chunks)> blobs = [];
    private IReadOnlyList<byte[]> doors = [];

    public void Apply(RoomWrite write)
    {
        manifests.AddRange(write.Manifests.Select(manifest => manifest.Bytes));
        doors = write.Doors ?? doors;
        if (write.BeginsEpoch)
        {
            wraps.Clear();
        }
        foreach (var wrap in write.Wraps)
        {
            wraps[wrap.Member] = wrap;
        }
        foreach (var session in write.Sessions)
        {
            if (sessionIds.Add(session.Id))
            {
                sessions.Add(session);
            }
        }
        foreach (var entry in write.Entries)
        {
            if (!logs.TryGetValue(entry.Stream, out var log))
            {
                logs.Add(entry.Stream, log = []);
            }
            log.Add(entry);
        }
        foreach (var step in write.Blobs)
        {
            Apply(step);
        }
        foreach (var forgotten in write.Forgotten)
        {
            var log = logs[forgotten.Stream];
            var count = log.FindIndex(entry => entry.Seq >= forgotten.Before);
            forgotten.Bytes = log.Take(count).Sum(entry => (long)entry.Envelope.Length);
            log.RemoveRange(0, count);
            log.TrimExcess();
        }
    }

    public byte[]? Read(ChunkQuery query) =>
        blobs.TryGetValue(query.Blob, out var blob) ? blob.Chunks.GetValueOrDefault(query.Index) : null;

    public LogPage Read(PageQuery query)
    {
        var envelopes = new List<byte[]>();
        if (!logs.TryGetValue(query.Stream, out var log))
        {
            return new LogPage(null, envelopes);
        }
        var first = log[0].Seq;
        var before =
            query.After >= first && query.After <= log[^1].Seq ? log[(int)(query.After - first)].Head : (Digest?)null;
        var bytes = 0;
        for (var seq = Math.Max(query.After + 1, first); seq <= query.To && seq <= log[^1].Seq; seq++)
        {
            var envelope = log[(int)(seq - first)].Envelope;
            bytes += envelope.Length;
            if (bytes > query.MaxBytes && envelopes.Count > 0)
            {
                break;
            }
            envelopes.Add(envelope);
        }
        return new LogPage(before, envelopes);
    }

    public StoredRoom Copy() =>
        new(
            created.Incarnation,
            created.Genesis,
            [.. manifests],
            doors,
            [.. wraps.Values],
            [.. sessions],
            [
                .. logs.Select(pair => new StoredStream(
                    pair.Key,
                    pair.Value[^1].Seq,
                    pair.Value[^1].Head,
                    pair.Value[^1].Version,
                    pair.Value.LastOrDefault(entry => entry.IsSnapshot).Seq,
                    pair.Value[0].Seq,
                    pair.Value.Sum(entry => (long)entry.Envelope.Length)
                )),
            ],
            [.. blobs.Values.Select(blob => blob.Offered with { Have = [.. blob.Chunks.Keys] })]
        );

    private void Apply(in BlobStep step)
    {
        if (step.Offered is { } offered)
        {
            blobs.Add(step.Blob, (offered, []));
        }
        else if (step.Time is { } time)
        {
            var (touched, chunks) = blobs[step.Blob];
            if (step.Bytes is { } bytes)
            {
                chunks.Add(step.Index, bytes);
            }
            blobs[step.Blob] = (touched with { Time = time }, chunks);
        }
        else if (step.Snapshot is { } stream)
        {
            foreach (var (id, (kept, held)) in blobs.Where(pair => pair.Value.Offered.Snapshot == stream).ToList())
            {
                blobs[id] = (kept with { Snapshot = null }, held);
            }
            if (blobs.TryGetValue(step.Blob, out var named))
            {
                blobs[step.Blob] = (named.Offered with { Snapshot = stream }, named.Chunks);
            }
        }
        else
        {
            blobs.Remove(step.Blob);
        }
    }

    /// <summary>Where a room's manifests and streams end while a batch is being checked.</summary>
    internal sealed class Ends
    {
        private readonly Dictionary<StreamId, ulong> seqs = [];
        private readonly MemoryRoom? room;
        private bool exists;
        private uint nextManifest;

        private Ends(MemoryRoom? room)
        {
            this.room = room;
            exists = room is not null;
            nextManifest = (uint)(room?.manifests.Count ?? 0);
        }

        public static Ends Of(MemoryRoom? room) => new(room);

        public bool Accepts(RoomWrite write)
        {
            if (exists == write.Created is not null)
            {
                return false;
            }
            exists = true;
            foreach (var manifest in write.Manifests)
            {
                if (manifest.Version != nextManifest++)
                {
                    return false;
                }
            }
            foreach (var entry in write.Entries)
            {
                if (!seqs.TryGetValue(entry.Stream, out var seq))
                {
                    seq = room?.logs.GetValueOrDefault(entry.Stream)?[^1].Seq ?? 0;
                }
                if (entry.Seq != seq + 1)
                {
                    return false;
                }
                seqs[entry.Stream] = entry.Seq;
            }
            return true;
        }
    }
}
