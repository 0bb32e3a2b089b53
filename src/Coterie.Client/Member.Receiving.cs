using System.Text;
using Coterie.Protocol;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Client;

/// <summary>From a message of the hub to what it changes: places in streams, people, rules. What comes before its author or manifest waits (J2, J3).</summary>
public sealed partial class Member
{
    private const int MostHubFrameBytes = 16 * 1024 * 1024; // a room's whole manifest chain fits
    private const int MostEarly = 4_096; // places of one stream whose author or manifest is not known yet

    /// <summary>Takes one message of the hub.</summary>
    /// <exception cref="RoomException">The room cannot go on over this connection, or at all (<see cref="Refusal.Alarm"/>).</exception>
    public void Receive(ReadOnlySpan<byte> message)
    {
        WireError error;
        while (Frame.TryNext(ref message, MostHubFrameBytes, out var type, out var body, out error))
        {
            var frame = (HubFrame)type;
            if (IsLive || (State is not null && frame is HubFrame.Member or HubFrame.Gone or HubFrame.Manifest))
                Take(frame, body);
            else if (handshake.Take(frame, body, output))
                GoLive();
            if (NeedsConnection)
                return;
        }
        Demand(error == WireError.None, error);
    }

    private void Take(HubFrame type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case HubFrame.Deliver:
                Demand(Envelope.TryParse(body, out var envelope, out var error), error);
                TakePlace(type, body, envelope.Record.Stream);
                break;
            case HubFrame.Ack:
                Demand(Ack.TryParse(body, out var ack, out error), error);
                TakePlace(type, body, ack.Stream);
                break;
            case HubFrame.Stream:
                TakeStream(body);
                break;
            case HubFrame.Snapshot:
                if (logs.Values.All(log => log.Offered is null))
                    throw new RoomException(Refusal.OutOfOrder, "The hub sent a snapshot that nobody asked for.");
                Demand(Envelope.TryParse(body, out envelope, out error), error);
                TakeSnapshot(envelope);
                break;
            case HubFrame.Relay:
                Demand(RecordView.TryParse(body, out var relayed, out error), error);
                if (judge!.Relay(relayed) is { } heard)
                    Hear(heard);
                break;
            case HubFrame.Member:
                TakeMember(body);
                break;
            case HubFrame.Gone:
                Demand(Gone.TryParse(body, out var gone, out error), error);
                State!.EndSession(gone.Session);
                break;
            case HubFrame.Manifest:
                TakeManifest(body);
                break;
            case HubFrame.Wrap:
                NeedsConnection |= handshake.TakeKeys(body);
                break;
            case HubFrame.Refused:
                TakeRefused(body);
                break;
            case HubFrame.Error:
                Demand(ErrorFrame.TryParse(body, out var refusal, out error), error);
                var said = new RoomException(refusal.Code, Encoding.UTF8.GetString(refusal.Text));
                if (refusal.Fatal)
                    throw said;
                if (logs.Remove(refusal.Stream, out var unread)) // to open it again is to ask again
                    unread.Close(said);
                break;
            case HubFrame.Destroyed:
                throw new RoomException(Refusal.Destroyed, "An owner has destroyed this room.");
            case HubFrame.Pong:
            case HubFrame.Storage: // this member leaves nothing beside the streams
                break;
            default:
                throw new RoomException(Refusal.OutOfOrder, $"The hub sent {type} where that has no place.");
        }
    }

    private void Hear(Relayed heard)
    {
        Note(heard.Author);
        relays.Writer.TryWrite(heard);
        if (
            heard.Class != RecordClass.Signal
            || !Signal.TryParse(heard.Payload, out var signal, out _)
            || signal is not Protocol.Rooms.Payloads.Pulse pulse
        )
            return;
        foreach (var (stream, seq, head) in pulse.Streams)
        {
            if (!logs.TryGetValue(stream, out var log))
                continue;
            var known = State!.HeadOf(stream).Seq;
            if (seq > known && (log.Claimed <= known || seq < log.Claimed))
                log.Claimed = seq;
            if (!State.TryGetHead(stream, seq, out var own) || own.High == head || !IsSigned(pulse, heard))
                continue;
            judge!.Hear(log, seq, new Digest(head, own.Low), heard.Author); // a pulse carries the first half
        }
    }

    /// <summary>Only what its author signed, so that it can be shown to others (V3): asked where it contradicts.</summary>
    private bool IsSigned(Protocol.Rooms.Payloads.Pulse pulse, Relayed heard) =>
        State!.TryGetSession(heard.Session, out var author)
        && pulse.SignedBy(author.Key, new PulsePlace(State.Room, handshake.Incarnation, heard.Session));

    private void TakeStream(ReadOnlySpan<byte> body)
    {
        Demand(StreamFrame.TryParse(body, out var stream, out var error), error);
        if (!logs.TryGetValue(stream.Stream, out var log) || log.Ended is not null)
            return;
        log.Target = (stream.HeadSeq, stream.Head);
        if (stream.BaseSeq > State!.HeadOf(log.Id).Seq)
        {
            log.Offered = (stream.BaseSeq, stream.BaseHead); // the snapshot that explains it comes next
            if (!State.MaySkip(log.Id))
                judge!.Skip(log);
            return;
        }
        GoOn(log);
    }

    private void TakeSnapshot(in Envelope envelope)
    {
        if (!logs.TryGetValue(envelope.Record.Stream, out var log) || log.Ended is not null)
            return;
        if (
            log.Offered is { } offered
            && offered.Seq > State!.HeadOf(log.Id).Seq
            && judge!.Begin(log, offered, envelope)
        )
            GoOn(log);
    }

    private void GoOn(StreamLog log)
    {
        if (log.Target is not var (seq, head))
            return;
        if (judge!.HoldTo(log, seq) && judge.Claim(log, seq, head))
            SendWaiting(log);
    }

    private void TakeMember(ReadOnlySpan<byte> body)
    {
        Demand(MemberFrame.TryParse(body, out var member, out var error), error);
        Demand(Cert.TryParse(member.Cert, out var cert, out error), error);
        Demand(Session.TryParse(member.Session, out var session, out error), error);
        var verdict = State!.Meet(cert!, session!, member.Live);
        if (verdict.Outcome == Outcome.Refused)
        {
            var text = "The hub names a member whom nobody admitted; what they write is not believed.";
            Tell(new RoomFault(FaultKind.Hub, verdict.Rule, null, text) { Alarm = AlarmKind.HubFault });
        }
        TakeEarly();
    }

    private void TakeManifest(ReadOnlySpan<byte> body)
    {
        Demand(ManifestFrame.TryParse(body, out var frame, out var error), error);
        Demand(Manifest.TryParse(frame.Manifest, out var manifest, out error), error);
        var verdict = State!.AddManifest(manifest!);
        if (verdict.Outcome == Outcome.Alarm)
        {
            var text =
                "The owner signed two different versions of the room's rules: compare them before you go on (M6).";
            Tell(new RoomFault(FaultKind.Alarm, verdict.Rule, null, text) { Alarm = AlarmKind.ForkedManifests });
            throw new RoomException(Refusal.Alarm, text);
        }
        TakeEarly();
        NeedsConnection |= handshake.Cert is { } cert && cert.Epoch != State.Manifests.Newest.Epoch; // its keys are fetched on the way in
    }

    private void TakeEarly()
    {
        foreach (var log in logs.Values)
        {
            while (log.Early.TryPeek(out var frame) && Judge(log, (HubFrame)frame[0], frame.AsSpan(1)) != Outcome.Wait)
                log.Early.TryDequeue(out _);
        }
    }

    /// <summary>A place in a stream's order: somebody's record, or the ack of an own one (W5).</summary>
    private void TakePlace(HubFrame type, ReadOnlySpan<byte> body, StreamId stream)
    {
        if (!logs.TryGetValue(stream, out var log) || log.Ended is not null || State!.IsStopped(stream))
            return;
        if (log.Early.Count == 0 && Judge(log, type, body) != Outcome.Wait)
            return;
        if (log.Early.Count == MostEarly)
            throw new RoomException(Refusal.Malformed, "The server sends records but not who wrote them.");
        log.Early.Enqueue([(byte)type, .. body]);
    }

    private Outcome Judge(StreamLog log, HubFrame type, ReadOnlySpan<byte> body)
    {
        var outcome = type == HubFrame.Ack ? judge!.Acked(log, body) : judge!.Delivered(log, body);
        if (outcome == Outcome.Ok)
        {
            if (type == HubFrame.Deliver && log.Target is { } target && State!.HeadOf(log.Id).Seq > target.Seq)
                Heard++; // as it happens, not of the tail
            SendWaiting(log);
        }
        return outcome;
    }

    private static void Demand(bool parsed, WireError error)
    {
        if (!parsed)
            throw new RoomException(Refusal.Malformed, $"The server sent what does not parse ({error}).");
    }
}
