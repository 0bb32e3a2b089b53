using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Coterie.Protocol;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Client;

/// <summary>
/// A member of a room as a step function: messages of a hub go in, messages to it and judged records come out. Owns the keys in use, the
/// judge (<see cref="RoomState"/>) and every stream's appends. No socket, no clock, no thread: <see cref="RoomConnection"/> is the shell
/// around it, a simulator can be another. Not for several threads at once.
/// <para>What always holds: nothing is handed on that the judge did not pass; an append is done only when the member's own chain holds its
/// bytes (J15); it is sealed again only after the tail has shown that it did not land (S2).</para>
/// </summary>
public sealed class Member : IDisposable
{
    private const int MostHubFrameBytes = 16 * 1024 * 1024; // a room's whole manifest chain fits
    private const int MostInFlight = 256; // appends of one stream; far below the window of J10
    private const int MostWaiting = 4_096; // appends of one stream that are not sent yet
    private const int MostEarly = 4_096; // places of one stream whose author or manifest is not known yet
    private const int MostTries = 8; // sealings of one append

    private readonly MemberKeys keys;
    private readonly Handshake handshake;
    private readonly Dictionary<StreamId, StreamLog> logs = [];
    private readonly ulong[] ephemeral = new ulong[(int)RecordClass.Profile + 1];
    private readonly ArrayBufferWriter<byte> output = new();
    private readonly Channel<Relayed> relays = Channel.CreateUnbounded<Relayed>();
    private readonly Channel<RoomFault> faults = Channel.CreateUnbounded<RoomFault>();
    private ulong pulsed; // the sum of all positions at the last pulse
    private Sealers? sealers;
    private StreamJudge? judge;

    /// <param name="entry">How to get in, the first time.</param>
    /// <param name="keys">Who the member is.</param>
    /// <param name="origin">The server's origin, e.g. https://code.example:8443 (S1).</param>
    /// <param name="random">For session ids.</param>
    public Member(Entry entry, MemberKeys keys, string origin, RandomNumberGenerator random)
    {
        this.keys = keys;
        handshake = new Handshake(entry, keys, Session.HashOrigin(origin), random);
    }

    /// <summary>The session is live: appends and relays travel.</summary>
    public bool IsLive { get; private set; }

    /// <summary>The connection is of no more use: close it and open another (a refused record has burnt the session, R5).</summary>
    public bool NeedsConnection { get; private set; }

    /// <summary>The judge; null until the hub first showed the room.</summary>
    public RoomState? State => handshake.State;

    public MemberId Id => keys.Member;

    /// <summary>Null before the first join.</summary>
    public Role? Role => handshake.Cert?.Role;

    /// <summary>What is to be sent to the hub, as one message. The caller takes it and calls <see cref="ClearOutput"/>.</summary>
    public ReadOnlyMemory<byte> Output => output.WrittenMemory;

    public ChannelReader<Relayed> Relays => relays.Reader;

    public ChannelReader<RoomFault> Faults => faults.Reader;

    public void ClearOutput() => output.ResetWrittenCount();

    /// <summary>A connection stands: says hello.</summary>
    public void Connected()
    {
        NeedsConnection = false;
        output.ResetWrittenCount();
        handshake.Begin(output);
    }

    /// <summary>The connection is gone. What was sent and not answered is settled after the next join.</summary>
    public void Disconnected()
    {
        IsLive = false;
        output.ResetWrittenCount();
        Array.Clear(ephemeral);
        foreach (var log in logs.Values)
            log.Restart();
    }

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

    /// <summary>The log of a stream, read from its beginning. The same one for the same stream.</summary>
    public StreamLog Open(StreamId stream)
    {
        if (logs.TryGetValue(stream, out var log))
            return log;
        logs.Add(stream, log = new StreamLog(stream));
        if (IsLive)
            Subscribe(log);
        return log;
    }

    /// <summary>Appends to an open stream. The task gives the position once it is durable by the hub's word and verified by the own chain.</summary>
    /// <exception cref="RoomException">Refused for good, or void: the code says why. At once if too many wait already.</exception>
    public Task<Position> AppendAsync(
        StreamLog log,
        RecordClass recordClass,
        ReadOnlySpan<byte> clear,
        ReadOnlySpan<byte> payload,
        CancellationToken cancel = default
    )
    {
        ArgumentNullException.ThrowIfNull(log);
        if (log.Waiting.Count >= MostWaiting)
            throw new RoomException(
                Refusal.RateLimited,
                $"{MostWaiting} changes wait to be sent: wait for some to land."
            );
        var append = new Append(recordClass, clear.ToArray(), payload.ToArray());
        log.Waiting.Enqueue(append);
        SendWaiting(log);
        return append.LandedAsync(cancel);
    }

    /// <summary>Sends an ephemeral record to who is here now. False if nobody can be reached at the moment.</summary>
    public bool Relay(RecordClass recordClass, StreamId stream, ReadOnlySpan<byte> payload)
    {
        if (!IsLive)
            return false;
        var start = Chain.Start(State!.Room, stream, handshake.Incarnation);
        var record = Seal(recordClass, stream, ++ephemeral[(int)recordClass], 0, start, [], payload);
        Carriers.Write(output, ClientFrame.Send, record);
        return true;
    }

    /// <summary>P2: tells the others where the own streams stand, or the hub alone that this member is there (W9) where none moved. Call it every <see cref="Limits.PulseSeconds"/>.</summary>
    public void Pulse()
    {
        if (!IsLive)
            return;
        var streams = new List<PulseStream>();
        ulong sum = 0;
        foreach (var log in logs.Values)
        {
            var (seq, head) = State!.HeadOf(log.Id);
            sum += seq;
            if (seq > 0 && streams.Count < Limits.MaxPulseStreams)
                streams.Add(new PulseStream(log.Id, seq, head.High));
        }
        if (sum == pulsed)
        {
            new Ping().Write(output); // to be heard of (W9)
            return;
        }
        pulsed = sum;
        Relay(RecordClass.Signal, State!.Fixed.Control, new Pulse(streams).Encode());
    }

    /// <summary>Tells the hub goodbye; the session ends.</summary>
    public void Leave()
    {
        if (IsLive)
            Carriers.Write(output, ClientFrame.Leave, []);
        IsLive = false;
    }

    /// <summary>The room is over: logs end, with the error if there is one, and appends that have not landed fail.</summary>
    public void End(RoomException? error)
    {
        IsLive = false;
        foreach (var log in logs.Values)
            log.Close(error);
    }

    public void Dispose()
    {
        End(null);
        relays.Writer.TryComplete();
        faults.Writer.TryComplete();
        sealers?.Dispose();
        handshake.Dispose();
    }

    private void GoLive()
    {
        IsLive = true;
        sealers ??= new Sealers(handshake.EpochKey!);
        judge ??= new StreamJudge(State!, sealers, fault => faults.Writer.TryWrite(fault));
        foreach (var log in logs.Values)
            Subscribe(log);
    }

    private void Subscribe(StreamLog log)
    {
        var (seq, head) = State!.HeadOf(log.Id);
        new Subscribe
        {
            Stream = log.Id,
            FromSeq = seq,
            FromHead = head,
            Mode = SubscribeMode.Log,
        }.Write(output);
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
            case HubFrame.Refused:
                TakeRefused(body);
                break;
            case HubFrame.Error:
                Demand(ErrorFrame.TryParse(body, out var refusal, out error), error);
                if (refusal.Fatal)
                    throw new RoomException(refusal.Code, Encoding.UTF8.GetString(refusal.Text));
                break;
            case HubFrame.Destroyed:
                throw new RoomException(Refusal.Destroyed, "An owner has destroyed this room.");
            case HubFrame.Pong:
                break;
            default:
                throw new RoomException(Refusal.OutOfOrder, $"The hub sent {type} where that has no place.");
        }
    }

    private void Hear(Relayed heard)
    {
        relays.Writer.TryWrite(heard);
        if (
            heard.Class != RecordClass.Signal
            || !Protocol.Rooms.Payloads.Pulse.TryParse(heard.Payload, out var pulse, out _)
        )
            return;
        foreach (var (stream, seq, head) in pulse.Streams)
        {
            if (logs.TryGetValue(stream, out var log) && State!.TryGetHead(stream, seq, out var own))
                judge!.Claim(log, seq, new Digest(head, own.Low)); // a pulse carries the first half
        }
    }

    private void TakeStream(ReadOnlySpan<byte> body)
    {
        Demand(StreamFrame.TryParse(body, out var stream, out var error), error);
        if (!logs.TryGetValue(stream.Stream, out var log))
            return;
        log.Target = (stream.HeadSeq, stream.Head);
        if (judge!.Claim(log, stream.HeadSeq, stream.Head))
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
            faults.Writer.TryWrite(new RoomFault(FaultKind.Hub, verdict.Rule, null, text));
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
            faults.Writer.TryWrite(new RoomFault(FaultKind.Alarm, verdict.Rule, null, text));
            throw new RoomException(Refusal.Alarm, text);
        }
        TakeEarly();
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
        if (!logs.TryGetValue(stream, out var log) || State!.IsStopped(stream))
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
            SendWaiting(log);
        return outcome;
    }

    private void TakeRefused(ReadOnlySpan<byte> body)
    {
        Demand(Refused.TryParse(body, out var refused, out var error), error);
        var durable = Classes.Known(refused.Class) && Classes.Row((RecordClass)refused.Class).Durable;
        if (!durable || refused.Session != handshake.Session!.Id || !logs.TryGetValue(refused.Stream, out var log))
            return;
        foreach (var append in log.Sent)
        {
            if (append.Counter != refused.Counter)
                continue;
            if (IsFinal(refused.Code) || append.Tries >= MostTries)
                append.Fail(new RoomException(refused.Code, Encoding.UTF8.GetString(refused.Text)));
        }
        NeedsConnection = true; // R5: this session is burnt; what else was in flight is settled in the next one
    }

    /// <summary>Whether sealing the same content again would be refused again.</summary>
    private static bool IsFinal(Refusal code) =>
        code is not (Refusal.Version or Refusal.Session or Refusal.Counter or Refusal.Seen or Refusal.RateLimited);

    private void SendWaiting(StreamLog log)
    {
        var (seq, head) = State?.HeadOf(log.Id) ?? default;
        while (IsLive && log.Target is { } target && seq >= target.Seq && log.Sent.Count < MostInFlight)
        {
            if (!log.Waiting.TryDequeue(out var append))
                return;
            if (append.IsDone)
                continue;
            var counter = ++log.Counter;
            var record = Seal(append.Class, log.Id, counter, seq, head, append.Clear, append.Payload);
            append.Sealed(record, handshake.Session!.Id, counter);
            log.Sent.Enqueue(append);
            Carriers.Write(output, ClientFrame.Append, record);
        }
    }

    private byte[] Seal(
        RecordClass recordClass,
        StreamId stream,
        ulong counter,
        ulong seenSeq,
        in Digest seenHead,
        ReadOnlySpan<byte> clear,
        ReadOnlySpan<byte> payload
    )
    {
        var manifest = State!.Manifests.Newest;
        var session = handshake.Session!.Id;
        var seen = Chain.Seen(seenHead, manifest.Hash);
        var header = new RecordHeader(
            recordClass,
            manifest.Version,
            State.Room,
            stream,
            session,
            counter,
            seenSeq,
            seen
        );
        return sealers!.Of(session, recordClass, stream, Id).Seal(header, clear, payload, keys.Sign);
    }

    private static void Demand(bool parsed, WireError error)
    {
        if (!parsed)
            throw new RoomException(Refusal.Malformed, $"The server sent what does not parse ({error}).");
    }
}
