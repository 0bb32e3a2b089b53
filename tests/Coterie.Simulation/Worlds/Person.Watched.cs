using Coterie.Client;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Truth;

namespace Coterie.Simulation.Worlds;

/// <summary>What goes into the member and what comes out of it, each compared with the account of what really happened.</summary>
internal sealed partial class Person
{
    /// <summary>Writes down what is about to be shown. The stream that has to stop at it, where its author saw another history.</summary>
    private StreamId? Note(Passing frame)
    {
        if (frame.Type == HubFrame.Stream && StreamFrame.TryParse(frame.Body, out var end, out _))
            return NoteEnd(end.Stream, end.HeadSeq, end.Head);
        if (frame.Type == HubFrame.Ack && Ack.TryParse(frame.Body, out var ack, out _))
        {
            var own = world.Truth.Find(ack.Session, ack.Stream, ack.Counter, this);
            return own is null ? null : NoteAck(ack, own);
        }
        if (frame.Type != HubFrame.Deliver || !Envelope.TryParse(frame.Body, out var envelope, out _))
            return null;
        var record = envelope.Record;
        var waits = IsWaiting(record.Stream);
        Hand(record.Stream, envelope.Seq, record.Bytes.ToArray(), envelope.ServerTime);
        if (!Member.IsLive || !logs.ContainsKey(record.Stream) || View(record.Stream) is not { } view)
            return null;
        var isNext = envelope.Seq == view.Count + 1 && !IsStopped(record.Stream) && !waits;
        if (
            !isNext
            || record.Version >= Member.State!.Manifests.Count
            || !Member.State.TryGetSession(record.Session, out _)
        )
            return null;
        var (finding, _) = world.Truth.Judge(view, world.Truth.Find(record.Bytes), Rules);
        return finding == Finding.Forked ? record.Stream : null;
    }

    /// <summary>The server says that an own record stands at a position, under a head to which only the own chain can come (J15).</summary>
    private StreamId? NoteAck(in Ack ack, Deed own)
    {
        var isJudged =
            Member.IsLive && logs.ContainsKey(ack.Stream) && !IsStopped(ack.Stream) && !IsWaiting(ack.Stream);
        Hand(ack.Stream, ack.Seq, own.Bytes, ack.ServerTime);
        if (!isJudged || ack.Seq == 0)
            return null;
        var before = Views[ack.Stream].HeadAt(ack.Seq - 1);
        var holds = before is { } head && StreamView.Next(head, ack.Seq, ack.ServerTime, own.Bytes) == ack.Head;
        return holds ? null : ack.Stream;
    }

    /// <summary>The server says where a stream ends. It has to stop at once where that is not so, or later where it turns out.</summary>
    private StreamId? NoteEnd(StreamId stream, ulong seq, Digest head)
    {
        if (!Member.IsLive || !logs.ContainsKey(stream) || IsStopped(stream))
            return null;
        var view = Views[stream];
        ends[stream] = (seq, head);
        return seq < view.Count || (view.HeadAt(seq) is { } own && own != head) ? stream : null;
    }

    /// <summary>What shows that the server is another's, or has other rules, than the person came for: the room has to end at it.</summary>
    private bool IsFatal(Passing frame)
    {
        if (frame.Type == HubFrame.Door)
            return Member.State is { } state && !state.Manifests.Newest.Doors.Any(door => IsOwnDoor(door, frame.Body));
        if (frame.Type != HubFrame.Room || !RoomFrame.TryParse(frame.Body, out var room, out _))
            return false;
        if (!Genesis.TryParse(room.Genesis, out var genesis, out _) || genesis.Room != world.Room)
            return true;
        return Member.State is null && link is not null && room.Manifests.Count <= link.Version;
    }

    private bool IsOwnDoor(DoorEntry entry, byte[] body) =>
        entry.Sign.Id == link!.Door && Door.TryParse(body.AsSpan(2), out var door, out _) && door.Hash() == entry.Hash;

    /// <summary>What waited for rules or for its author, and can be judged now, waits no more.</summary>
    private void CheckWaiting()
    {
        foreach (var stream in logs.Keys.Where(stream => !IsStopped(stream) && IsWaiting(stream)))
        {
            var first = handed[(stream, Views[stream].Count + 1)][0].Record;
            var judgeable =
                RecordView.TryParse(first, out var record, out _)
                && record.Version < Member.State!.Manifests.Count
                && Member.State.TryGetSession(record.Session, out _);
            Account.Demand(!judgeable, $"{Name} leaves a record waiting that they could judge");
        }
    }

    /// <summary>A record whose author or rules are not known here stands before all that come after it.</summary>
    private bool IsWaiting(StreamId stream) =>
        View(stream) is { } view && handed.GetValueOrDefault((stream, view.Count + 1)) is { Count: > 0 };

    private void Hand(StreamId stream, ulong seq, byte[] record, ulong time)
    {
        if (!handed.TryGetValue((stream, seq), out var all))
            handed.Add((stream, seq), all = []);
        all.Add((record, time));
    }

    private Manifest? Rules(uint version) =>
        version < Member.State!.Manifests.Count ? Member.State.Manifests[version] : null;

    /// <summary>Takes all that the member has to say: to its person, then to the server.</summary>
    private void Carry()
    {
        CheckManifests();
        foreach (var (stream, log) in logs)
            CheckPositions(stream, log);
        while (Member.Relays.TryRead(out var relayed))
            CheckHeard(relayed);
        while (Member.Faults.TryRead(out var fault))
        {
            IsAlarmed |= fault.Kind == FaultKind.Alarm;
            SawFault |= fault.Kind == FaultKind.Hub;
            world.Tell($"{Name}: {fault.Kind} {fault.Rule} {fault.Text}");
            world.Troubled(this, fault);
        }
        CheckWishes();
        CarryOut();
    }

    private void CheckManifests()
    {
        if (Member.State is not { } state)
            return;
        for (; manifestsSeen < state.Manifests.Count; manifestsSeen++)
        {
            var taken = state.Manifests[(uint)manifestsSeen];
            Account.Demand(world.Truth.IsSigned(taken.Hash), $"{Name} goes by rules that no owner signed");
        }
    }

    private void CheckPositions(StreamId stream, StreamLog log)
    {
        var view = Views[stream];
        var moved = false;
        while (log.Positions.TryRead(out var position))
        {
            moved = true;
            CheckPosition(view, position);
        }
        if (moved && !IsStopped(stream))
        {
            var (seq, head) = Member.State!.HeadOf(stream);
            Account.Demand(
                seq == view.Count && head == view.Head,
                $"{Name}'s chain stands at {seq}, what they were shown at {view.Count}"
            );
        }
    }

    private void CheckPosition(StreamView view, Position position)
    {
        Account.Demand(position.Seq == view.Count + 1, $"{Name} took position {position.Seq} behind {view.Count}");
        var (record, time) = Shown(view.Id, position);
        var deed = world.Truth.Find(record);
        var (finding, why) = world.Truth.Judge(view, deed, Rules);
        var readable = deed is not null && world.Keys.MayRead(this, deed.EpochKey);
        var applies = finding == Finding.Applies && readable;
        Account.Demand(
            position.Applies == applies,
            $"{Name} at {position.Seq}: {position.Class} of {deed?.Author.Name ?? "nobody"} "
                + (position.Applies ? "was applied" : "was not applied")
                + $", but {finding} {why}{(readable ? "" : ", without the key")}"
        );
        if (applies)
        {
            var same =
                position.Author == deed!.Author.Id
                && position.Class == deed.Class
                && position.Clear.AsSpan().SequenceEqual(deed.Clear)
                && position.Payload.AsSpan().SequenceEqual(deed.Payload);
            Account.Demand(same, $"{Name} at {position.Seq} was shown something else than {deed.Author.Name} wrote");
            Account.Demand(view.Applied.Add(deed), $"{Name} at {position.Seq} applied a record for the second time");
            view.Became(deed.Bytes);
        }
        else
        {
            view.IsPartial |= finding == Finding.Applies;
            view.Became([0]);
        }
        Bench.Take(view, deed, record, time, finding);
        if (ends.TryGetValue(view.Id, out var end) && end.Seq == view.Count)
            Account.Demand(
                end.Head == view.Head || IsStopped(view.Id),
                $"{Name} was told another head, and raised no alarm"
            );
        world.Truth.Compare(view, Name);
    }

    /// <summary>What this person was handed at a position, as it was.</summary>
    private (byte[] Record, ulong Time) Shown(StreamId stream, Position position)
    {
        var all = handed.GetValueOrDefault((stream, position.Seq)) ?? [];
        var index = all.FindIndex(one =>
            one.Time == position.ServerTime
            && RecordView.TryParse(one.Record, out var record, out _)
            && record.Session == position.Session
            && record.Counter == position.Counter
        );
        Account.Demand(index >= 0, $"{Name} took a position {position.Seq} that nobody showed them");
        var shown = all[index];
        all.RemoveAt(index);
        return shown;
    }

    private void CheckHeard(Relayed relayed)
    {
        var last = heard.GetValueOrDefault((relayed.Session, relayed.Class));
        var deed = world.Truth.Deeds.FirstOrDefault(one =>
            one.Session == relayed.Session
            && one.Class == relayed.Class
            && one.Counter > last
            && one.Payload.AsSpan().SequenceEqual(relayed.Payload)
        );
        Account.Demand(
            deed is not null && deed.Author.Id == relayed.Author,
            $"{Name} heard a {relayed.Class} that was not said, or was heard before"
        );
        Account.Demand(
            world.Keys.MayRead(this, deed!.EpochKey),
            $"{Name} heard what is sealed after they were removed"
        );
        heard[(relayed.Session, relayed.Class)] = deed.Counter;
        HeardLast = deed.Bytes;
        if (!Signal.TryParse(relayed.Payload, out var signal, out _) || signal is not Pulse pulse)
            return;
        foreach (var (stream, seq, head) in pulse.Streams)
        {
            var differs = logs.ContainsKey(stream) && Views[stream].HeadAt(seq) is { } own && own.High != head;
            Account.Demand(
                !differs || IsStopped(stream),
                $"{Name} heard that {deed.Author.Name} has another history at {seq}, and raised no alarm"
            );
        }
    }

    /// <summary>What the member takes for saved stands in its own chain, as it was meant.</summary>
    private void CheckWishes()
    {
        foreach (var wish in wishes)
        {
            if (wish.IsChecked || !wish.Landing.IsCompletedSuccessfully)
                continue;
            wish.IsChecked = true;
            var stands = Views[wish.Stream]
                .Applied.Any(deed =>
                    deed.Author == this && deed.Class == wish.Class && deed.Payload.AsSpan().SequenceEqual(wish.Payload)
                );
            Account.Demand(stands, $"{Name} takes for saved what does not stand in their chain");
        }
    }

    private void CarryOut()
    {
        var output = Member.Output.Span;
        while (Frame.TryNext(ref output, int.MaxValue, out var type, out var body, out _))
        {
            switch ((ClientFrame)type)
            {
                case ClientFrame.Append or ClientFrame.Send:
                    world.Truth.Made(Describe(body));
                    break;
                case ClientFrame.Join:
                    world.Truth.Made(DescribeSession(body));
                    break;
            }
            var frame = new byte[Frame.HeadBytes + body.Length];
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame, body.Length + 1);
            frame[4] = type;
            body.CopyTo(frame.AsSpan(Frame.HeadBytes));
            Line?.Up.Add(frame);
        }
        Member.ClearOutput();
    }

    private Deed Describe(ReadOnlySpan<byte> bytes)
    {
        Account.Demand(RecordView.TryParse(bytes, out var record, out _), $"{Name} made a record that does not parse");
        var manifest = Member.State!.Manifests[record.Version];
        Account.Demand(
            record.Version == Member.State.Manifests.Newest.Version,
            $"{Name} seals under rules that they know to be old"
        );
        var view = View(record.Stream);
        var durable = record.Class is not (RecordClass.Signal or RecordClass.Presence);
        return new Deed
        {
            Bytes = bytes.ToArray(),
            Author = this,
            Class = record.Class,
            Stream = record.Stream,
            Session = record.Session,
            Counter = record.Counter,
            Version = record.Version,
            EpochKey = manifest.EpochKeyHash,
            Clear = record.Clear.ToArray(),
            Payload = world.Keys.Open(record, manifest.EpochKeyHash, Id),
            SeenSeq = record.SeenSeq,
            SeenHead = durable ? view!.HeadAt(record.SeenSeq) : null,
            Manifest = manifest.Hash,
        };
    }

    private Opened DescribeSession(ReadOnlySpan<byte> body)
    {
        var parsed = Join.TryParse(body, out var join, out _);
        parsed &= Cert.TryParse(join.Cert, out var cert, out _);
        parsed &= Session.TryParse(join.Session, out var session, out _);
        Account.Demand(parsed, $"{Name} joins by what does not parse");
        return new Opened(this, session!.Id, cert!.Role, cert.Epoch, cert, session);
    }
}
