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
public sealed partial class Member : IDisposable
{
    private const int MostRelays = 1_024; // not read yet; of more, the oldest go
    private const int MostFaults = 256; // not read yet; of more, the newest go

    private readonly MemberKeys keys;
    private readonly Handshake handshake;
    private readonly Dictionary<StreamId, StreamLog> logs = [];
    private readonly ulong[] ephemeral = new ulong[(int)RecordClass.Profile + 1];
    private readonly ArrayBufferWriter<byte> output = new();
    private readonly Channel<Relayed> relays = Channel.CreateBounded<Relayed>(
        new BoundedChannelOptions(MostRelays) { FullMode = BoundedChannelFullMode.DropOldest }
    );
    private readonly Channel<RoomFault> faults = Channel.CreateBounded<RoomFault>(
        new BoundedChannelOptions(MostFaults) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private const int MostQuiet = 6; // pulses left out in a row where nothing moved: others are to hear that this member is there

    private ulong pulsed; // the sum of all positions at the last pulse
    private int quiet;
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

    /// <summary>Up to 1,024 that were not read yet: who does not read loses the oldest.</summary>
    public ChannelReader<Relayed> Relays => relays.Reader;

    /// <summary>Up to 256 that were not read yet: the first say what went wrong.</summary>
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

    /// <summary>Sends an ephemeral record to who is here now. False if nobody can be reached at the moment.</summary>
    public bool Relay(RecordClass recordClass, StreamId stream, ReadOnlySpan<byte> payload)
    {
        if (!MaySeal)
            return false;
        var start = Chain.Start(State!.Room, stream, handshake.Incarnation);
        var record = Seal(recordClass, stream, ++ephemeral[(int)recordClass], 0, start, [], payload);
        Carriers.Write(output, ClientFrame.Send, record);
        return true;
    }

    /// <summary>P2: tells the others where the own streams stand, or the hub alone that this member is there (W9) where none moved. Call it every <see cref="Limits.PulseSeconds"/>.</summary>
    public void Pulse()
    {
        if (handshake.IsWaiting)
            new Ping().Write(output); // to be heard of (W9)
        if (!MaySeal)
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
        if (sum == pulsed && ++quiet < MostQuiet)
        {
            new Ping().Write(output); // to be heard of (W9)
            return;
        }
        pulsed = sum;
        quiet = 0;
        Relay(RecordClass.Signal, State!.Fixed.Control, SignPulse(streams).Encode());
    }

    internal Pulse SignPulse(IReadOnlyList<PulseStream> streams) =>
        Protocol.Rooms.Payloads.Pulse.Sign(
            new PulsePlace(State!.Room, handshake.Incarnation, handshake.Session!.Id),
            streams,
            keys.Sign
        );

    /// <summary>How much was heard of other members as it happened: it grows.</summary>
    public ulong Heard { get; private set; }

    /// <summary>Whether others are here, by the hub's word.</summary>
    public bool HasCompany => IsLive && State!.HasOthers(Id);

    /// <summary>A stream of which a member has more, by their pulse, than the hub has brought; null where there is none.</summary>
    public StreamId? Behind()
    {
        foreach (var log in logs.Values)
        {
            if (log.Ended is null && log.Target is { } target && State!.HeadOf(log.Id).Seq is var seq)
            {
                if (seq >= target.Seq && seq < log.Claimed)
                    return log.Id;
            }
        }
        return null;
    }

    internal void Tell(RoomFault fault) => faults.Writer.TryWrite(fault);

    private void Note(MemberId author)
    {
        if (author != Id)
            Heard++;
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

    /// <summary>Not in a session that is burnt, or of an epoch that is over: its keys are not those of the newest rules.</summary>
    private bool MaySeal => IsLive && !NeedsConnection;

    private void GoLive()
    {
        IsLive = true;
        sealers ??= new Sealers(handshake.Epochs!);
        judge ??= new StreamJudge(State!, sealers, Tell);
        foreach (var log in logs.Values)
        {
            if (log.Ended is null)
                Subscribe(log);
        }
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
}
