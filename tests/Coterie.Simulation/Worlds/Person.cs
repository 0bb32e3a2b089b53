using System.Buffers;
using Coterie.Client;
using Coterie.Protocol;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Truth;

namespace Coterie.Simulation.Worlds;

/// <summary>
/// Somebody in the room: the product's own <see cref="Member"/>, and beside it an account of all that it was shown. Whatever the member comes
/// to believe is compared with what really happened the moment it does.
/// </summary>
internal sealed partial class Person : IDisposable
{
    private readonly World world;
    private readonly Dictionary<StreamId, StreamLog> logs = [];
    private readonly Dictionary<(StreamId, ulong), List<(byte[] Record, ulong Time)>> handed = [];
    private readonly Dictionary<(SessionId, RecordClass), ulong> heard = [];
    private readonly Dictionary<StreamId, (ulong Seq, Digest Head)> ends = [];
    private readonly List<Wish> wishes = [];
    private readonly Link? link;
    private readonly Tape? tape;
    private int manifestsSeen;

    public Person(World world, string name, MemberKeys keys, Entry entry)
    {
        this.world = world;
        Name = name;
        Keys = keys;
        link = (entry as LinkEntry)?.Link;
        tape = world.IsRecorded ? new Tape() : null;
        Member = new Member(entry, keys, World.Origin, new SeededRandom(world.Dice));
    }

    public string Name { get; }
    public MemberKeys Keys { get; }
    public Member Member { get; }
    public MemberId Id => Keys.Member;

    /// <summary>The role that owners gave this person, by the hash of the epoch's key.</summary>
    public Dictionary<Digest, Role> Granted { get; } = [];

    /// <summary>Runs a program of its own beside the honest one, and is not counted on.</summary>
    public bool IsHostile { get; init; }

    /// <summary>In the other of two groups that a server tells apart.</summary>
    public bool IsElsewhere { get; set; }

    public Line? Line { get; private set; }

    /// <summary>The room is over for this person.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>Why the room is over, where the server or an alarm ended it.</summary>
    public Refusal? EndedBy { get; private set; }

    /// <summary>This person was shown that something is wrong with the server's history.</summary>
    public bool IsAlarmed { get; private set; }

    /// <summary>Something was shown to be the server's fault.</summary>
    public bool SawFault { get; private set; }

    public bool IsOnline => Line is not null && Member.IsLive;

    public bool IsJoining => Line is not null && !Member.IsLive;

    public bool HasInFlight => wishes.Exists(wish => !wish.Landing.IsCompleted);

    /// <summary>A relayed record that this person believed.</summary>
    public byte[]? HeardLast { get; private set; }

    public IReadOnlyList<Wish> Wishes => wishes;

    public Dictionary<StreamId, StreamView> Views { get; } = [];

    public IEnumerable<StreamId> Followed => logs.Keys;

    public StreamView? View(StreamId stream) => Views.GetValueOrDefault(stream);

    /// <summary>An alarm has ended it.</summary>
    public bool IsStopped(StreamId stream) =>
        (Member.State?.IsStopped(stream) ?? false)
        || (logs.TryGetValue(stream, out var log) && log.Positions.Completion.IsCompleted);

    public void Connect(Server server)
    {
        Line = server.Connect(this);
        Member.Connected();
        Carry();
    }

    /// <summary>Connects for what a hostile program sends: the member itself is not in it any more.</summary>
    public void ConnectOnly(Server server) => Line = server.Connect(this);

    /// <summary>The line is gone, whoever ended it.</summary>
    public void Lose()
    {
        if (Line is null)
            return;
        Line = null;
        handed.Clear();
        ends.Clear();
        Member.Disconnected();
    }

    /// <summary>Ends the line, and the server hears of it.</summary>
    public void Drop()
    {
        var line = Line;
        Lose();
        if (line is not null)
            line.Server.Disconnect(line);
    }

    public void Leave()
    {
        HasLeft = true;
        Drop();
        Member.End(null);
    }

    /// <summary>Follows a stream, from now on and over every connection.</summary>
    public void Follow(StreamId stream)
    {
        if (logs.TryGetValue(stream, out var log) && !log.Positions.Completion.IsCompleted)
            return;
        logs[stream] = Member.Open(stream);
        if (!Views.ContainsKey(stream))
            Views.Add(stream, world.Truth.NewView(stream));
        Carry();
    }

    /// <summary>Wants something appended; it is sealed and sent as soon as it can be.</summary>
    public void Append(RecordClass kind, StreamId stream, byte[] clear, byte[] payload)
    {
        Follow(stream);
        if (logs[stream].Positions.Completion.IsCompleted)
            return; // its end was told
        var landing = Member.AppendAsync(logs[stream], kind, clear, payload);
        wishes.Add(new Wish(landing, kind, stream, payload));
        Carry();
    }

    public void Pulse()
    {
        Member.Pulse();
        Carry();
    }

    /// <summary>Sends a frame that the member did not ask for: what an owner decrees.</summary>
    public void Send(byte[] frame) => Line?.Up.Add(frame);

    public void SendJoin(Cert cert, Session session)
    {
        var output = new ArrayBufferWriter<byte>();
        new Join { Cert = cert.Encoded, Session = session.Encoded }.Write(output);
        Send(output.WrittenSpan.ToArray());
    }

    /// <summary>The server's next frame arrives.</summary>
    public void Take(Passing frame)
    {
        if (HasLeft || Line is null)
            return; // what a hostile program hears on its own line; or what comes behind the line's end
        Record(frame);
        var forked = Note(frame);
        var fatal = !IsHostile && IsFatal(frame);
        try
        {
            Member.Receive(frame.Encode());
        }
        catch (RoomException error)
        {
            Carry();
            Turn(error);
            Account.Demand(!fatal || IsAlarmed, $"{Name} was shown a wrong {frame.Type} and raised no alarm");
            return;
        }
        Account.Demand(!fatal, $"{Name} took a wrong {frame.Type}");
        Carry();
        if (Member.IsLive && !Member.NeedsConnection)
            CheckWaiting();
        if (forked is { } stream)
            Account.Demand(IsStopped(stream), $"{Name} was shown a record of another history and raised no alarm");
        if (Member.NeedsConnection && world.Dice.Below(4) > 0)
            Drop(); // else a moment later: in between somebody writes
    }

    /// <summary>What this person's judge was shown and said; null where nothing is recorded.</summary>
    public System.Text.Json.Nodes.JsonObject? Recorded(string name) => tape?.Case(name);

    public void Dispose()
    {
        tape?.Dispose();
        Member.Dispose();
        Keys.Dispose();
    }

    private void Record(Passing frame)
    {
        if (tape is null)
            return;
        var own =
            frame.Type == HubFrame.Ack && Ack.TryParse(frame.Body, out var ack, out _)
                ? world.Truth.Find(ack.Session, ack.Stream, ack.Counter, this)?.Bytes
                : null;
        tape.Take(world.Room, frame, own);
        if (
            frame.Type == HubFrame.Joined
            && world.Truth.Find(SessionId.Read(frame.Body)) is { } opened
            && opened.Person == this
        )
            tape.Joined(opened.Cert, opened.Session);
    }

    private void Turn(RoomException error)
    {
        if (error.Code == Refusal.Alarm)
            IsAlarmed = true;
        var misunderstood = error.Code is Refusal.Alarm or Refusal.OutOfOrder or Refusal.Malformed;
        if (world.IsHonest && !IsHostile && misunderstood)
            throw new SimulationException($"{Name} cannot follow an honest server: {error.Message}");
        if (!error.IsForGood)
        {
            Drop();
            return;
        }
        EndedBy = error.Code;
        HasLeft = true;
        Drop();
        Member.End(error);
        Carry();
    }
}

/// <summary>Something that a person wanted appended, and what came of it.</summary>
internal sealed record Wish(Task<Position> Landing, RecordClass Class, StreamId Stream, byte[] Payload)
{
    public bool IsChecked { get; set; }
}
