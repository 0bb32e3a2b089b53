using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Tests.Worlds;

/// <summary>
/// A room with one file in its tree, judged from one side, and somebody of each role in it. Two scenes of one side stand in the same state:
/// what one is asked does not change what the other says.
/// </summary>
internal sealed class Scene : IDisposable
{
    public Scene(Side side)
    {
        Editor = World.Person(Role.Editor);
        Other = World.Person(Role.Editor);
        Viewer = World.Person(Role.Viewer);
        Owner = World.Person(Role.Owner);
        State = World.Room(side, Editor, Other, Viewer, Owner);
        File = NodeId.Read(World.Random(16));
        Must(Tree(Owner, TreeKind.CreateFile, File));
        Must(Edit(Owner));
    }

    public World World { get; } = new();
    public RoomState State { get; }
    public Person Editor { get; }
    public Person Other { get; }
    public Person Viewer { get; }
    public Person Owner { get; }
    public NodeId File { get; }

    /// <summary>A file that is there no more, where a test has deleted one.</summary>
    public NodeId Gone { get; set; }

    public FixedStreams Streams => World.Streams;

    public ulong Next(Person author, StreamId stream) =>
        State.FloorOf(stream).Counters.GetValueOrDefault(author.Id) + 1;

    public Shot Edit(Person author, Func<RecordHeader, RecordHeader>? bend = null) =>
        Durable(author, RecordClass.Edit, File.ToStream(), bend: bend);

    public Shot Chat(Person author, byte[]? clear = null) =>
        Durable(author, RecordClass.Chat, Streams.Chat, clear ?? [0]);

    public Shot Tree(Person author, TreeKind kind, NodeId node, NodeId parent = default)
    {
        var clear = new byte[33];
        node.CopyTo(clear);
        parent.CopyTo(clear.AsSpan(16));
        clear[32] = (byte)kind;
        return Durable(author, RecordClass.Tree, Streams.Tree, clear);
    }

    public Shot Delete(Person author, NodeId node)
    {
        var clear = new byte[16];
        node.CopyTo(clear);
        return Durable(author, RecordClass.Delete, Streams.Tree, clear);
    }

    /// <summary>Of the file, as of its newest position but for what is bent.</summary>
    public Shot Snapshot(Person author, StreamId? stream = null, ulong? seq = null, Digest? head = null)
    {
        var (newest, there) = State.HeadOf(File.ToStream());
        var clear = new byte[89];
        var writer = new ByteWriter(clear);
        writer.U128((stream ?? File.ToStream()).Value);
        writer.U64(seq ?? newest);
        writer.Digest(head ?? there);
        return Durable(author, RecordClass.Snapshot, File.ToStream(), clear);
    }

    public Shot Presence(Person author, ulong counter, Func<RecordHeader, RecordHeader>? bend = null) =>
        new(
            World.Record(State, author, RecordClass.Presence, Streams.Presence, counter, bend: bend),
            author,
            Durable: false
        );

    public Shot Durable(
        Person author,
        RecordClass recordClass,
        StreamId stream,
        byte[]? clear = null,
        Func<RecordHeader, RecordHeader>? bend = null,
        SigningKey? signer = null
    ) =>
        new(
            World.Record(State, author, recordClass, stream, Next(author, stream), clear, [1, 2, 3], bend, signer),
            author,
            Durable: true
        );

    public void Learn(Func<ManifestDraft, ManifestDraft> change) =>
        Assert.Equal(Verdict.Ok, State.AddManifest(World.After(State.Manifests.Newest, change)));

    public void Must(Shot shot) => Assert.Equal(Verdict.Ok, Take(shot));

    /// <summary>Judges, checks the signature and takes, as a hub or a client does.</summary>
    public Verdict Take(Shot shot)
    {
        if (!RecordView.TryParse(shot.Bytes, out var record, out var error))
            Assert.Fail(error.ToString());
        if (State.Side == Side.Hub)
        {
            var verdict = State.Judge(record, shot.Sender.Id, shot.Durable, out var judged);
            return verdict.IsOk ? State.Accept(judged, record, judged.Verify(record), 1_000, out _) : verdict;
        }
        var holds =
            !Classes.Row(record.Class).Signed
            || (State.TryGetSession(record.Session, out var author) && record.Verify(author.Key));
        return shot.Durable
            ? State.Position(State.HeadOf(record.Stream).Seq + 1, 1_000, record, holds, out _)
            : State.Relay(record, holds);
    }

    public void Dispose()
    {
        State.Dispose();
        World.Dispose();
    }
}

/// <summary>A record on its way: over whose connection, and whether to be appended or relayed.</summary>
internal readonly record struct Shot(byte[] Bytes, Person Sender, bool Durable);
