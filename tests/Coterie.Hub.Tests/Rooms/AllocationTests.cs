using System.Buffers;
using Coterie.Hub.Rooms;
using Coterie.Hub.Stores;
using Coterie.Hub.Tests.World;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Tests.Rooms;

/// <summary>What passing a record on costs: bytes allocated in the room, which a machine's speed does not change.</summary>
public sealed class AllocationTests(ITestOutputHelper output)
{
    private const int People = 50;
    private const int Records = 500;
    private const long MostPerRecord = 4_096; // envelope, entry, ack and the write; measured about half of it
    private static readonly IncarnationId Incarnation = new(5);

    [Fact]
    public async Task A_delivered_record_allocates_for_its_author_only()
    {
        var room = new TestRoom(withDoor: false);
        var effects = new RoomEffects();
        using var subject = Room.Load(await StoredAsync(room), [], RoomKind.Memory, new HubOptions(), effects, 1);
        var authors = new List<(SigningKey Key, Cert Cert, Session Session)>();
        for (var person = 0; person < People; person++)
        {
            authors.Add(Enter(subject, room, person));
        }
        effects.Clear();
        var messages = Enumerable
            .Range(1, Records + 50)
            .Select(counter => Message(room, authors[0], (ulong)counter))
            .ToList();
        var delivered = 0;
        var before = 0L;
        for (var index = 0; index < messages.Count; index++)
        {
            if (index == 50) // warm
            {
                before = GC.GetAllocatedBytesForCurrentThread();
                delivered = 0;
            }
            subject.Step(new RoomInput(RoomInputKind.Message) { Connection = 0, Message = messages[index] }, 2);
            subject.Flush();
            var ticket = effects[effects.Count - 1].Ticket;
            effects.Clear();
            subject.Step(new RoomInput(RoomInputKind.Committed) { Ticket = ticket }, 2);
            for (var effect = 0; effect < effects.Count; effect++)
            {
                delivered += effects[effect].Kind == RoomEffectKind.Share ? 1 : 0;
            }
            effects.Clear();
        }
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        output.WriteLine($"{allocated / Records} bytes per record, {allocated / delivered} per delivered record");
        Assert.Equal(Records * (People - 1), delivered);
        Assert.InRange(allocated / Records, 1, MostPerRecord);
    }

    private static async Task<StoredRoom> StoredAsync(TestRoom room)
    {
        await using var store = new MemoryStore();
        var write = new RoomWrite(room.Id) { Created = new NewRoom(Incarnation, room.Genesis.Encoded.ToArray()) };
        write.Manifests.Add(new StoredManifest(0, room.Newest.Encoded.ToArray()));
        await store.CommitAsync([write]);
        return (await store.LoadAsync(room.Id))!;
    }

    private static (SigningKey, Cert, Session) Enter(Room subject, TestRoom room, int connection)
    {
        var challenge = new Digest((ulong)connection, 1);
        var origin = Session.HashOrigin(TestRoom.Origin);
        var key = SigningKey.Create();
        var cert = room.Certify(key, Role.Editor);
        var session = Session.Sign(key, cert, new byte[16], default, challenge, origin);
        var frames = new ArrayBufferWriter<byte>();
        new Join { Cert = cert.Encoded, Session = session.Encoded }.Write(frames);
        new Subscribe
        {
            Stream = room.Streams.Chat,
            FromHead = Chain.Start(room.Id, room.Streams.Chat, Incarnation),
        }.Write(frames);
        subject.Step(
            new RoomInput(RoomInputKind.Connected)
            {
                Connection = connection,
                Facts = new ConnectionFacts(challenge, [origin]),
            },
            1
        );
        subject.Step(
            new RoomInput(RoomInputKind.Message) { Connection = connection, Message = frames.WrittenMemory },
            1
        );
        return (key, cert, session);
    }

    private static ReadOnlyMemory<byte> Message(
        TestRoom room,
        (SigningKey Key, Cert Cert, Session Session) author,
        ulong counter
    )
    {
        var chat = room.Streams.Chat;
        var seen = Chain.Seen(Chain.Start(room.Id, chat, Incarnation), room.Newest.Hash);
        var header = new RecordHeader(RecordClass.Chat, 0, room.Id, chat, author.Session.Id, counter, 0, seen);
        using var sealer = new RecordSealer(
            room.EpochKey,
            author.Session.Id,
            RecordClass.Chat,
            chat,
            author.Cert.Member
        );
        var frames = new ArrayBufferWriter<byte>();
        Carriers.Write(frames, ClientFrame.Append, sealer.Seal(header, [0], [1, 2, 3], author.Key));
        return frames.WrittenMemory;
    }
}
