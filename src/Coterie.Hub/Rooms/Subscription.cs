using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Rooms;

/// <summary>
/// <code>
/// Waiting ── all accepted when it was asked for is durable ──► Opening ── fromHead agrees, snapshot at hand ──► CatchingUp ──► Live
///                                                                  └──── fromHead differs ──► refused as Forked, ended
/// </code>
/// </summary>
internal enum SubscriptionPhase : byte
{
    /// <summary>Not answered yet: the stream's durable end is still behind what was accepted, and the asker may have to know whether its own landed (S2).</summary>
    Waiting,

    /// <summary>Not answered yet, or what comes next was dropped meanwhile: the head at fromSeq, or the snapshot, is being read.</summary>
    Opening,

    /// <summary>Answered; pages are read from Cursor + 1.</summary>
    CatchingUp,

    /// <summary>Cursor is the stream's durable end; every record is passed on as it lands.</summary>
    Live,

    /// <summary>Not wanted any more; a page that still comes is dropped.</summary>
    Ended,
}

/// <summary>One connection following one stream. What it was sent is always a row without gap or duplicate up to Cursor (W4).</summary>
internal sealed class Subscription(Peer peer, RoomStream stream, SubscriptionStart start)
{
    private Queue<Landing>? owed;

    public Peer Peer { get; } = peer;
    public RoomStream Stream { get; } = stream;

    /// <summary>What was asked for; null once it was answered.</summary>
    public SubscriptionStart? Start { get; set; } = start;

    public SubscriptionPhase Phase { get; set; }

    /// <summary>The page that it waits for is the newest snapshot.</summary>
    public bool ReadsSnapshot { get; set; }

    /// <summary>Where that was when the page was asked for.</summary>
    public ulong SnapshotAt { get; set; }

    /// <summary>The last position sent.</summary>
    public ulong Cursor { get; set; } = start.FromSeq;

    /// <summary>An own record landed ahead of Cursor: it is acknowledged at its place instead of being delivered (W5).</summary>
    public void Owe(in Landing landing) => (owed ??= []).Enqueue(landing);

    /// <summary>The first of those that are owed.</summary>
    public bool TryPeekOwed(out Landing landing)
    {
        landing = default;
        return owed is not null && owed.TryPeek(out landing);
    }

    /// <summary>Takes the first of those that are owed.</summary>
    public Landing PayOwed() => owed!.Dequeue();
}

/// <param name="Until">Answered when the stream is durable up to here.</param>
internal sealed record SubscriptionStart(SubscribeMode Mode, ulong FromSeq, Digest FromHead, ulong Until)
{
    /// <summary>Whether the newest snapshot is wanted, where there is one.</summary>
    public bool WantsSnapshot => Mode == SubscribeMode.Snapshot && FromSeq == 0;
}

/// <summary>A record that has its place, on its way to being durable.</summary>
internal readonly record struct Landing(
    RoomStream Stream,
    Attendance Author,
    ulong Counter,
    ulong Seq,
    ulong ServerTime,
    Digest Head,
    bool IsSnapshot,
    byte[] Envelope
);
