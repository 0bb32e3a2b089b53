using Coterie.Hub.Stores;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Rooms;

/// <summary>Following a stream from any place, in order, without gap or duplicate (W4, W5).</summary>
public sealed partial class Room
{
    /// <summary>One page from the store; a single larger record still makes one.</summary>
    private const int PageBytes = 64 * 1024;

    private const int SessionAt = Envelope.HeadBytes + 40;

    private bool OnSubscribe(Peer peer, ReadOnlySpan<byte> body)
    {
        if (!Subscribe.TryParse(body, out var asked, out _))
        {
            return false;
        }
        Unsubscribe(peer, asked.Stream);
        if (peer.Subscriptions.Count >= options.StreamsPerConnection)
        {
            effects.Error(
                peer.Connection,
                Refusal.RoomFull,
                $"One connection follows at most {options.StreamsPerConnection} streams. Unsubscribe from one first.",
                stream: asked.Stream
            );
            return true;
        }
        var start = new SubscriptionStart(asked.Mode, asked.FromSeq, asked.FromHead, state.HeadOf(asked.Stream).Seq);
        var subscription = new Subscription(peer, StreamOf(asked.Stream), start);
        peer.Subscriptions.Add(subscription);
        subscription.Stream.Followers.Add(subscription);
        TryAnswer(subscription);
        return true;
    }

    private bool OnUnsubscribe(Peer peer, ReadOnlySpan<byte> body)
    {
        if (!Protocol.Wire.Frames.Unsubscribe.TryParse(body, out var asked, out _))
        {
            return false;
        }
        Unsubscribe(peer, asked.Stream);
        return true;
    }

    private void Unsubscribe(Peer peer, StreamId stream)
    {
        if (peer.Following(stream) is { } subscription)
        {
            peer.Subscriptions.Remove(subscription);
            PayUntil(subscription, ulong.MaxValue);
            EndSubscription(subscription);
        }
    }

    private void EndSubscription(Subscription subscription)
    {
        subscription.Phase = SubscriptionPhase.Ended;
        subscription.Stream.Unfollow(subscription);
        if (subscription.Stream is { Seq: 0, Followers.Count: 0 } && state.HeadOf(subscription.Stream.Id).Seq == 0)
        {
            streams.Remove(subscription.Stream.Id); // anyone can name a stream that nobody wrote
        }
    }

    /// <summary>Looks at the subscriptions of a stream that moved.</summary>
    private void Answer(RoomStream stream)
    {
        for (var index = stream.Followers.Count - 1; index >= 0; index--)
        {
            if (stream.Followers[index] is { Phase: SubscriptionPhase.Waiting } waiting)
            {
                TryAnswer(waiting);
            }
        }
    }

    private void TryAnswer(Subscription subscription)
    {
        var stream = subscription.Stream;
        var start = subscription.Start!;
        if (stream.Seq < start.Until)
        {
            subscription.Phase = SubscriptionPhase.Waiting;
            return;
        }
        if (start.FromSeq > stream.Seq)
        {
            Fork(subscription);
        }
        else if (state.TryGetHead(stream.Id, start.FromSeq, out var head))
        {
            Compare(subscription, start, head);
        }
        else if (start.FromSeq == 0)
        {
            Compare(subscription, start, Chain.Start(Id, stream.Id, incarnation));
        }
        else if (start.FromSeq < stream.FirstSeq)
        {
            BeginAtSnapshot(subscription); // what the asker holds to is not known any more: the snapshot's author vouches (N6)
        }
        else
        {
            subscription.Phase = SubscriptionPhase.Opening;
            Read(subscription);
        }
    }

    private void Compare(Subscription subscription, SubscriptionStart start, Digest head)
    {
        if (head != start.FromHead)
        {
            Fork(subscription);
            return;
        }
        var stream = subscription.Stream;
        if (stream.SnapshotSeq > 0 && (start.WantsSnapshot || start.FromSeq + 1 < stream.FirstSeq))
        {
            BeginAtSnapshot(subscription);
        }
        else
        {
            Begin(subscription, start.FromSeq, head);
        }
    }

    private void BeginAtSnapshot(Subscription subscription)
    {
        if (subscription.Stream.Snapshot is { } snapshot)
        {
            BeginAt(subscription, snapshot);
            return;
        }
        subscription.Phase = SubscriptionPhase.Opening;
        subscription.ReadsSnapshot = true;
        Read(subscription);
    }

    /// <summary>Begins at what a snapshot covers (N1).</summary>
    private void BeginAt(Subscription subscription, byte[] snapshot)
    {
        if (!Envelope.TryParse(snapshot, out var envelope, out _))
        {
            Torn(subscription.Peer);
            return;
        }
        var (_, seq, head) = SnapshotClear.Read(envelope.Record.Clear);
        var author = AuthorOf(snapshot);
        if (author is null || seq + 1 < subscription.Stream.FirstSeq)
        {
            Torn(subscription.Peer);
            return;
        }
        Introduce(subscription.Peer, author);
        Begin(subscription, seq, head, snapshot);
    }

    private void Begin(Subscription subscription, ulong seq, Digest head, byte[]? snapshot = null)
    {
        var stream = subscription.Stream;
        if (snapshot is null)
        {
            PayUntil(subscription, seq);
        }
        while (subscription.TryPeekOwed(out var own) && own.Seq <= seq)
        {
            subscription.PayOwed(); // the snapshot counts it (N6): an ack of what its author has not read up to would be a gap
        }
        new StreamFrame
        {
            Stream = stream.Id,
            HeadSeq = stream.Seq,
            Head = stream.Head,
            BaseSeq = seq,
            BaseHead = head,
        }.Write(effects.Frame);
        effects.SendTo(subscription.Peer.Connection);
        if (snapshot is not null)
        {
            effects.Share(subscription.Peer.Connection, HubFrame.Snapshot, snapshot);
        }
        subscription.Start = null;
        subscription.Cursor = seq;
        subscription.Phase = SubscriptionPhase.CatchingUp;
        Advance(subscription);
    }

    /// <summary>Moves a subscription on: from the tail in memory where that reaches back far enough, else by a page.</summary>
    private void Advance(Subscription subscription)
    {
        var stream = subscription.Stream;
        if (subscription.Cursor < stream.Seq && subscription.Cursor + 1 < stream.TailSeq)
        {
            if (subscription.Cursor + 1 < stream.FirstSeq)
            {
                BeginAtSnapshot(subscription); // what it was reading was dropped meanwhile
            }
            else
            {
                Read(subscription);
            }
            return;
        }
        var seq = stream.TailSeq;
        foreach (var envelope in stream.Tail)
        {
            if (seq++ > subscription.Cursor && !Deliver(subscription, envelope))
            {
                return;
            }
        }
        subscription.Phase = SubscriptionPhase.Live;
    }

    /// <summary>The next position of a subscription that is catching up.</summary>
    private bool Deliver(Subscription subscription, byte[] envelope)
    {
        subscription.Cursor++;
        if (subscription.TryPeekOwed(out var own) && own.Seq == subscription.Cursor)
        {
            SendAck(subscription.Peer, subscription.PayOwed());
            return true;
        }
        if (AuthorOf(envelope) is not { } author)
        {
            Torn(subscription.Peer);
            return false;
        }
        Introduce(subscription.Peer, author);
        effects.Share(subscription.Peer.Connection, HubFrame.Deliver, envelope);
        return true;
    }

    private static ulong SeqOf(byte[] envelope) => new ByteReader(envelope).U64();

    private Attendance? AuthorOf(byte[] envelope) =>
        attendances.GetValueOrDefault(SessionId.Read(envelope.AsSpan(SessionAt)));

    /// <summary>Acknowledges own records that lie up to a position, or that will not be sent in order any more.</summary>
    private void PayUntil(Subscription subscription, ulong seq)
    {
        while (subscription.TryPeekOwed(out var own) && own.Seq <= seq)
        {
            SendAck(subscription.Peer, subscription.PayOwed());
        }
    }

    private void Fork(Subscription subscription)
    {
        subscription.Peer.Subscriptions.Remove(subscription);
        PayUntil(subscription, ulong.MaxValue);
        EndSubscription(subscription);
        effects.Error(
            subscription.Peer.Connection,
            Refusal.Forked,
            Texts.Of(Refusal.Forked),
            stream: subscription.Stream.Id
        );
    }

    private void Torn(Peer peer) =>
        Drop(peer, Refusal.Internal, "The server's log of this stream is incomplete. Tell its operator.");

    /// <summary>Asks for a page; one at a time for each connection, so that what it is sent stays bounded.</summary>
    private void Read(Subscription subscription)
    {
        var reads = subscription.Peer.Reads ??= [];
        reads.Enqueue(subscription);
        if (reads.Count == 1)
        {
            RequestPage(subscription);
        }
    }

    private void RequestPage(Subscription subscription)
    {
        var stream = subscription.Stream;
        subscription.SnapshotAt = stream.SnapshotSeq;
        var query = subscription.ReadsSnapshot
            ? new PageQuery(Id, stream.Id, stream.SnapshotSeq - 1, stream.SnapshotSeq, PageBytes)
            : new PageQuery(Id, stream.Id, subscription.Cursor, stream.Seq, PageBytes);
        effects.Add(new RoomEffect(RoomEffectKind.ReadPage, subscription.Peer.Connection) { Query = query });
    }

    private void PageRead(long connection, LogPage page)
    {
        if (!peers.TryGetValue(connection, out var peer))
        {
            return;
        }
        var reads = peer.Reads!;
        Take(reads.Peek(), page); // stays first, so that what Take asks for waits behind it
        reads.Dequeue();
        while (peers.ContainsKey(connection) && reads.TryPeek(out var next))
        {
            if (next.Phase != SubscriptionPhase.Ended)
            {
                RequestPage(next);
                return;
            }
            reads.Dequeue();
        }
    }

    private void Take(Subscription subscription, LogPage page)
    {
        var stream = subscription.Stream;
        switch (subscription)
        {
            case { Phase: SubscriptionPhase.Opening, ReadsSnapshot: true } when page.Envelopes is [var snapshot]:
                subscription.ReadsSnapshot = false;
                stream.Snapshot ??= snapshot;
                BeginAt(subscription, stream.Snapshot);
                break;
            case { Phase: SubscriptionPhase.Opening, Start: { FromSeq: > 0 } start } when page.HeadBefore is { } head:
                Compare(subscription, start, head);
                break;
            case { Phase: SubscriptionPhase.CatchingUp }
                when page.Envelopes is [var first, ..] && SeqOf(first) == subscription.Cursor + 1:
                foreach (var envelope in page.Envelopes)
                {
                    if (!Deliver(subscription, envelope))
                    {
                        return;
                    }
                }
                Advance(subscription);
                break;
            case { Phase: SubscriptionPhase.Ended }:
                break;
            case { Phase: SubscriptionPhase.CatchingUp } when subscription.Cursor + 1 < stream.FirstSeqToCome:
                Advance(subscription);
                break;
            case { Phase: SubscriptionPhase.Opening, ReadsSnapshot: true, SnapshotAt: var at }
                when at < stream.FirstSeqToCome:
                BeginAtSnapshot(subscription);
                break;
            case { Phase: SubscriptionPhase.Opening, ReadsSnapshot: false, Start.FromSeq: var from }
                when from < stream.FirstSeqToCome:
                TryAnswer(subscription);
                break;
            default:
                Torn(subscription.Peer);
                break;
        }
    }
}
