using System.Text;
using Coterie.Hub.Stores;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Rooms;

/// <summary>From a record that arrives to its place in the log and to everyone who follows (H1, H2, R5, W5, W6).</summary>
public sealed partial class Room
{
    private readonly Dictionary<StreamId, RoomStream> streams = [];
    private readonly Queue<HandedOut> handedOut = [];
    private List<Landing> gathered = [];
    private RoomWrite? gatheredWrite;
    private ulong tickets;
    private long bytes;

    private RoomWrite Gathering => gatheredWrite ??= new RoomWrite(Id);

    private bool OnAppend(Peer peer, ReadOnlySpan<byte> body)
    {
        if (!RecordView.TryParse(body, out var record, out _))
        {
            return false;
        }
        var refusal = isFull ? Refusal.StorageFailed : TryAppend(peer, record);
        if (refusal != Refusal.None)
        {
            peer.Burnt |= Classes.Row(record.Class).Durable;
            SendRefused(peer, record, refusal);
        }
        return true;
    }

    private Refusal TryAppend(Peer peer, in RecordView record)
    {
        var attendance = peer.Attendance!;
        var verdict = state.Judge(record, attendance.Id, durable: true, out var judged);
        if (!verdict.IsOk)
        {
            return verdict.Refusal;
        }
        if (peer.Burnt)
        {
            return Refusal.Counter;
        }
        var isSnapshot = IsToStartFrom(record, attendance.Id);
        var frees = isSnapshot && Forgets(record);
        if (!frees && bytes + Envelope.HeadBytes + record.Bytes.Length > options.BytesPerRoom)
        {
            return Refusal.RoomFull;
        }
        var before = ContentBefore(record);
        verdict = state.Accept(judged, record, judged.Verify(record), now, out var head);
        if (!verdict.IsOk)
        {
            return verdict.Refusal;
        }
        if (before is not null)
        {
            Touch(before); // kept for its time from now on, where nothing else names it
        }
        if (isSnapshot)
        {
            HoldSnapshot(record);
        }
        Renamed(record.Class);
        Gather(attendance, record, head, isSnapshot);
        if (frees)
        {
            Forget(SnapshotClear.Read(record.Clear));
        }
        return Refusal.None;
    }

    /// <summary>
    /// Whether who joins starts from this snapshot once it has its place: by an owner or a keeper, and of no position that is gone. N1 lets anybody cover
    /// less than was covered before.
    /// </summary>
    private bool IsToStartFrom(in RecordView record, SessionId author) =>
        record.Class == RecordClass.Snapshot
        && state.Vouches(author)
        && SnapshotClear.Read(record.Clear).Seq >= FirstSeqToCome(record.Stream);

    /// <summary>
    /// H10: whether nobody needs what a snapshot covers any more. The tree stays whole: the hub judges by it, and cannot read what a snapshot says
    /// of it.
    /// </summary>
    private bool Forgets(in RecordView snapshot) =>
        state.Manifests.Newest.Trims
        && state.Fixed.Place(snapshot.Stream) != Streams.Tree
        && SnapshotClear.Read(snapshot.Clear).Seq > FirstSeqToCome(snapshot.Stream);

    private ulong FirstSeqToCome(StreamId stream) =>
        streams.TryGetValue(stream, out var known) ? known.FirstSeqToCome : 1;

    private void Forget(in SnapshotClear covered)
    {
        StreamOf(covered.Stream).FirstSeqToCome = covered.Seq;
        Gathering.Forgotten.Add(new Forgetting(covered.Stream, covered.Seq));
    }

    private void Gather(Attendance author, in RecordView record, Digest head, bool isSnapshot)
    {
        var seq = state.HeadOf(record.Stream).Seq;
        var envelope = new byte[Envelope.HeadBytes + record.Bytes.Length];
        Envelope.WriteHead(envelope.AsSpan(0, Envelope.HeadBytes), seq, now);
        record.Bytes.CopyTo(envelope.AsSpan(Envelope.HeadBytes));
        if (!author.Stored)
        {
            author.Stored = true;
            Gathering.Sessions.Add(new StoredSession(author.Id, author.Cert.ToArray(), author.Session.ToArray()));
        }
        Gathering.Entries.Add(new LogEntry(record.Stream, seq, head, record.Version, isSnapshot, envelope));
        gathered.Add(
            new Landing(StreamOf(record.Stream), author, record.Counter, seq, now, head, isSnapshot, envelope)
        );
        bytes += envelope.Length;
    }

    private RoomStream StreamOf(StreamId id)
    {
        if (!streams.TryGetValue(id, out var stream))
        {
            // Nothing of it is durable, so nothing accepted can lie below: the chain begins here.
            var start = Chain.Start(Id, id, incarnation);
            streams.Add(id, stream = new RoomStream(id, 0, start));
        }
        return stream;
    }

    private void HandOut(IReadOnlyList<Door>? newDoors = null)
    {
        var ticket = ++tickets;
        handedOut.Enqueue(new HandedOut(ticket, Gathering, gathered, takenChunks, newDoors ?? []));
        effects.Add(new RoomEffect(RoomEffectKind.Commit, 0) { Write = gatheredWrite, Ticket = ticket });
        gatheredWrite = null;
        gathered = [];
        takenChunks = [];
    }

    private void Landed(ulong ticket)
    {
        var durable = handedOut.Dequeue();
        if (durable.Ticket != ticket)
        {
            throw new InvalidOperationException($"Commit {ticket} came back, {durable.Ticket} was the oldest.");
        }
        if (ended)
        {
            Depart();
            return;
        }
        foreach (var manifest in durable.Write.Manifests)
        {
            Proclaim(manifest.Bytes);
        }
        if (durable.Write.Doors is not null)
        {
            doors = durable.Doors;
        }
        Keep(durable.Write);
        foreach (var forgotten in durable.Write.Forgotten)
        {
            StreamOf(forgotten.Stream).FirstSeq = forgotten.Before;
            bytes -= forgotten.Bytes;
        }
        foreach (var landing in durable.Landings)
        {
            landing.Stream.Land(landing.Seq, landing.Head, landing.IsSnapshot, landing.Envelope);
            PassOn(landing);
            NoteRun(landing);
        }
        foreach (var landing in durable.Landings)
        {
            Answer(landing.Stream);
        }
        TellTaken(durable.Taken);
        AnswerMakers(ticket);
        EndIfDrained();
    }

    private void Failed(bool isFull)
    {
        var lost = handedOut.Append(new HandedOut(0, Gathering, gathered, takenChunks, [])).ToList();
        handedOut.Dequeue();
        if (ended)
        {
            Depart();
            return;
        }
        var senders = lost.SelectMany(commit => commit.Senders).ToHashSet();
        End(
            Refusal.StorageFailed,
            peer =>
                (isFull, senders.Contains(peer.Connection)) switch
                {
                    (true, true) => Texts.DiskFull,
                    (true, false) => Texts.DiskFullForOthers,
                    (false, true) =>
                        "The server could not store what was sent last. It stays with you, and is sent again. If this lasts, tell whoever runs the server.",
                    _ => "The server could not store what somebody sent. If this lasts, tell whoever runs the server.",
                }
        );
    }

    private void Depart()
    {
        if (handedOut.Count == 0 && !erasing)
        {
            effects.Add(new RoomEffect(RoomEffectKind.Unload, 0) { Forced = true });
        }
    }

    private void PassOn(in Landing landing)
    {
        var author = landing.Author.Peer;
        var owed = author is not null;
        foreach (var subscription in landing.Stream.Followers)
        {
            var own = subscription.Peer == author;
            owed &= !own;
            if (subscription.Phase != SubscriptionPhase.Live)
            {
                if (own)
                {
                    subscription.Owe(landing);
                }
                continue;
            }
            subscription.Cursor = landing.Seq;
            if (own)
            {
                SendAck(author!, landing);
            }
            else
            {
                Introduce(subscription.Peer, landing.Author);
                effects.Share(subscription.Peer.Connection, HubFrame.Deliver, landing.Envelope);
            }
        }
        if (owed)
        {
            SendAck(author!, landing);
        }
    }

    private void SendAck(Peer author, in Landing landing)
    {
        new Ack
        {
            Session = landing.Author.Id,
            Stream = landing.Stream.Id,
            Counter = landing.Counter,
            Seq = landing.Seq,
            ServerTime = landing.ServerTime,
            Head = landing.Head,
        }.Write(effects.Frame);
        effects.SendTo(author.Connection);
    }

    private bool OnSend(Peer peer, ReadOnlySpan<byte> body)
    {
        if (!RecordView.TryParse(body, out var record, out _))
        {
            return false;
        }
        var verdict = state.Judge(record, peer.Attendance!.Id, durable: false, out var judged);
        if (verdict.IsOk && record.Class == RecordClass.Presence && !TakePresence(peer))
        {
            return true; // H7: dropped
        }
        if (verdict.IsOk)
        {
            verdict = state.Accept(judged, record, judged.Verify(record), now, out _);
        }
        if (!verdict.IsOk)
        {
            SendRefused(peer, record, verdict.Refusal);
            return true;
        }
        var shared = record.Bytes.ToArray();
        var effect = record.Class == RecordClass.Presence ? RoomEffectKind.Presence : RoomEffectKind.Relay;
        foreach (var present in live)
        {
            if (present.Peer != peer)
            {
                effects.Add(
                    new RoomEffect(effect, present.Peer!.Connection)
                    {
                        Frame = HubFrame.Relay,
                        Body = shared,
                        Session = record.Session,
                    }
                );
            }
        }
        return true;
    }

    private bool TakePresence(Peer peer)
    {
        var taken = peer.Presence.TryTake(now, out var rest);
        peer.Presence = rest;
        return taken;
    }

    private void SendRefused(Peer peer, in RecordView record, Refusal refusal)
    {
        new Refused
        {
            Session = record.Session,
            Stream = record.Stream,
            Class = (byte)record.Class,
            Counter = record.Counter,
            Code = refusal,
            Text = Encoding.UTF8.GetBytes(Texts.Of(refusal)),
        }.Write(effects.Frame);
        effects.SendTo(peer.Connection);
    }

    /// <summary>A commit on its way, and what is to be told when it is durable.</summary>
    private readonly record struct HandedOut(
        ulong Ticket,
        RoomWrite Write,
        List<Landing> Landings,
        List<Taken> Taken,
        IReadOnlyList<Door> Doors
    )
    {
        /// <summary>The connections that sent what is in it.</summary>
        public IEnumerable<long> Senders =>
            Landings
                .Where(landing => landing.Author.Peer is not null)
                .Select(landing => landing.Author.Peer!.Connection)
                .Concat(Taken.Select(taken => taken.Connection));
    }
}
