using System.Buffers;
using Coterie.Hub.Rooms;
using Coterie.Hub.Stores;
using Coterie.Hub.Tests.World;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Tests.Worlds;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Tests.Rooms;

/// <summary>
/// A pure Room driven by dice: people join, append, subscribe, leave; commits and pages come back when the dice say so. The
/// model is simple: what was committed, in order. Every connection must see a row of it without gap or duplicate, nothing before
/// its commit, and each author exactly one ack for each of its records.
/// </summary>
internal sealed class RoomWalk
{
    private readonly Dice dice;
    private readonly TestRoom room;
    private readonly RoomEffects effects = new();
    private readonly MemoryStore store;
    private readonly Room subject;
    private readonly Dictionary<long, Walker> walkers = [];
    private readonly Queue<(RoomWrite Write, ulong Ticket)> commits = [];
    private readonly List<(long Connection, PageQuery Query)> reads = [];
    private readonly StreamId[] streams;
    private readonly Dictionary<StreamId, List<byte[]>> committed = [];
    private readonly IncarnationId incarnation = new(5);
    private long connections;
    private ulong time = 1_000;

    private RoomWalk(Dice dice, StoredRoom stored, TestRoom room, MemoryStore store)
    {
        this.dice = dice;
        this.room = room;
        this.store = store;
        subject = Room.Load(stored, [], RoomKind.Permanent, new HubOptions(), effects, time);
        streams = [room.Streams.Chat, room.Streams.Control];
        effects.Clear();
    }

    public int Acked { get; private set; }
    public int Delivered { get; private set; }

    public static async Task<RoomWalk> StartAsync(Dice dice)
    {
        var made = new TestRoom(withDoor: false);
        var kept = new MemoryStore();
        var write = new RoomWrite(made.Id)
        {
            Created = new NewRoom(new IncarnationId(5), made.Genesis.Encoded.ToArray()),
            Doors = [],
        };
        write.Manifests.Add(new StoredManifest(0, made.Newest.Encoded.ToArray()));
        await kept.CommitAsync([write]);
        return new RoomWalk(dice, (await kept.LoadAsync(made.Id))!, made, kept);
    }

    public async Task StepAsync()
    {
        time += (ulong)dice.Below(50);
        switch (dice.Below(12))
        {
            case 0 when walkers.Count < 6:
                Connect();
                break;
            case 1 when walkers.Count > 2:
                Leave(Pick());
                break;
            case 2 or 3 when walkers.Count > 0:
                Subscribe(Pick());
                break;
            case 4 when walkers.Count > 0:
                Unsubscribe(Pick());
                break;
            case 5 or 6:
                await CommitAsync();
                break;
            case 7 or 8:
                await ReadAsync();
                break;
            case 9:
                subject.Flush();
                break;
            default:
                if (walkers.Count > 0)
                {
                    Append(Pick());
                }
                break;
        }
        Carry();
    }

    /// <summary>Lets everything that is on its way arrive, then compares all who follow with what was committed.</summary>
    public async Task FinishAsync()
    {
        subject.Flush();
        Carry();
        while (commits.Count > 0 || reads.Count > 0)
        {
            await CommitAsync();
            Carry();
            await ReadAsync();
            Carry();
        }
        foreach (var walker in walkers.Values)
        {
            foreach (var (stream, place) in walker.Following)
            {
                Assert.Equal((ulong)Log(stream).Count, place.Cursor);
            }
            Assert.Empty(walker.Unacked);
        }
    }

    private Walker Pick() => walkers.Values.ElementAt(dice.Below(walkers.Count));

    private List<byte[]> Log(StreamId stream) =>
        committed.TryGetValue(stream, out var log) ? log : committed[stream] = [];

    private void Connect()
    {
        var walker = new Walker(++connections, SigningKey.Create(), Digest.Read(dice.Bytes(32)));
        walkers.Add(walker.Id, walker);
        Step(
            new RoomInput(RoomInputKind.Connected)
            {
                Connection = walker.Id,
                Facts = new ConnectionFacts(walker.Challenge, [Session.HashOrigin(TestRoom.Origin)]),
            }
        );
        walker.Cert = room.Certify(walker.Key, Role.Editor);
        walker.Session = Session.Sign(
            walker.Key,
            walker.Cert,
            dice.Bytes(16),
            default,
            walker.Challenge,
            Session.HashOrigin(TestRoom.Origin)
        );
        Send(walker, output => new Join { Cert = walker.Cert.Encoded, Session = walker.Session.Encoded }.Write(output));
    }

    private void Leave(Walker walker)
    {
        walkers.Remove(walker.Id);
        Step(new RoomInput(RoomInputKind.Disconnected) { Connection = walker.Id });
    }

    private void Subscribe(Walker walker)
    {
        var stream = streams[dice.Below(streams.Length)];
        var log = Log(stream);
        var from = (ulong)dice.Below(log.Count + 1);
        var head = Chain.Start(room.Id, stream, incarnation);
        for (var index = 0; index < (int)from; index++)
        {
            Assert.True(Envelope.TryParse(log[index], out var envelope, out _));
            head = Chain.Next(head, envelope.Seq, envelope.ServerTime, envelope.Record.Hash());
        }
        walker.Following[stream] = new Place(from);
        Send(
            walker,
            output =>
                new Subscribe
                {
                    Stream = stream,
                    FromSeq = from,
                    FromHead = head,
                }.Write(output)
        );
    }

    private void Unsubscribe(Walker walker)
    {
        var stream = streams[dice.Below(streams.Length)];
        walker.Following.Remove(stream); // the acks that it is still owed come at once now, ahead of their places
        Send(walker, output => new Unsubscribe { Stream = stream }.Write(output));
    }

    private void Append(Walker walker)
    {
        var stream = streams[dice.Below(streams.Length)];
        var counter = walker.Counters[stream] = walker.Counters.GetValueOrDefault(stream) + 1;
        var chat = stream == room.Streams.Chat;
        var recordClass = chat ? RecordClass.Chat : RecordClass.Profile;
        var head = Chain.Start(room.Id, stream, incarnation);
        var header = new RecordHeader(
            recordClass,
            0,
            room.Id,
            stream,
            walker.Session!.Id,
            counter,
            0,
            Chain.Seen(head, room.Newest.Hash)
        );
        using var sealer = new RecordSealer(room.EpochKey, walker.Session.Id, recordClass, stream, walker.Cert!.Member);
        // Large ones push the others out of the tail in memory, so that pages are needed.
        var record = sealer.Seal(header, chat ? [0] : [], new byte[dice.Below(4) == 0 ? 60_000 : 10], walker.Key);
        walker.Unacked.Add((stream, counter));
        Send(walker, output => Carriers.Write(output, ClientFrame.Append, record));
    }

    private async Task CommitAsync()
    {
        if (commits.TryDequeue(out var next))
        {
            await store.CommitAsync([next.Write]);
            foreach (var entry in next.Write.Entries)
            {
                Log(entry.Stream).Add(entry.Envelope);
            }
            Step(new RoomInput(RoomInputKind.Committed) { Ticket = next.Ticket });
        }
    }

    private async Task ReadAsync()
    {
        if (reads.Count == 0)
        {
            return;
        }
        var index = dice.Below(reads.Count);
        var (connection, query) = reads[index];
        reads.RemoveAt(index);
        Step(new RoomInput(RoomInputKind.PageRead) { Connection = connection, Page = await store.ReadAsync(query) });
    }

    private void Send(Walker walker, Action<ArrayBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        Step(new RoomInput(RoomInputKind.Message) { Connection = walker.Id, Message = output.WrittenMemory });
    }

    private void Step(in RoomInput input)
    {
        subject.Step(input, time);
        Carry();
    }

    private void Carry()
    {
        for (var index = 0; index < effects.Count; index++)
        {
            var effect = effects[index];
            switch (effect.Kind)
            {
                case RoomEffectKind.Commit:
                    commits.Enqueue((effect.Write!, effect.Ticket));
                    break;
                case RoomEffectKind.ReadPage when walkers.ContainsKey(effect.Connection):
                    reads.Add((effect.Connection, effect.Query));
                    break;
                case RoomEffectKind.Share when walkers.TryGetValue(effect.Connection, out var reader):
                    Deliver(reader, effect.Body!);
                    break;
                case RoomEffectKind.Send when walkers.TryGetValue(effect.Connection, out var reader):
                    Read(reader, effects.Frames[effect.Range]);
                    break;
                case RoomEffectKind.Close:
                    Assert.Fail("nobody did anything to be sent away for");
                    break;
            }
        }
        effects.Clear();
    }

    private void Deliver(Walker reader, byte[] envelope)
    {
        Assert.True(Envelope.TryParse(envelope, out var parsed, out _));
        Assert.Contains(parsed.Record.Session, reader.Met); // W3
        Move(reader, parsed.Record.Stream, parsed.Seq);
        Assert.Same(envelope, Log(parsed.Record.Stream)[(int)parsed.Seq - 1]); // H1, and shared rather than copied
        Delivered++;
    }

    private void Move(Walker reader, StreamId stream, ulong seq)
    {
        Assert.True(seq <= (ulong)Log(stream).Count, "H1: seen before it was durable");
        if (reader.Following.TryGetValue(stream, out var place) && place.Answered)
        {
            Assert.Equal(place.Cursor + 1, seq); // W4
            reader.Following[stream] = place with { Cursor = seq };
        }
    }

    private void Read(Walker reader, ReadOnlySpan<byte> message)
    {
        while (Frame.TryNext(ref message, int.MaxValue, out var type, out var body, out _))
        {
            switch ((HubFrame)type)
            {
                case HubFrame.Ack:
                    Assert.True(Ack.TryParse(body, out var ack, out _));
                    Assert.True(reader.Unacked.Remove((ack.Stream, ack.Counter)), "W5: one ack for each record");
                    Move(reader, ack.Stream, ack.Seq);
                    Acked++;
                    break;
                case HubFrame.Member:
                    Assert.True(MemberFrame.TryParse(body, out var member, out _));
                    Assert.True(Session.TryParse(member.Session, out var session, out _));
                    reader.Met.Add(session.Id);
                    break;
                case HubFrame.Stream:
                    Assert.True(StreamFrame.TryParse(body, out var stream, out _));
                    reader.Following[stream.Stream] = new Place(stream.BaseSeq) { Answered = true };
                    break;
                case HubFrame.Error or HubFrame.Refused:
                    Assert.Fail("nothing that was sent is to be refused");
                    break;
            }
        }
    }

    private sealed class Walker(long id, SigningKey key, Digest challenge)
    {
        public long Id { get; } = id;
        public SigningKey Key { get; } = key;
        public Digest Challenge { get; } = challenge;
        public Cert? Cert { get; set; }
        public Session? Session { get; set; }
        public HashSet<SessionId> Met { get; } = [];
        public Dictionary<StreamId, Place> Following { get; } = [];
        public Dictionary<StreamId, ulong> Counters { get; } = [];
        public HashSet<(StreamId, ulong)> Unacked { get; } = [];
    }

    private readonly record struct Place(ulong Cursor)
    {
        public bool Answered { get; init; }
    }
}
