using Coterie.Protocol.Wire;

namespace Coterie.Hub.Rooms;

/// <summary>
/// A stream's durable end and who follows it. Committed positions only: what was accepted but is not durable yet is known to
/// RoomState and to nobody outside (H1). While someone follows, the newest envelopes stay here, so that who is a little behind
/// needs no disk.
/// </summary>
internal sealed class RoomStream(StreamId id, ulong seq, Digest head, ulong snapshotSeq = 0, ulong firstSeq = 1)
{
    private const int TailBytes = 64 * 1024;
    private readonly Queue<byte[]> tail = [];
    private int tailBytes;

    public StreamId Id { get; } = id;
    public ulong Seq { get; private set; } = seq;
    public Digest Head { get; private set; } = head;

    /// <summary>Position of the newest snapshot record by an owner or a keeper; 0 for none.</summary>
    public ulong SnapshotSeq { get; private set; } = snapshotSeq;

    /// <summary>The first position that the store has; what lies before it was dropped (H10).</summary>
    public ulong FirstSeq { get; set; } = firstSeq;

    /// <summary>The first position that the store will have when what was handed to it is durable.</summary>
    public ulong FirstSeqToCome { get; set; } = firstSeq;

    /// <summary>The newest snapshot's envelope, once someone needed it; shared by all who join.</summary>
    public byte[]? Snapshot { get; set; }

    public List<Subscription> Followers { get; } = [];

    /// <summary>The first position that <see cref="Tail"/> holds; Seq + 1 where it holds none.</summary>
    public ulong TailSeq => Seq - (ulong)tail.Count + 1;

    public IEnumerable<byte[]> Tail => tail;

    public void Land(ulong newSeq, Digest newHead, bool isSnapshot, byte[] envelope)
    {
        Seq = newSeq;
        Head = newHead;
        if (isSnapshot)
        {
            SnapshotSeq = newSeq;
            Snapshot = Followers.Count > 0 ? envelope : null;
        }
        tail.Enqueue(envelope);
        tailBytes += envelope.Length;
        while (tail.Count > 0 && (tailBytes > TailBytes || Followers.Count == 0))
        {
            tailBytes -= tail.Dequeue().Length;
        }
    }

    public void Unfollow(Subscription subscription)
    {
        Followers.Remove(subscription);
        if (Followers.Count == 0)
        {
            tail.Clear();
            tailBytes = 0;
            Snapshot = null;
        }
    }
}
