using System.Diagnostics.CodeAnalysis;
using Coterie.Hub;
using Coterie.Hub.Rooms;
using Coterie.Hub.Stores;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Simulation.Worlds;

/// <summary>
/// A server: the product's own room over its memory store, with a shell of the simulator's around it. Commits and pages come back when the
/// dice say so. One that lies does it by what lies in its store, before the room is loaded, and by the frames on the lines.
/// </summary>
internal sealed class Server : IDisposable
{
    private readonly World world;
    private readonly RoomEffects effects = new();
    private readonly Queue<(RoomWrite Write, ulong Ticket)> commits = [];
    private readonly List<(long Connection, PageQuery Query)> reads = [];
    private readonly Dictionary<long, Line> lines = [];
    private MemoryStore store = new();
    private Room room;

    private Server(World world, IEnumerable<RoomWrite> history, bool isGenuine)
    {
        this.world = world;
        IsGenuine = isGenuine;
        foreach (var write in history)
            Store(write);
        room = Load();
    }

    /// <summary>What lies in its store was put there by its room alone.</summary>
    public bool IsGenuine { get; private set; }

    /// <summary>All that was written, in order.</summary>
    public List<RoomWrite> History { get; } = [];

    public IReadOnlyCollection<Line> Lines => lines.Values;

    public bool HasWork => commits.Count > 0 || reads.Count > 0;

    public static Server Found(World world, RoomWrite founding) => new(world, [founding], isGenuine: true);

    /// <summary>Another one over a store of this history: a copy, an older state, or what somebody made up.</summary>
    public static Server Over(World world, IEnumerable<RoomWrite> history) => new(world, history, isGenuine: false);

    public Line Connect(Person person)
    {
        var line = new Line(world.NextId(), person, this, Digest.Read(world.Dice.Bytes(32)));
        lines.Add(line.Id, line);
        return line;
    }

    public void Disconnect(Line line)
    {
        if (lines.Remove(line.Id) && line.Bound)
            Step(new RoomInput(RoomInputKind.Disconnected) { Connection = line.Id });
    }

    /// <summary>Takes one frame of a person.</summary>
    public void Receive(Line line, byte[] frame)
    {
        if (line.Closing)
            return;
        if ((ClientFrame)frame[Frame.HeadBytes - 1] == ClientFrame.Hello)
        {
            var welcome = new System.Buffers.ArrayBufferWriter<byte>();
            new Welcome
            {
                Suite = 1,
                Challenge = line.Challenge,
                ServerTime = world.Now,
            }.Write(welcome);
            Send(line, HubFrame.Welcome, welcome.WrittenSpan[Frame.HeadBytes..].ToArray());
            return;
        }
        if (!line.Bound)
        {
            line.Bound = true;
            var facts = new ConnectionFacts(line.Challenge, [Session.HashOrigin(World.Origin)]);
            Step(new RoomInput(RoomInputKind.Connected) { Connection = line.Id, Facts = facts });
        }
        var smoothed = world.IsHonest ? frame : Smoothed(frame);
        Step(new RoomInput(RoomInputKind.Message) { Connection = line.Id, Message = smoothed });
        if (world.Dice.Below(4) > 0)
            Flush();
    }

    /// <summary>
    /// A server that lies does not say that histories differ: whoever subscribes behind what it has, or by another head, is answered as if
    /// they had asked for what it has.
    /// </summary>
    private byte[] Smoothed(byte[] frame)
    {
        if (
            (ClientFrame)frame[4] != ClientFrame.Subscribe
            || !Subscribe.TryParse(frame.AsSpan(Frame.HeadBytes), out var asked, out _)
        )
            return frame;
        var stream = asked.Stream;
        var log = History.SelectMany(write => write.Entries).Where(entry => entry.Stream == stream).ToList();
        var seq = Math.Min(asked.FromSeq, (ulong)log.Count);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        new Subscribe
        {
            Stream = stream,
            FromSeq = seq,
            FromHead =
                seq == 0 ? Truth.StreamView.Start(world.Room, stream, world.Incarnation) : log[(int)seq - 1].Head,
            Mode = asked.Mode,
        }.Write(output);
        return output.WrittenSpan.ToArray();
    }

    public void Flush()
    {
        if (!room.Ended)
            room.Flush();
        Carry();
    }

    /// <summary>The oldest commit becomes durable, or a page is read.</summary>
    public void Work()
    {
        if (commits.Count > 0 && (reads.Count == 0 || world.Dice.Below(2) == 0))
            Commit();
        else if (reads.Count > 0)
            ReadPage();
    }

    /// <summary>
    /// The process dies and comes again: what was not durable is lost, what was made durable last may be so without anyone having been told.
    /// </summary>
    public void Crash()
    {
        if (commits.Count > 0 && world.Dice.Below(2) == 0)
            Store(commits.Dequeue().Write);
        Reload();
    }

    /// <summary>The store fails a commit (H3): the room ends, and is loaded anew.</summary>
    public void FailCommit()
    {
        if (commits.Count == 0)
            return;
        commits.Clear();
        Step(new RoomInput(RoomInputKind.CommitFailed));
        foreach (var line in lines.Values)
            line.Closing = true;
        Begin();
    }

    /// <summary>Puts another history into the store and begins again over it.</summary>
    public void Rewrite(IReadOnlyList<RoomWrite> history, bool isGenuine)
    {
        DropLines();
        store = new MemoryStore();
        History.Clear();
        IsGenuine = isGenuine;
        foreach (var write in history)
            Store(write);
        Begin();
    }

    public void Reload()
    {
        DropLines();
        Begin();
    }

    private void DropLines()
    {
        foreach (var line in lines.Values.ToList())
            line.Person.Lose();
        lines.Clear();
    }

    private void Begin()
    {
        commits.Clear();
        reads.Clear();
        effects.Clear();
        room.Dispose();
        room = Load();
    }

    private Room Load()
    {
        var stored = Now(store.LoadAsync(world.Room))!;
        var end = stored.Streams.FirstOrDefault(stream => stream.Id == world.Streams.Tree)?.Seq ?? 0;
        var tree = Now(store.ReadAsync(new PageQuery(world.Room, world.Streams.Tree, 0, end, int.MaxValue)));
        var loaded = IsGenuine ? Load(stored, tree.Envelopes) : LoadAnyhow(stored, tree.Envelopes);
        effects.Clear();
        return loaded;
    }

    private Room Load(StoredRoom stored, IReadOnlyList<byte[]> tree) =>
        Room.Load(stored, tree, RoomKind.Permanent, new HubOptions(), effects, world.Now);

    /// <summary>A room over a tree that no room would have stored knows no tree.</summary>
    private Room LoadAnyhow(StoredRoom stored, IReadOnlyList<byte[]> tree)
    {
        try
        {
            return Load(stored, tree);
        }
        catch (Exception error) when (error is ArgumentException or KeyNotFoundException)
        {
            return Load(stored, []);
        }
    }

    private void Store(RoomWrite write)
    {
        if (!store.CommitAsync([write]).AsTask().IsCompletedSuccessfully)
            throw new SimulationException("The store did not take what continues it.");
        History.Add(write);
        if (IsGenuine)
            world.Truth.Committed(write);
    }

    private void Commit()
    {
        var (write, ticket) = commits.Dequeue();
        Store(write);
        Step(new RoomInput(RoomInputKind.Committed) { Ticket = ticket });
    }

    private void ReadPage()
    {
        var index = world.Dice.Below(reads.Count);
        var (connection, query) = reads[index];
        reads.RemoveAt(index);
        Step(new RoomInput(RoomInputKind.PageRead) { Connection = connection, Page = Now(store.ReadAsync(query)) });
    }

    private void Step(in RoomInput input)
    {
        room.Step(input, world.Now);
        Carry();
    }

    private void Carry()
    {
        for (var index = 0; index < effects.Count; index++)
            Carry(effects[index]);
        effects.Clear();
    }

    private void Carry(in RoomEffect effect)
    {
        switch (effect.Kind)
        {
            case RoomEffectKind.Commit:
                commits.Enqueue((effect.Write!, effect.Ticket));
                return;
            case RoomEffectKind.ReadPage when lines.ContainsKey(effect.Connection):
                reads.Add((effect.Connection, effect.Query));
                return;
        }
        if (!lines.TryGetValue(effect.Connection, out var line))
            return;
        switch (effect.Kind)
        {
            case RoomEffectKind.Send:
                ReadOnlySpan<byte> frames = effects.Frames[effect.Range];
                while (Frame.TryNext(ref frames, int.MaxValue, out var type, out var body, out _))
                    Send(line, (HubFrame)type, body.ToArray());
                break;
            case RoomEffectKind.Share or RoomEffectKind.Relay or RoomEffectKind.Presence:
                Send(line, effect.Frame, (byte[])effect.Body!.Clone());
                break;
            case RoomEffectKind.Close:
                line.Closing = true;
                break;
        }
    }

    /// <summary>The rules that the room goes by: accepted, if not durable yet.</summary>
    private Manifest Accepted() =>
        commits.SelectMany(commit => commit.Write.Manifests).LastOrDefault() is { Bytes: { } bytes }
        && Manifest.TryParse(bytes, out var manifest, out _)
            ? manifest
            : world.Rules;

    private void Send(Line line, HubFrame type, byte[] body)
    {
        if (type == HubFrame.Joined && IsGenuine)
            world.Truth.Joined(line.Person, SessionId.Read(body), Accepted());
        var frame = new Passing(type, body);
        if ((line.Tamper is null ? frame : line.Tamper(frame)) is { } instead)
            line.Down.Add(instead);
    }

    public void Dispose() => room.Dispose();

    [SuppressMessage("Usage", "VSTHRD002", Justification = "The memory store answers at once.")]
    private static T Now<T>(ValueTask<T> answer) =>
        answer.IsCompletedSuccessfully
            ? answer.Result
            : throw new SimulationException("The memory store did not answer.");
}
