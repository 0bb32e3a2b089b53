using Coterie.Hub.Tests.World;
using Coterie.Protocol;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Tests;

/// <summary>The order of a connection (W2), entering (K6), and how records reach people (W3–W7).</summary>
public sealed class FlowTests : IAsyncLifetime
{
    private readonly TestRoom room = new();
    private TestHost host = null!;

    public async ValueTask InitializeAsync() => host = await TestHost.StartAsync();

    public async ValueTask DisposeAsync() => await host.DisposeAsync();

    [Theory]
    [InlineData(RoomKind.Memory)]
    [InlineData(RoomKind.Permanent)]
    public async Task W5_the_author_gets_an_ack_in_place_of_its_own_deliver(RoomKind kind)
    {
        await using var ada = await TestClient.FoundAsync(host, room, kind);
        await using var bob = await TestClient.EnterAsync(host, room, Role.Editor);
        await ada.NextAsync(HubFrame.Member);
        await ada.SubscribeAsync(room.Streams.Chat);
        await bob.SubscribeAsync(room.Streams.Chat);
        await ada.NextAsync(HubFrame.Stream);
        await bob.NextAsync(HubFrame.Stream);

        await ada.AppendAsync(ada.Record(RecordClass.Chat, room.Streams.Chat, clear: [0]));
        await ada.NextAsync(HubFrame.Ack);
        await bob.NextAsync(HubFrame.Deliver);
        await bob.AppendAsync(bob.Record(RecordClass.Chat, room.Streams.Chat, clear: [0]));
        await bob.NextAsync(HubFrame.Ack);
        await ada.NextAsync(HubFrame.Deliver);

        Assert.Equal(ada.HeadOf(room.Streams.Chat), bob.HeadOf(room.Streams.Chat));
        Assert.Equal([1UL, 2], bob.Seqs);
    }

    [Fact]
    public async Task W1_a_frame_that_does_not_parse_ends_the_connection_with_Malformed()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        byte[][] broken =
        [
            [0, 0, 0, 0],
            [0, 0, 0, 9, (byte)ClientFrame.Ping],
            [0, 0, 0, 1, 99],
            [0, 0, 0, 1, (byte)ClientFrame.Append],
            [0, 0, 0, 2, (byte)ClientFrame.Leave, 1],
            [1, 2],
        ];
        foreach (var message in broken)
        {
            await using var client = await TestClient.EnterAsync(host, room, Role.Editor);
            await client.SendRawAsync(message);
            var (code, fatal, _) = (await client.UntilAsync(HubFrame.Error)).Error();
            Assert.Equal((Refusal.Malformed, true), (code, fatal));
            Assert.Null(await client.NextAsync());
        }
    }

    [Fact]
    public async Task W1_many_frames_make_a_message_but_a_text_and_an_oversized_one_end_the_connection()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        var pings = Enumerable
            .Repeat(new byte[] { 0, 0, 0, 9, (byte)ClientFrame.Ping, 0, 0, 0, 0, 0, 0, 0, 1 }, 1000)
            .SelectMany(ping => ping);
        await ada.SendRawAsync(pings.ToArray());
        for (var count = 0; count < 1000; count++)
        {
            await ada.NextAsync(HubFrame.Pong);
        }
        await using var bob = await TestClient.EnterAsync(host, room, Role.Editor);
        await bob.SendRawAsync(new byte[Limits.MaxMessageBytes + 1]);
        Assert.Equal(Refusal.Malformed, (await bob.UntilAsync(HubFrame.Error)).Error().Code);
        await using var eve = await TestClient.EnterAsync(host, room, Role.Editor);
        await eve.SendRawAsync("hello"u8.ToArray(), System.Net.WebSockets.WebSocketMessageType.Text);
        Assert.Equal(Refusal.Malformed, (await eve.UntilAsync(HubFrame.Error)).Error().Code);
    }

    [Fact]
    public async Task W2_what_comes_out_of_order_is_told_so_and_the_connection_goes_on()
    {
        await using var ada = await TestClient.ConnectAsync(host, room, room.Owner);
        await ada.SendAsync(output => new Look { Room = room.Id }.Write(output));
        await ExpectOutOfOrderAsync(ada, "hello");
        await ada.SendAsync(output => new Ping { Nonce = 1 }.Write(output));
        await ExpectOutOfOrderAsync(ada, "hello");
        await ada.SendAsync(output => new Hello { Suite = 1 }.Write(output));
        await ada.NextAsync(HubFrame.Welcome);
        await ada.SendAsync(output => new Hello { Suite = 1 }.Write(output));
        await ExpectOutOfOrderAsync(ada, "once");
        await ada.SendAsync(output => new Unsubscribe { Stream = default }.Write(output));
        await ExpectOutOfOrderAsync(ada, "room first");
        await ada.CreateAsync(RoomKind.Memory);
        await ada.NextAsync(HubFrame.Created);
        await ada.SendAsync(output => new Unsubscribe { Stream = default }.Write(output));
        await ExpectOutOfOrderAsync(ada, "Join");
        await ada.JoinAsync(Role.Owner);
        await ada.SendAsync(output => new Look { Room = room.Id }.Write(output));
        await ExpectOutOfOrderAsync(ada, "before");
        await ada.CreateAsync(RoomKind.Memory);
        await ExpectOutOfOrderAsync(ada, "create");
        Assert.Empty(await ada.SettleAsync());
    }

    private static async Task ExpectOutOfOrderAsync(TestClient client, string word)
    {
        var (code, fatal, text) = (await client.NextAsync(HubFrame.Error)).Error();
        Assert.Equal((Refusal.OutOfOrder, false), (code, fatal));
        Assert.Contains(word, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task W2_another_suite_is_refused()
    {
        await using var ada = await TestClient.ConnectAsync(host, room);
        await ada.SendAsync(output => new Hello { Suite = 2 }.Write(output));
        Assert.Equal(Refusal.Suite, (await ada.NextAsync(HubFrame.Error)).Error().Code);
        Assert.Null(await ada.NextAsync());
    }

    [Fact]
    public async Task W2_one_may_look_at_several_rooms_and_join_the_last()
    {
        var other = new TestRoom();
        await using var ada = await TestClient.FoundAsync(host, room);
        await using var olga = await TestClient.FoundAsync(host, other, RoomKind.Memory);
        await using var bob = await TestClient.GreetAsync(host, room);
        await bob.SendAsync(output => new Look { Room = other.Id }.Write(output));
        await bob.NextAsync(HubFrame.Room);
        await bob.SendAsync(output => new Look { Room = new RoomId(77) }.Write(output));
        Assert.Equal(Refusal.NoSuchRoom, (await bob.NextAsync(HubFrame.Error)).Error().Code);
        await bob.LookAsync();
        await bob.JoinAsync(Role.Editor);
        Assert.Single(await ada.SettleAsync(), frame => frame.Type == HubFrame.Member);
        Assert.Empty(await olga.SettleAsync());
    }

    [Fact]
    public async Task K14_a_door_is_given_out_until_its_time_is_over()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        await using var bob = await TestClient.GreetAsync(host, room);
        foreach (var (minutes, answer) in new[] { (-1, HubFrame.Error), (1, HubFrame.Door), (0, HubFrame.Door) })
        {
            var until = (ulong)TimeProvider.System.GetUtcNow().AddMinutes(minutes).ToUnixTimeMilliseconds();
            var admissions = minutes == 0 ? Admissions.Open : Admissions.Open | Admissions.Timed;
            var next = room.Next(draft => draft with { Admissions = admissions, Until = until });
            await ada.SendAsync(output => ManifestChange.Write(output, next.Encoded, []));
            await ada.UntilAsync(HubFrame.Manifest);
            room.Take(next);
            await OpenAsync(bob, 1, room.Access[0]);
            var told = await bob.UntilAsync(answer);
            Assert.True(answer != HubFrame.Error || told.Error().Code == Refusal.Expired);
        }
    }

    [Fact]
    public async Task K6_a_door_opens_to_its_access_key_only()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        await using var bob = await TestClient.GreetAsync(host, room);
        await OpenAsync(bob, 1, new byte[32]);
        Assert.Equal(Refusal.BadAccess, (await bob.NextAsync(HubFrame.Error)).Error().Code);
        await OpenAsync(bob, 2, room.Access[0]);
        Assert.Equal(Refusal.BadAccess, (await bob.NextAsync(HubFrame.Error)).Error().Code);
        await OpenAsync(bob, 1, room.Access[0]);
        await bob.NextAsync(HubFrame.Room);
        var door = await bob.NextAsync(HubFrame.Door);
        Assert.True(DoorFrame.TryParse(door.Body, out var frame, out _));
        Assert.Equal(room.Doors[0].Encoded, frame.Door);
        await bob.JoinAsync(Role.Editor);
    }

    private Task OpenAsync(TestClient client, byte door, byte[] access) =>
        client.SendAsync(output =>
            new Open
            {
                Room = room.Id,
                Door = door,
                Access = access,
            }.Write(output)
        );

    [Fact]
    public async Task W3_a_member_and_its_manifest_are_sent_before_its_record_even_when_it_has_left()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        SessionId gone;
        await using (var bob = await TestClient.EnterAsync(host, room, Role.Editor))
        {
            gone = bob.Session!.Id;
            await bob.WriteAsync(RecordClass.Chat, room.Streams.Chat, clear: [0]);
        }
        var next = room.Next(draft => draft with { Policy = Policy.ViewersChat });
        await ada.SendAsync(output =>
            ManifestChange.Write(output, next.Encoded, [.. room.Doors.Select(door => door.Encoded.ToArray())])
        );
        await ada.UntilAsync(HubFrame.Manifest);
        await ada.SubscribeAsync(room.Streams.Chat);
        await ada.UntilAsync(HubFrame.Deliver);
        await ada.WriteAsync(RecordClass.Chat, room.Streams.Chat, clear: [0]);

        await using var cleo = await TestClient.EnterAsync(host, room, Role.Editor);
        await cleo.SettleAsync();
        Assert.DoesNotContain(gone, cleo.Met);
        await cleo.SubscribeAsync(room.Streams.Chat);
        await cleo.NextAsync(HubFrame.Stream);
        var member = await cleo.NextAsync(HubFrame.Member);
        Assert.Equal(0, member.Body[0]); // not live
        await cleo.NextAsync(HubFrame.Deliver);
        await cleo.NextAsync(HubFrame.Deliver); // Ada was met on joining
        Assert.Contains(gone, cleo.Met);
    }

    [Fact]
    public async Task W4_a_subscriber_is_sent_each_position_once_from_where_it_is()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        var chat = room.Streams.Chat;
        for (var count = 0; count < 20; count++)
        {
            await ada.WriteAsync(RecordClass.Chat, chat, new byte[20_000], [0]);
        }
        await using var bob = await TestClient.EnterAsync(host, room, Role.Editor);
        await bob.SubscribeAsync(chat);
        await bob.UntilAsync(HubFrame.Stream);
        for (var seq = 1UL; seq <= 20; seq++)
        {
            Assert.Equal(seq, (await bob.UntilAsync(HubFrame.Deliver)).Seq);
        }
        Assert.Equal(ada.HeadOf(chat), bob.HeadOf(chat));
        await bob.SendAsync(output => new Unsubscribe { Stream = chat }.Write(output));
        await bob.SettleAsync();
        await ada.WriteAsync(RecordClass.Chat, chat, clear: [0]);
        Assert.Empty(await bob.SettleAsync());
        await bob.SubscribeAsync(chat);
        await bob.NextAsync(HubFrame.Stream);
        Assert.Equal(21UL, (await bob.NextAsync(HubFrame.Deliver)).Seq);
        Assert.Empty(await bob.SettleAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public async Task W4_who_holds_another_history_is_refused_as_Forked(ulong seq)
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        await ada.WriteAsync(RecordClass.Chat, room.Streams.Chat, clear: [0]);
        await ada.WriteAsync(RecordClass.Chat, room.Streams.Chat, clear: [0]);
        await ada.SubscribeAsync(room.Streams.Chat, seq, new Digest(1, 2));
        Assert.Equal(Refusal.Forked, (await ada.NextAsync(HubFrame.Error)).Error().Code);
        await ada.SubscribeAsync(room.Streams.Chat);
        await ada.NextAsync(HubFrame.Stream);
        Assert.Empty(await ada.SettleAsync());
    }

    [Fact]
    public async Task W4_a_snapshot_comes_first_and_its_position_is_the_base()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        var chat = room.Streams.Chat;
        for (var count = 0; count < 3; count++)
        {
            await ada.WriteAsync(RecordClass.Chat, chat, clear: [0]);
        }
        var covered = ada.HeadOf(chat);
        await ada.WriteAsync(RecordClass.Chat, chat, clear: [0]);
        var clear = new byte[89];
        chat.CopyTo(clear);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(clear.AsSpan(16), covered.Seq);
        covered.Head.CopyTo(clear.AsSpan(24));
        await ada.WriteAsync(RecordClass.Snapshot, chat, clear: clear);
        await ada.WriteAsync(RecordClass.Chat, chat, clear: [0]);

        for (var time = 0; time < 2; time++) // the second time it comes from memory
        {
            await using var bob = await TestClient.EnterAsync(host, room, Role.Editor);
            await bob.SubscribeAsync(chat, SubscribeMode.Snapshot);
            var answer = await bob.UntilAsync(HubFrame.Stream);
            Assert.True(StreamFrame.TryParse(answer.Body, out var stream, out _));
            Assert.Equal((6UL, 3UL, covered.Head), (stream.HeadSeq, stream.BaseSeq, stream.BaseHead));
            Assert.Equal(5UL, (await bob.NextAsync(HubFrame.Snapshot)).Seq);
            for (var seq = 4UL; seq <= 6; seq++)
            {
                Assert.Equal(seq, (await bob.NextAsync(HubFrame.Deliver)).Seq);
            }
            Assert.Equal(ada.HeadOf(chat), bob.HeadOf(chat));
        }
        await using var cleo = await TestClient.EnterAsync(host, room, Role.Editor);
        await cleo.SubscribeAsync(chat);
        await cleo.UntilAsync(HubFrame.Stream);
        Assert.Equal(1UL, (await cleo.NextAsync(HubFrame.Deliver)).Seq); // mode 0 never
    }

    [Fact]
    public async Task W6_an_ephemeral_record_goes_to_every_other_session_and_is_not_stored()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        await using var bob = await TestClient.EnterAsync(host, room, Role.Viewer);
        await using var cleo = await TestClient.EnterAsync(host, room, Role.Editor);
        await ada.SettleAsync();
        await bob.SettleAsync();
        var presence = bob.Record(RecordClass.Presence, room.Streams.Presence);
        await bob.RelayAsync(presence);
        Assert.Equal(presence, (await ada.NextAsync(HubFrame.Relay)).Body);
        Assert.Equal(presence, (await cleo.NextAsync(HubFrame.Relay)).Body);
        Assert.Empty(await bob.SettleAsync());
        await ada.SubscribeAsync(room.Streams.Presence);
        Assert.Equal(0UL, new ByteReader((await ada.NextAsync(HubFrame.Stream)).Body.AsSpan(16)).U64());
    }

    [Fact]
    public async Task W7_a_second_join_ends_the_first_session_of_the_connection()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        await using var bob = await TestClient.EnterAsync(host, room, Role.Editor);
        await ada.SettleAsync();
        var first = bob.Session!.Id;
        await bob.AppendAsync(
            bob.Record(RecordClass.Chat, room.Streams.Chat, clear: [0], bend: header => header with { Counter = 5 })
        );
        Assert.Equal(Refusal.Counter, (await bob.NextAsync(HubFrame.Refused)).Refused().Code);
        await bob.JoinAsync(Role.Editor, first);
        var gone = await ada.NextAsync(HubFrame.Gone);
        Assert.Equal(first, SessionId.Read(gone.Body));
        await ada.NextAsync(HubFrame.Member);
        await bob.WriteAsync(RecordClass.Chat, room.Streams.Chat, clear: [0]);
        await bob.AppendAsync(
            bob.Record(RecordClass.Chat, room.Streams.Chat, clear: [0], bend: header => header with { Session = first })
        );
        Assert.Equal(Refusal.Session, (await bob.NextAsync(HubFrame.Refused)).Refused().Code);
    }

    [Fact]
    public async Task W8_errors_say_what_to_do_and_hold_no_secret()
    {
        await using var bob = await TestClient.GreetAsync(host, room);
        await bob.CreateAsync(RoomKind.Permanent, "a wrong but secret key"u8.ToArray());
        var (code, _, text) = (await bob.NextAsync(HubFrame.Error)).Error();
        Assert.Equal(Refusal.AdminKey, code);
        Assert.Contains("operator", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret key", text, StringComparison.Ordinal);
    }
}
