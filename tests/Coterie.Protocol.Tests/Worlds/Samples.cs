using System.Buffers;
using System.Text;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Protocol.Tests.Worlds;

/// <summary>Valid bytes of every kind that is parsed, made of one world: what vectors show and fuzzers bend.</summary>
internal static class Samples
{
    public static List<(string Name, string Kind, byte[] Bytes)> Of(World world)
    {
        var list = new List<(string, string, byte[])>();
        void Add(string name, string kind, ReadOnlySpan<byte> bytes) => list.Add((name, kind, bytes.ToArray()));
        var editor = world.Person(Role.Editor);
        var owner = world.Person(Role.Owner);
        using var room = world.Room(Side.Hub, editor, owner);
        var door = DoorOf(world, 3, Needs.LinkAndPassword);
        var rich = Rich(world, editor, door);
        var chat = world.Record(room, editor, RecordClass.Chat, world.Streams.Chat, 1, [0], ChatOf(world).Encode());
        var presence = world.Record(
            room,
            editor,
            RecordClass.Presence,
            world.Streams.Presence,
            9,
            [],
            PresenceOf(world).Encode()
        );
        var blobs = world.Record(room, editor, RecordClass.Chat, world.Streams.Chat, 2, [2, .. world.Random(64)]);
        var envelope = new byte[Envelope.HeadBytes + chat.Length];
        Envelope.WriteHead(envelope, 7, 1_700_000_000_000);
        chat.CopyTo(envelope, Envelope.HeadBytes);

        Add("K4 a genesis", "genesis", world.Genesis.Encoded);
        Add("M7 a door", "door", door.Encoded);
        Add("M1 a first manifest", "manifest", world.Manifest0.Encoded);
        Add("M1 a manifest with everything in it", "manifest", rich.Encoded);
        Add("C1 an editor's certificate", "cert", editor.Cert.Encoded);
        Add("C2 an owner's certificate", "cert", owner.Cert.Encoded);
        Add("S1 a session", "session", editor.Session.Encoded);
        Add("R1 a signed record", "record", chat);
        Add("R1 an unsigned record", "record", presence);
        Add("R1 a record with a clear part", "record", blobs);
        Add("R1 an envelope", "envelope", envelope);
        Add("K8 a room id", "room-id", Encoding.UTF8.GetBytes(world.Genesis.Room.ToString()));
        Add("K8 a room id as a person may type it", "room-id", Encoding.UTF8.GetBytes(Typed(world.Genesis.Room)));
        Add("K8 a link", "link", Encoding.UTF8.GetBytes(LinkOf(world).ToText()));
        Add(
            "K8 a link to a hosted session",
            "link",
            Encoding.UTF8.GetBytes((LinkOf(world) with { HostKey = "abc", Addresses = "10.0.0.1:4.x" }).ToText())
        );
        Payloads(world, editor, Add);
        Frames(world, editor, door, rich, chat, envelope, Add);
        RunSamples.Add((name, kind, bytes) => Add(name, kind, bytes));
        PartSamples.Add((name, kind, bytes) => Add(name, kind, bytes));
        return list;
    }

    public static Door DoorOf(World world, byte id, Needs needs)
    {
        var keys = DoorKeys.Derive(world.Genesis.Room, id, needs, world.Random(32), world.Random(32));
        var scalar = world.AdmissionEditor.ToScalar();
        return Door.Seal(
            world.Genesis.Room,
            new DoorSign(id, Role.Editor, needs),
            0,
            keys,
            world.EpochKey,
            scalar,
            world.Random(12)
        );
    }

    public static DoorEntry EntryOf(Door door) => new(new DoorSign(door.Id, door.Role, door.Needs), door.Hash());

    public static Link LinkOf(World world) =>
        new()
        {
            Server = "https://code.example:8443/base",
            Room = world.Genesis.Room,
            Door = 1,
            Secret = world.Random(32),
            Version = 7,
            Hash = world.Manifest0.Hash.ToArray()[..8],
        };

    private static string Typed(RoomId room) => room.ToString().ToUpperInvariant().Replace('0', 'O').Replace('1', 'L');

    private static Manifest Rich(World world, Person editor, Door door)
    {
        using var second = world.NewKey();
        return world.After(
            world.Manifest0,
            draft =>
                draft with
                {
                    Epoch = 1,
                    PrevEpochKey = EpochKey.SealPrevious(
                        world.Genesis.Room,
                        1,
                        world.Random(32),
                        world.EpochKey,
                        world.Random(12)
                    ),
                    Owners = [.. draft.Owners, new OwnerKeys(second.Public.ToArray(), second.Public.ToArray())],
                    Keepers = [editor.Cert.Member],
                    Admissions = Admissions.Open | Admissions.Locked,
                    Locked = [editor.Cert.Member, MemberId.Read(world.Random(16))],
                    Policy = Policy.ReadOnly | Policy.Calls,
                    Trims = true,
                    Doors = [EntryOf(door), EntryOf(DoorOf(world, 9, Needs.Password))],
                }
        );
    }

    private static Chat ChatOf(World world) =>
        new() { OpId = new NodeId(Hash.Short("op"u8, world.Random(4))).Value, Text = "Grüße, 世界 🙂"u8 };

    private static Presence PresenceOf(World world) =>
        new(
            NodeId.Read(world.Random(16)),
            Doing.Typing | Doing.Away | Doing.Idle,
            12,
            MemberId.Read(world.Random(16)),
            [new Selection(world.Random(9), world.Random(64)), new Selection([], [])]
        );

    private static void Payloads(World world, Person editor, Adding add)
    {
        Bits128 Id() => NodeId.Read(world.Random(16)).Value;
        var tail = new SnapshotTail(3, [new SessionCounter(editor.Id, 12)]);
        byte[] state = new FileState(
            world.Random(40),
            Digest.Read(world.Random(32)),
            [new Claim(77, editor.Cert.Member)],
            tail
        ).Encode();
        var folder = new NodeId(Id());
        var picture = new Blob(new BlobId(Digest.Read(Filled(3))), Filled(4), 70_001);
        SnapshotNode[] nodes =
        [
            new(folder, NodeId.Root, NodeKind.Folder, true, default, editor.Cert.Member, "src"),
            new(new NodeId(Id()), folder, NodeKind.File, false, folder, editor.Cert.Member, "main.c"),
            new(new NodeId(5), folder, NodeKind.Binary, false, folder, editor.Cert.Member, "logo.png", picture),
        ];
        SnapshotMessage[] messages = [new(4, 1_700_000_000_000, editor.Cert.Member, Id(), "hello")];
        var padded = new byte[128];
        padded[3] = 77;
        world.Random(77).CopyTo(padded, 4);

        add("P1 a chat message", "chat", ChatOf(world).Encode());
        add("P1 a profile", "profile", new Profile { Name = "Zoë"u8, Colour = [1, 2, 255] }.Encode());
        add("P1 a presence", "presence", PresenceOf(world).Encode());
        add(
            "E8 states",
            "signal",
            new States([new FileDigest(world.Streams.Chat, 8, Digest.Read(world.Random(32)))]).Encode()
        );
        add(
            "P1 a pulse",
            "signal",
            new Pulse([new PulseStream(world.Streams.Chat, 8, Id())], world.Random(64)).Encode()
        );
        add("P4 a request to come along", "signal", new Spotlight(0x01020304).Encode());
        var range = new HighlightedRange(Id(), new NodeId(Id()), world.Random(9), world.Random(64));
        add("P5 highlights", "signal", new Highlights([range, range with { Id = Id(), Start = [] }]).Encode());
        add("P6 cleared highlights", "signal", new Cleared([new ClearedHighlight(new MemberId(Id()), Id())]).Encode());
        add("P1 a tree change", "tree", new TreePayload { OpId = Id(), Name = "notes.md"u8 }.Encode());
        add("P1 a tree change without a name", "tree", new TreePayload { OpId = Id() }.Encode());
        var secret = new BlobSecret(Filled(6), 2_500_000);
        add(
            "T11 a tree change with content",
            "tree",
            new TreePayload
            {
                OpId = Id(),
                Name = "a.png"u8,
                Secret = secret,
            }.Encode()
        );
        add("P1 a delete", "delete", new DeletePayload(Id()).Encode());
        add("P1 a snapshot", "snapshot", [1, 0, .. state]);
        add("P1 a deflated snapshot", "snapshot", [1, 1, .. world.Random(20)]);
        var secretOfState = new BlobSecret(Filled(13), 400_000);
        add("N3 a snapshot in a blob", "snapshot", Snapshot.PackInBlob(true, secretOfState, Digest.Read(Filled(14))));
        add("P1 a file's state", "state-yjs", state);
        add("P1 the tree's state", "state-tree", TreeSnapshot.Of(nodes, tail).Encode());
        add("P1 the chat's state", "state-chat", ChatSnapshot.Of(messages, tail).Encode());
        add("R2 a padded payload", "unpad", padded);
        add("R2 an empty payload", "unpad", new byte[64]);
        var agent = new Profile
        {
            Name = "Pi"u8,
            Colour = [9, 8, 7],
            Client = ClientKind.Agent,
        };
        add("P1 a profile of an agent", "profile", agent.Encode());
        add("P1 a profile of a client to come", "profile", [.. agent.Encode()[..^1], 200]);
    }

    private static void Frames(
        World world,
        Person editor,
        Door door,
        Manifest rich,
        byte[] chat,
        byte[] envelope,
        Adding add
    )
    {
        var output = new ArrayBufferWriter<byte>();
        void Flush(string kind)
        {
            ReadOnlySpan<byte> message = output.WrittenSpan;
            while (Frame.TryNext(ref message, int.MaxValue, out var type, out var body, out _))
                add($"W1 {kind} {type}", kind, [type, .. body]);
            output.Clear();
        }
        byte[][] manifests = [world.Manifest0.Encoded.ToArray(), rich.Encoded.ToArray()];
        byte[][] doors = [door.Encoded.ToArray()];
        var room = world.Genesis.Room;
        var head = Digest.Read(world.Random(32));

        new Hello { Suite = 1, Features = 5 }.Write(output);
        new Look { Room = room }.Write(output);
        new Open
        {
            Room = room,
            Door = 3,
            Access = world.Random(32),
        }.Write(output);
        Create.Write(output, RoomKind.Permanent, "key"u8, world.Genesis.Encoded, manifests, doors);
        new Join { Cert = editor.Cert.Encoded, Session = editor.Session.Encoded }.Write(output);
        new Subscribe
        {
            Stream = world.Streams.Tree,
            FromSeq = 5,
            FromHead = head,
            Mode = SubscribeMode.Snapshot,
        }.Write(output);
        new Unsubscribe { Stream = world.Streams.Tree }.Write(output);
        Carriers.Write(output, ClientFrame.Append, chat);
        Carriers.Write(output, ClientFrame.Send, chat);
        ManifestChange.Write(output, rich.Encoded, doors);
        new Ping { Nonce = ByteReader.MaxInteger }.Write(output);
        Carriers.Write(output, ClientFrame.Leave, []);
        new Destroy { Owner = 0, Signature = world.Random(64) }.Write(output);
        Knock.Write(output, world.Owner.Public, world.Owner.Public, [world.Random(Limits.MaxLetterBytes), []]);
        new TurnAway { Member = editor.Cert.Member }.Write(output);
        var blob = new BlobId(Digest.Read(Filled(8)));
        Offer.Write(output, blob, Blob.SealedChunkBytes + 17, [Digest.Read(Filled(9)), Digest.Read(Filled(10))]);
        new Chunk
        {
            Blob = blob,
            Index = 1,
            Bytes = Filled(11),
        }.Write(output, ClientFrame.Chunk);
        new ChunkName(blob, 1).WriteWant(output);
        Flush("client-frame");

        new Welcome
        {
            Suite = 1,
            Features = 0,
            Challenge = world.Challenge,
            ServerTime = 9,
            AdminKeyNeeded = true,
        }.Write(output);
        RoomFrame.Write(output, RoomKind.Memory, world.Incarnation, world.Genesis.Encoded, manifests);
        new DoorFrame { Door = door.Encoded }.Write(output);
        new Created { Room = room }.Write(output);
        new Joined { Session = editor.Id }.Write(output);
        new StreamFrame
        {
            Stream = world.Streams.Chat,
            HeadSeq = 9,
            Head = head,
            BaseSeq = 3,
            BaseHead = head,
        }.Write(output);
        Carriers.Write(output, HubFrame.Snapshot, envelope);
        Carriers.WriteEnvelope(output, HubFrame.Deliver, 7, 1_700_000_000_000, chat);
        Carriers.Write(output, HubFrame.Relay, chat);
        new Ack
        {
            Session = editor.Id,
            Stream = world.Streams.Chat,
            Counter = 1,
            Seq = 7,
            ServerTime = 8,
            Head = head,
        }.Write(output);
        new Refused
        {
            Session = editor.Id,
            Stream = world.Streams.Chat,
            Class = 4,
            Counter = 2,
            Code = Refusal.Seen,
            Text = "Read on"u8,
        }.Write(output);
        new MemberFrame
        {
            Live = true,
            Cert = editor.Cert.Encoded,
            Session = editor.Session.Encoded,
        }.Write(output);
        new Gone { Session = editor.Id }.Write(output);
        new ManifestFrame { Manifest = rich.Encoded }.Write(output);
        new ErrorFrame
        {
            Code = Refusal.NoSuchRoom,
            Stream = new(7),
            Text = "Check the link"u8,
            Fatal = true,
        }.Write(output);
        new Pong { Nonce = 4, ServerTime = 5 }.Write(output);
        Carriers.Write(output, HubFrame.Destroyed, []);
        new Waiting { Owners = 2 }.Write(output);
        new Knocked
        {
            Sign = world.Owner.Public,
            Dh = world.Owner.Public,
            Letter = world.Random(200),
        }.Write(output);
        new KnockEnded { Member = editor.Cert.Member }.Write(output);
        new Storage(2_500_000, 500_000_000, 12_345).Write(output);
        Offered.Write(output, blob, [0, 19]);
        new ChunkName(blob, 19).WriteTook(output);
        new Chunk
        {
            Blob = blob,
            Index = 0,
            Bytes = Filled(12),
        }.Write(output, HubFrame.Chunk);
        new BlobRefused
        {
            Blob = blob,
            Code = Refusal.RoomFull,
            Text = "Delete some"u8,
        }.Write(output);
        Flush("hub-frame");
    }

    private static byte[] Filled(byte value) => [.. Enumerable.Repeat(value, 32)];

    private delegate void Adding(string name, string kind, ReadOnlySpan<byte> bytes);
}
