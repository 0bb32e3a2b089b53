using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Tests.Worlds;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Tests;

/// <summary>What a client makes of what a hub hands it: apply, void, wait or alarm (J12–J15).</summary>
public sealed class ClientTests : IDisposable
{
    private readonly World world = new();
    private readonly Person editor;
    private readonly Person viewer;
    private readonly RoomState client;

    public ClientTests()
    {
        editor = world.Person(Role.Editor);
        viewer = world.Person(Role.Viewer);
        client = world.Room(Side.Client, editor, viewer);
    }

    [Fact]
    public void J13_a_position_that_passes_is_applied_and_moves_the_chain()
    {
        Assert.Equal(Verdict.Ok, Position(1, Chat(1)));
        Assert.Equal(Verdict.Ok, Position(2, Chat(2)));
        Assert.Equal(2UL, client.HeadOf(world.Streams.Chat).Seq);
    }

    [Fact]
    public void J13_a_position_that_the_hub_should_have_refused_is_void_and_moves_the_chain_alone()
    {
        var forbidden = world.Record(client, viewer, RecordClass.Chat, world.Streams.Chat, 1, [0]);
        Assert.Equal(Verdict.Void(Rule.J6, Refusal.Forbidden), Position(1, forbidden));
        Assert.Equal(1UL, client.HeadOf(world.Streams.Chat).Seq);
        Assert.Equal(Verdict.Void(Rule.J7, Refusal.Counter), Position(2, Chat(2)));
        Assert.Equal(Verdict.Void(Rule.J11, Refusal.Signature), Position(3, Chat(1), signatureHolds: false));
        Assert.Equal(Verdict.Ok, Position(4, Chat(1)));
    }

    [Fact]
    public void J2_J3_what_is_not_known_yet_waits_and_moves_nothing()
    {
        var newer = world.Record(
            client,
            editor,
            RecordClass.Chat,
            world.Streams.Chat,
            1,
            [0],
            bend: h => h with { Version = 9 }
        );
        Assert.Equal(Verdict.Wait(Rule.J2, Refusal.Version), Position(1, newer));
        var stranger = world.Person(Role.Editor);
        var unknown = world.Record(client, stranger, RecordClass.Chat, world.Streams.Chat, 1, [0]);
        Assert.Equal(Verdict.Wait(Rule.J3, Refusal.Session), Position(1, unknown));
        world.Enter(client, stranger);
        Assert.Equal(Verdict.Ok, Position(1, unknown));
    }

    [Fact]
    public void J2_versions_never_fall_within_a_stream()
    {
        var old = client.Manifests.Newest;
        Assert.True(client.AddManifest(world.After(old)).IsOk);
        Assert.Equal(Verdict.Ok, Position(1, Chat(1)));
        var fallen = Chat(
            2,
            h => h with { Version = 0, SeenHead = Chain.Seen(client.HeadOf(world.Streams.Chat).Head, old.Hash) }
        );
        Assert.Equal(Verdict.Void(Rule.J2, Refusal.Version), Position(2, fallen));
    }

    [Fact]
    public void J10_J13_a_false_seen_head_is_an_alarm_and_stops_the_stream()
    {
        Assert.Equal(Verdict.Alarm(Rule.J10), Position(1, Chat(1, h => h with { SeenHead = 9 })));
        Assert.True(client.IsStopped(world.Streams.Chat));
        Assert.Equal(Verdict.Alarm(Rule.J13), Position(1, Chat(1)));
    }

    [Fact]
    public void J10_what_lies_before_a_snapshot_is_not_judged()
    {
        client.Start(world.Streams.Chat, 10, Digest.Read(world.Random(32)), 0);
        client.StartCounter(world.Streams.Chat, editor.Id, 3);
        Assert.Equal(Verdict.Ok, Position(11, Chat(4, h => h with { SeenSeq = 2, SeenHead = 9 })));
    }

    [Fact]
    public void J14_a_gap_or_a_repeat_is_an_alarm()
    {
        Assert.Equal(Verdict.Ok, Position(1, Chat(1)));
        Assert.Equal(Verdict.Alarm(Rule.J14), Position(3, Chat(2)));
    }

    [Fact]
    public void J14_a_claim_of_another_head_is_an_alarm()
    {
        Assert.Equal(Verdict.Ok, Position(1, Chat(1)));
        var (_, head) = client.HeadOf(world.Streams.Chat);
        Assert.Equal(Verdict.Ok, client.Claim(world.Streams.Chat, 1, head));
        Assert.Equal(Verdict.Ok, client.Claim(world.Streams.Chat, 2, head));
        Assert.Equal(Verdict.Alarm(Rule.J14), client.Claim(world.Streams.Chat, 1, default));
    }

    [Fact]
    public void J16_what_was_seen_before_must_come_again()
    {
        var chat = world.Streams.Chat;
        Assert.Equal(Verdict.Ok, Position(1, Chat(1)));
        var (_, seen) = client.HeadOf(chat);
        var same = world.Room(Side.Client, editor, viewer);
        Assert.Equal(Verdict.Ok, same.HoldTo(chat, 1, seen, endsAt: 1));
        Assert.Equal(Verdict.Alarm(Rule.J16), world.Room(Side.Client, editor).HoldTo(chat, 1, seen, endsAt: 0));
        Assert.Equal(Verdict.Ok, client.HoldTo(chat, 1, seen, endsAt: 5));
        Assert.Equal(Verdict.Alarm(Rule.J16), client.HoldTo(chat, 1, default, endsAt: 5));
        Assert.Equal(Verdict.Alarm(Rule.J13), Position(2, Chat(2)));

        var bytes = Chat(1);
        Assert.True(RecordView.TryParse(bytes, out var record, out _));
        using var other = world.Room(Side.Client, editor, viewer);
        Assert.Equal(Verdict.Ok, other.HoldTo(chat, 1, default, endsAt: 1));
        Assert.Equal(Verdict.Alarm(Rule.J16), other.Position(1, 5, record, true, out _));
        same.Dispose();
    }

    [Fact]
    public void J16_what_lies_before_the_base_is_not_judged()
    {
        var chat = world.Streams.Chat;
        client.Start(chat, 10, default, 0);
        Assert.Equal(Verdict.Ok, client.HoldTo(chat, 9, Hash.Of("chain"u8, []), endsAt: 10));
        Assert.Equal(Verdict.Alarm(Rule.J16), client.HoldTo(chat, 10, Hash.Of("chain"u8, []), endsAt: 10));
    }

    [Fact]
    public void J15_an_ack_is_believed_for_these_very_bytes()
    {
        var own = Chat(1);
        using var hub = world.Room(Side.Client, editor);
        Assert.True(RecordView.TryParse(own, out var record, out _));
        Assert.Equal(Verdict.Ok, hub.Position(1, 5, record, true, out var head));
        Assert.Equal(Verdict.Ok, client.Acked(record, 1, 5, head));
        using var other = world.Room(Side.Client, editor);
        Assert.Equal(Verdict.Alarm(Rule.J15), other.Acked(record, 1, 6, head));
    }

    [Fact]
    public void J12_R3_a_record_opens_for_its_key_alone_and_a_failing_tag_is_void_by_content()
    {
        var bytes = world.Record(client, editor, RecordClass.Chat, world.Streams.Chat, 1, [0], [4, 5, 6]);
        Assert.True(Opens(bytes, editor.Cert.Member, RecordClass.Chat));
        Assert.False(Opens(bytes, viewer.Cert.Member, RecordClass.Chat));
        Assert.False(Opens(bytes, editor.Cert.Member, RecordClass.Profile));
        bytes[95] ^= 1;
        Assert.False(Opens(bytes, editor.Cert.Member, RecordClass.Chat));
    }

    [Fact]
    public void K9_a_chain_older_than_a_link_or_another_one_does_not_agree_with_it()
    {
        var link = Samples.LinkOf(world) with { Version = 0 };
        Assert.True(link.Agrees(client.Manifests));
        Assert.False((link with { Version = 1 }).Agrees(client.Manifests));
        Assert.False((link with { Hash = new byte[8] }).Agrees(client.Manifests));
    }

    [Fact]
    public void K6_K7_M7_a_door_opens_for_its_keys_in_its_manifest_alone()
    {
        var room = world.Genesis.Room;
        var keys = DoorKeys.Derive(room, 1, Needs.Link, world.Random(32), []);
        var door = Door.Seal(
            room,
            new DoorSign(1, Role.Editor, Needs.Link),
            0,
            keys,
            world.EpochKey,
            world.AdmissionEditor.ToScalar(),
            world.Random(12)
        );
        var manifest = world.Manifest(world.First with { Doors = [Samples.EntryOf(door)] });
        Assert.True(door.Admits(keys.Access));
        Assert.False(door.Admits(keys.Kek));
        Assert.True(manifest.Matches([door]));
        Assert.False(manifest.Matches([]));
        Assert.True(door.TryOpen(manifest, keys, out var opened));
        Assert.Equal(world.EpochKey, opened.EpochKey);
        Assert.False(door.TryOpen(world.Manifest0, keys, out _));
        Assert.False(door.TryOpen(manifest, DoorKeys.Derive(room, 1, Needs.Link, world.Random(32), []), out _));
        var stranger = Door.Seal(
            room,
            new DoorSign(1, Role.Editor, Needs.Link),
            0,
            keys,
            world.EpochKey,
            world.AdmissionViewer.ToScalar(),
            world.Random(12)
        );
        Assert.False(
            stranger.TryOpen(world.Manifest(world.First with { Doors = [Samples.EntryOf(stranger)] }), keys, out _)
        );
    }

    [Fact]
    public void S2_S4_a_session_replaces_its_own_and_at_most_eight_live_at_once()
    {
        using var hub = world.Room(Side.Hub, editor, viewer);
        Verdict Join(Session session) => hub.Join(editor.Cert, session, world.Challenge, [World.OriginHash], out _);
        for (var i = 1; i < Limits.MaxSessionsPerMember; i++)
            Assert.Equal(Verdict.Ok, Join(world.Session(editor.Key, editor.Cert)));
        Assert.Equal(Verdict.Refused(Rule.S4, Refusal.RoomFull), Join(world.Session(editor.Key, editor.Cert)));
        Assert.Equal(
            Verdict.Refused(Rule.S2, Refusal.Session),
            Join(world.Session(editor.Key, editor.Cert, viewer.Id))
        );
        Assert.Equal(Verdict.Ok, Join(world.Session(editor.Key, editor.Cert, editor.Id)));
        Assert.False(hub.TryGetSession(editor.Id, out _));
        Assert.Equal(Verdict.Refused(Rule.S1, Refusal.Session), Join(viewer.Session));
    }

    public void Dispose()
    {
        client.Dispose();
        world.Dispose();
    }

    private byte[] Chat(ulong counter, Func<RecordHeader, RecordHeader>? bend = null) =>
        world.Record(client, editor, RecordClass.Chat, world.Streams.Chat, counter, [0], [1], bend);

    private Verdict Position(ulong seq, byte[] bytes, bool signatureHolds = true)
    {
        if (!RecordView.TryParse(bytes, out var record, out var error))
            Assert.Fail(error.ToString());
        return client.Position(seq, 1_000, record, signatureHolds, out _);
    }

    private bool Opens(byte[] bytes, MemberId member, RecordClass recordClass)
    {
        Assert.True(RecordView.TryParse(bytes, out var record, out _));
        using var sealer = new RecordSealer(world.EpochKey, record.Session, recordClass, record.Stream, member);
        return sealer.TryOpen(record, new byte[RecordSealer.PlaintextBytes(record)], out _);
    }
}
