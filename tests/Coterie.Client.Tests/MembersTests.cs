using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Client.Tests;

/// <summary>Members among each other, over the real server.</summary>
public sealed class MembersTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly Uri server = fixture.Server.Url;

    [Fact]
    public async Task J15_two_members_exchange_records_and_both_believe_the_acks()
    {
        using var room = Rooms.Found();
        using var guestKeys = MemberKeys.Create();
        await using var owner = await Rooms.JoinAsync(server, new OwnerEntry(room), room.Owner);
        await using var guest = await Rooms.JoinAsync(server, Rooms.LinkTo(room, Role.Editor, server), guestKeys);
        Assert.Equal((Role.Owner, Role.Editor), (owner.Role, guest.Role));

        var mine = owner.Open(owner.Streams.Chat);
        var theirs = guest.Open(guest.Streams.Chat);
        var first = await owner.SayAsync(mine, "is anybody there?");
        Assert.Equal("is anybody there?", await theirs.HearAsync());
        var second = await guest.SayAsync(theirs, "yes");
        Assert.Equal("is anybody there?", await mine.HearAsync());
        Assert.Equal("yes", await mine.HearAsync());

        Assert.Equal((1UL, 2UL), (first.Seq, second.Seq));
        Assert.Equal((owner.Member, guest.Member), (first.Author, second.Author));
        Assert.False(owner.Faults.TryRead(out _));
        Assert.False(guest.Faults.TryRead(out _));
    }

    [Fact]
    public async Task W4_a_late_joiner_reads_the_log_from_its_beginning()
    {
        using var room = Rooms.Found();
        using var lateKeys = MemberKeys.Create();
        await using var owner = await Rooms.JoinAsync(server, new OwnerEntry(room), room.Owner);
        var chat = owner.Open(owner.Streams.Chat);
        string[] said = [.. Enumerable.Range(0, 300).Select(i => $"message {i}")];
        await Task.WhenAll(said.Select(text => owner.SayAsync(chat, text)));

        await using var late = await Rooms.JoinAsync(server, Rooms.LinkTo(room, Role.Viewer, server), lateKeys);
        var log = late.Open(late.Streams.Chat);
        foreach (var text in said)
            Assert.Equal(text, await log.HearAsync());
    }

    [Fact]
    public async Task W8_a_stream_too_many_ends_with_the_reason_and_may_be_opened_again()
    {
        using var room = Rooms.Found();
        await using var owner = await Rooms.JoinAsync(server, new OwnerEntry(room), room.Owner);
        for (ulong number = 1; number <= 1_024; number++)
            owner.Open(new StreamId(number));
        var chat = owner.Open(owner.Streams.Chat);
        var refused = await Assert.ThrowsAsync<RoomException>(() =>
            chat.Positions.Completion.WaitAsync(TestContext.Current.CancellationToken)
        );
        Assert.Equal(Refusal.RoomFull, refused.Code);
        Assert.False(owner.Ended.IsCompleted);
        Assert.NotSame(chat, owner.Open(owner.Streams.Chat));
    }

    [Fact]
    public async Task J6_a_viewer_is_refused_by_the_hub_and_may_still_do_what_viewers_may()
    {
        using var room = Rooms.Found();
        using var viewerKeys = MemberKeys.Create();
        await using var owner = await Rooms.JoinAsync(server, new OwnerEntry(room), room.Owner);
        await using var viewer = await Rooms.JoinAsync(server, Rooms.LinkTo(room, Role.Viewer, server), viewerKeys);
        var tree = viewer.Open(viewer.Streams.Tree);
        var chat = viewer.Open(viewer.Streams.Chat);

        var refusal = await Assert.ThrowsAsync<RoomException>(() => CreateFileAsync(viewer, tree));
        Assert.Equal(Refusal.Forbidden, refusal.Code);

        // R5: the refusal burnt the viewer's session; it comes back with a new one by itself.
        Assert.Equal(1UL, (await viewer.SayAsync(chat, "only looking")).Seq);
        Assert.Equal("only looking", await owner.Open(owner.Streams.Chat).HearAsync());
    }

    [Fact]
    public async Task K6_the_password_opens_the_room_and_another_does_not()
    {
        using var room = Rooms.Found(password: "correct horse");
        using var keys = MemberKeys.Create();
        await using var owner = await Rooms.JoinAsync(server, new OwnerEntry(room), room.Owner);

        await using var guest = await Rooms.JoinAsync(server, new PasswordEntry(room.Room, "correct horse"), keys);
        Assert.Equal(Role.Viewer, guest.Role);

        using var otherKeys = MemberKeys.Create();
        var wrong = new PasswordEntry(room.Room, "battery staple");
        var refusal = await Assert.ThrowsAsync<RoomException>(() => Rooms.JoinAsync(server, wrong, otherKeys));
        Assert.Equal(Refusal.BadAccess, refusal.Code);
    }

    [Fact]
    public async Task K9_a_link_from_a_later_history_than_the_hub_shows_raises_the_alarm()
    {
        using var room = Rooms.Found();
        using var keys = MemberKeys.Create();
        await using var owner = await Rooms.JoinAsync(server, new OwnerEntry(room), room.Owner);
        var link = Rooms.LinkTo(room, Role.Editor, server).Link;

        foreach (var other in (Link[])[link with { Version = 1 }, link with { Hash = new byte[8] }])
        {
            var alarm = await Assert.ThrowsAsync<RoomException>(() =>
                Rooms.JoinAsync(server, new LinkEntry(other), keys)
            );
            Assert.Equal(Refusal.Alarm, alarm.Code);
        }
    }

    [Fact]
    public async Task W6_presence_reaches_who_is_here_and_is_not_kept()
    {
        using var room = Rooms.Found();
        using var guestKeys = MemberKeys.Create();
        await using var owner = await Rooms.JoinAsync(server, new OwnerEntry(room), room.Owner);
        await using var guest = await Rooms.JoinAsync(server, Rooms.LinkTo(room, Role.Viewer, server), guestKeys);
        byte[] payload = [.. new byte[16], 1, 0, 0, 0, 7, 0];

        Assert.True(guest.Relay(RecordClass.Presence, guest.Streams.Presence, payload));
        var heard = await owner.Relays.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal((RecordClass.Presence, guest.Member), (heard.Class, heard.Author));
        Assert.Equal(payload, heard.Payload);
    }

    [Fact]
    public async Task A_room_that_is_not_there_is_said_not_to_be_there()
    {
        using var room = Rooms.Found();
        using var keys = MemberKeys.Create();
        var refusal = await Assert.ThrowsAsync<RoomException>(() =>
            Rooms.JoinAsync(server, Rooms.LinkTo(room, Role.Editor, server), keys)
        );
        Assert.Equal(Refusal.NoSuchRoom, refusal.Code);
    }

    [Fact]
    public async Task Leaving_ends_the_logs_and_fails_what_has_not_landed()
    {
        using var room = Rooms.Found();
        var owner = await Rooms.JoinAsync(server, new OwnerEntry(room), room.Owner);
        var chat = owner.Open(owner.Streams.Chat);
        await owner.SayAsync(chat, "bye");
        await owner.DisposeAsync();

        Assert.Null(await owner.Ended);
        Assert.Equal("bye", await chat.HearAsync());
        Assert.False(await chat.Positions.WaitToReadAsync(TestContext.Current.CancellationToken));
    }

    private static Task<Position> CreateFileAsync(RoomConnection member, StreamLog tree)
    {
        var clear = new byte[33];
        clear[0] = 1; // the node's id
        clear[32] = 1; // create a file, in the root
        var payload = new TreePayload { OpId = 1, Name = "a.txt"u8 }.Encode();
        return member.AppendAsync(tree, RecordClass.Tree, clear, payload, TestContext.Current.CancellationToken);
    }
}
