using Coterie.Protocol.Rooms;
using Coterie.Protocol.Tests.Worlds;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Tests;

/// <summary>J1–J11 at the hub: a record that passes, and for each clause one that fails for it alone.</summary>
public sealed class JudgementTests : IDisposable
{
    private readonly World world = new();
    private readonly Person editor;
    private readonly Person owner;
    private readonly RoomState hub;

    public JudgementTests()
    {
        editor = world.Person(Role.Editor);
        owner = world.Person(Role.Owner);
        hub = world.Room(Side.Hub, editor, owner);
    }

    [Fact]
    public void J_a_record_that_passes_every_clause_gets_its_place()
    {
        Assert.Equal(Verdict.Ok, Append(Chat(1)));
        Assert.Equal(Verdict.Ok, Append(Chat(2)));
        Assert.Equal(2UL, hub.HeadOf(world.Streams.Chat).Seq);
    }

    [Fact]
    public void J1_another_suite_or_room_is_refused()
    {
        var suite = Chat(1);
        suite[0] = 2;
        Assert.Equal(Verdict.Refused(Rule.J1, Refusal.Suite), Append(suite));
        Assert.Equal(Verdict.Refused(Rule.J1, Refusal.Suite), Append(Chat(1, h => h with { Room = default })));
    }

    [Fact]
    public void J2_a_version_that_is_not_the_current_one_is_refused()
    {
        var old = Chat(1);
        Assert.Equal(Verdict.Refused(Rule.J2, Refusal.Version), Append(Chat(1, h => h with { Version = 1 })));
        Assert.True(hub.AddManifest(world.After(hub.Manifests.Newest)).IsOk);
        Assert.Equal(Verdict.Refused(Rule.J2, Refusal.Version), Append(old));
        Assert.Equal(Verdict.Ok, Append(Chat(1)));
    }

    [Fact]
    public void J3_a_session_that_is_unknown_dead_or_anothers_is_refused()
    {
        var refused = Verdict.Refused(Rule.J3, Refusal.Session);
        var stranger = world.Person(Role.Editor);
        Assert.Equal(
            refused,
            Append(world.Record(hub, stranger, RecordClass.Chat, world.Streams.Chat, 1, [0]), stranger)
        );
        Assert.Equal(refused, Append(Chat(1), owner));
        Assert.Equal(Verdict.Ok, Append(Chat(1)));
        hub.EndSession(editor.Id);
        Assert.Equal(refused, Append(Chat(2)));
    }

    [Fact]
    public void J4_a_cert_of_another_epoch_is_refused()
    {
        var next = world.After(hub.Manifests.Newest, d => d with { Epoch = 1, PrevEpochKey = new byte[60] });
        Assert.True(hub.AddManifest(next).IsOk);
        Assert.Equal(Verdict.Refused(Rule.J4, Refusal.Cert), Append(Chat(1)));
    }

    [Fact]
    public void J5_a_member_outside_the_lock_list_is_refused()
    {
        var locked = world.After(
            hub.Manifests.Newest,
            d => d with { Admissions = Admissions.Open | Admissions.Locked }
        );
        Assert.True(hub.AddManifest(locked).IsOk);
        Assert.Equal(Verdict.Refused(Rule.J5, Refusal.Locked), Append(Chat(1)));
        Assert.Equal(Verdict.Ok, Append(world.Record(hub, owner, RecordClass.Chat, world.Streams.Chat, 1, [0]), owner));
        var listed = world.After(hub.Manifests.Newest, d => d with { Locked = [editor.Cert.Member] });
        Assert.True(hub.AddManifest(listed).IsOk);
        Assert.Equal(Verdict.Ok, Append(Chat(1)));
    }

    [Fact]
    public void J6_a_class_that_the_role_may_not_send_is_forbidden()
    {
        var viewer = world.Person(Role.Viewer);
        world.Enter(hub, viewer);
        byte[] Message() => world.Record(hub, viewer, RecordClass.Chat, world.Streams.Chat, 1, [0]);
        Assert.Equal(Verdict.Refused(Rule.J6, Refusal.Forbidden), Append(Message(), viewer));
        Assert.True(
            hub.AddManifest(world.After(hub.Manifests.Newest, d => d with { Policy = Policy.ViewersChat })).IsOk
        );
        Assert.Equal(Verdict.Ok, Append(Message(), viewer));
    }

    [Fact]
    public void J6_a_reserved_class_is_refused_as_reserved()
    {
        var record = world.Record(hub, owner, RecordClass.Rpc, world.Streams.Control, 1);
        Assert.Equal(Verdict.Refused(Rule.J6, Refusal.Reserved), Append(record, owner));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void J7_a_durable_counter_that_is_not_the_next_is_refused(ulong counter)
    {
        Assert.Equal(Verdict.Ok, Append(Chat(1)));
        Assert.Equal(Verdict.Refused(Rule.J7, Refusal.Counter), Append(Chat(counter)));
        Assert.Equal(Verdict.Ok, Append(Chat(2)));
    }

    [Fact]
    public void R4_durable_classes_share_a_counter_and_ephemeral_ones_go_upward_alone()
    {
        Assert.Equal(Verdict.Ok, Append(Chat(1)));
        var snapshot = SnapshotOf(world.Streams.Chat, 1, hub.HeadOf(world.Streams.Chat).Head);
        Assert.Equal(
            Verdict.Refused(Rule.J7, Refusal.Counter),
            Append(world.Record(hub, editor, RecordClass.Snapshot, world.Streams.Chat, 1, snapshot))
        );
        Assert.Equal(
            Verdict.Ok,
            Append(world.Record(hub, editor, RecordClass.Snapshot, world.Streams.Chat, 2, snapshot))
        );
        Assert.Equal(Verdict.Ok, Send(Presence(5)));
        Assert.Equal(Verdict.Ok, Send(Presence(9)));
        Assert.Equal(Verdict.Refused(Rule.J7, Refusal.Counter), Send(Presence(9)));
        Assert.Equal(Verdict.Ok, Send(world.Record(hub, editor, RecordClass.Signal, world.Streams.Control, 1)));
    }

    [Fact]
    public void J8_a_class_on_a_stream_it_does_not_belong_on_is_refused()
    {
        var refused = Verdict.Refused(Rule.J8, Refusal.Stream);
        Assert.Equal(refused, Append(world.Record(hub, editor, RecordClass.Chat, world.Streams.Control, 1, [0])));
        Assert.Equal(refused, Append(world.Record(hub, editor, RecordClass.Edit, world.Streams.Chat, 1)));
        Assert.Equal(refused, Append(Presence(1)));
        Assert.Equal(refused, Send(Chat(1)));
    }

    [Fact]
    public void J8_a_file_stream_exists_as_long_as_its_file()
    {
        var file = NodeId.Read(world.Random(16));
        byte[] Edit(ulong counter) => world.Record(hub, editor, RecordClass.Edit, file.ToStream(), counter);
        Assert.Equal(Verdict.Refused(Rule.J8, Refusal.Stream), Append(Edit(1)));
        Assert.Equal(
            Verdict.Ok,
            Append(world.Record(hub, editor, RecordClass.Tree, world.Streams.Tree, 1, Tree(file, TreeKind.CreateFile)))
        );
        Assert.Equal(Verdict.Ok, Append(Edit(1)));
        var delete = new byte[16];
        file.CopyTo(delete);
        Assert.Equal(Verdict.Ok, Append(world.Record(hub, editor, RecordClass.Delete, world.Streams.Tree, 2, delete)));
        Assert.Equal(Verdict.Refused(Rule.J8, Refusal.Stream), Append(Edit(2)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000")]
    [InlineData("01")]
    public void J9_a_clear_part_of_another_shape_is_refused(string clear)
    {
        var record = world.Record(hub, editor, RecordClass.Chat, world.Streams.Chat, 1, Convert.FromHexString(clear));
        Assert.Equal(Verdict.Refused(Rule.J9, Refusal.StreamRule), Append(record));
    }

    [Fact]
    public void J9_a_change_that_the_tree_rules_forbid_is_refused()
    {
        var clear = Tree(NodeId.Root, TreeKind.CreateFile);
        var record = world.Record(hub, editor, RecordClass.Tree, world.Streams.Tree, 1, clear);
        Assert.Equal(Verdict.Refused(Rule.J9, Refusal.StreamRule), Append(record));
    }

    [Fact]
    public void N1_a_snapshot_names_its_stream_a_position_and_the_head_there()
    {
        Assert.Equal(Verdict.Ok, Append(Chat(1)));
        var head = hub.HeadOf(world.Streams.Chat).Head;
        byte[] Snapshot(byte[] clear) => world.Record(hub, editor, RecordClass.Snapshot, world.Streams.Chat, 2, clear);
        var refused = Verdict.Refused(Rule.J9, Refusal.StreamRule);
        Assert.Equal(refused, Append(Snapshot(SnapshotOf(world.Streams.Tree, 1, head))));
        Assert.Equal(
            refused,
            Append(
                Snapshot(
                    SnapshotOf(
                        world.Streams.Chat,
                        0,
                        Chain.Start(world.Genesis.Room, world.Streams.Chat, world.Incarnation)
                    )
                )
            )
        );
        Assert.Equal(refused, Append(Snapshot(SnapshotOf(world.Streams.Chat, 2, head))));
        Assert.Equal(refused, Append(Snapshot(SnapshotOf(world.Streams.Chat, 1, default))));
        Assert.Equal(Verdict.Ok, Append(Snapshot(SnapshotOf(world.Streams.Chat, 1, head))));
    }

    [Fact]
    public void J10_a_seen_head_that_does_not_follow_is_refused()
    {
        Assert.Equal(Verdict.Ok, Append(Chat(1)));
        var refused = Verdict.Refused(Rule.J10, Refusal.Seen);
        Assert.Equal(refused, Append(Chat(2, h => h with { SeenHead = 5 })));
        Assert.Equal(refused, Append(Chat(2, h => h with { SeenSeq = 2 })));
        Assert.Equal(refused, Append(Chat(2, h => h with { SeenSeq = 0 })));
        var start = Chain.Start(world.Genesis.Room, world.Streams.Chat, world.Incarnation);
        var older = Chain.Seen(start, hub.Manifests.Newest.Hash);
        Assert.Equal(Verdict.Ok, Append(Chat(2, h => h with { SeenSeq = 0, SeenHead = older })));
    }

    [Fact]
    public void J10_an_ephemeral_record_names_the_start_of_its_stream()
    {
        Assert.Equal(Verdict.Ok, Send(Presence(1)));
        Assert.Equal(Verdict.Refused(Rule.J10, Refusal.Seen), Send(Presence(2, h => h with { SeenHead = 5 })));
        Assert.Equal(Verdict.Refused(Rule.J10, Refusal.Seen), Send(Presence(2, h => h with { SeenSeq = 1 })));
    }

    [Fact]
    public void J10_what_lies_before_the_loaded_head_or_outside_the_window_is_refused()
    {
        var chat = world.Streams.Chat;
        hub.Start(chat, 10, Digest.Read(world.Random(32)), 0);
        var loaded = hub.HeadOf(chat).Head;
        Bits128 At(Digest head) => Chain.Seen(head, hub.Manifests.Newest.Hash);
        Assert.Equal(Verdict.Refused(Rule.J10, Refusal.Seen), Append(Chat(1, h => h with { SeenSeq = 9 })));
        for (ulong i = 1; i <= Limits.SeenWindow; i++)
            Assert.Equal(Verdict.Ok, Append(Chat(i), signatureHolds: true));
        var next = (ulong)Limits.SeenWindow + 1;
        byte[] SeesLoaded(ulong counter) => Chat(counter, h => h with { SeenSeq = 10, SeenHead = At(loaded) });
        Assert.Equal(Verdict.Ok, Append(SeesLoaded(next)));
        Assert.Equal(Verdict.Refused(Rule.J10, Refusal.Seen), Append(SeesLoaded(next + 1)));
    }

    [Fact]
    public void J11_a_signature_that_is_not_the_members_is_refused()
    {
        var forged = world.Record(hub, editor, RecordClass.Chat, world.Streams.Chat, 1, [0], signer: owner.Key);
        Assert.Equal(Verdict.Refused(Rule.J11, Refusal.Signature), Append(forged));
        Assert.Equal(Verdict.Ok, Append(Chat(1)));
    }

    [Fact]
    public void A_record_is_accepted_only_in_the_state_that_judged_it()
    {
        var bytes = Chat(1);
        Assert.True(RecordView.TryParse(bytes, out var record, out _));
        Assert.True(hub.Judge(record, editor.Id, durable: true, out var judged).IsOk);
        Assert.Equal(Verdict.Ok, hub.Accept(judged, record, judged.Verify(record), 1, out _));
        var threw = false;
        try
        {
            hub.Accept(judged, record, true, 1, out _);
        }
        catch (InvalidOperationException)
        {
            threw = true;
        }
        Assert.True(threw);
    }

    [Fact]
    public void Judging_and_accepting_allocate_nothing_on_the_steady_path()
    {
        var records = new List<byte[]>();
        using var twin = world.Room(Side.Hub, editor);
        for (ulong i = 1; i <= 5_000; i++)
        {
            var bytes = world.Record(twin, editor, RecordClass.Chat, world.Streams.Chat, i, [0]);
            Assert.Equal(Verdict.Ok, Append(bytes, editor, twin, signatureHolds: true));
            records.Add(bytes);
        }
        for (var i = 0; i < 4_500; i++)
            Append(records[i], signatureHolds: true);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 4_500; i < 5_000; i++)
            Append(records[i], signatureHolds: true);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(twin.HeadOf(world.Streams.Chat), hub.HeadOf(world.Streams.Chat));
    }

    public void Dispose()
    {
        hub.Dispose();
        world.Dispose();
    }

    private byte[] Chat(ulong counter, Func<RecordHeader, RecordHeader>? bend = null) =>
        world.Record(hub, editor, RecordClass.Chat, world.Streams.Chat, counter, [0], [1, 2, 3], bend);

    private byte[] Presence(ulong counter, Func<RecordHeader, RecordHeader>? bend = null) =>
        world.Record(hub, editor, RecordClass.Presence, world.Streams.Presence, counter, bend: bend);

    private static byte[] Tree(NodeId node, TreeKind kind, NodeId parent = default)
    {
        var clear = new byte[33];
        node.CopyTo(clear);
        parent.CopyTo(clear.AsSpan(16));
        clear[32] = (byte)kind;
        return clear;
    }

    private static byte[] SnapshotOf(StreamId stream, ulong seq, Digest head)
    {
        var clear = new byte[89];
        var writer = new ByteWriter(clear);
        writer.U128(stream.Value);
        writer.U64(seq);
        writer.Digest(head);
        return clear;
    }

    private Verdict Append(byte[] bytes, Person? sender = null, RoomState? at = null, bool? signatureHolds = null) =>
        Take(bytes, sender ?? editor, at ?? hub, signatureHolds, durable: true);

    private Verdict Send(byte[] bytes) => Take(bytes, editor, hub, null, durable: false);

    private static Verdict Take(byte[] bytes, Person sender, RoomState at, bool? signatureHolds, bool durable)
    {
        if (!RecordView.TryParse(bytes, out var record, out var error))
            Assert.Fail(error.ToString());
        var verdict = at.Judge(record, sender.Id, durable, out var judged);
        return verdict.IsOk
            ? at.Accept(judged, record, signatureHolds ?? judged.Verify(record), 1_000, out _)
            : verdict;
    }
}
