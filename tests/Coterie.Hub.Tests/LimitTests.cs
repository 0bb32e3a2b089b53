using Coterie.Hub.Connections;
using Coterie.Hub.Rooms;
using Coterie.Hub.Tests.World;
using Coterie.Protocol;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Tests;

/// <summary>Each bound of the hub, at it and one over it (L1), and what time does (H4, H7).</summary>
public sealed class LimitTests
{
    private static readonly HubOptions Patient = new()
    {
        HeardWithin = TimeSpan.MaxValue,
        JoinWithin = TimeSpan.MaxValue,
    };

    private readonly TestRoom room = new();

    [Fact]
    public async Task H4_a_memory_room_is_gone_five_minutes_after_its_last_session_and_not_before()
    {
        var clock = new ManualClock();
        await using var host = await TestHost.StartAsync(Patient, clock: clock);
        await using var ada = await TestClient.FoundAsync(host, room, RoomKind.Memory);
        clock.Advance(TimeSpan.FromHours(1)); // someone is in it
        await ada.WriteAsync(RecordClass.Chat, room.Streams.Chat, clear: [0]);
        await using var visitor = await TestClient.GreetAsync(host, room);
        await visitor.LookAsync();
        await ada.SendAsync(output => Carriers.Write(output, ClientFrame.Leave, []));
        Assert.Null(await ada.NextAsync());
        clock.Advance(TimeSpan.FromSeconds(Limits.MemoryRoomGraceSeconds - 1));
        await visitor.LookAsync();
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Refusal.NoSuchRoom, (await visitor.UntilAsync(HubFrame.Error)).Error().Code);
        await using var late = await TestClient.GreetAsync(host, room);
        await late.SendAsync(output => new Look { Room = room.Id }.Write(output));
        Assert.Equal(Refusal.NoSuchRoom, (await late.NextAsync(HubFrame.Error)).Error().Code);
        Assert.Equal(0, host.Hub.Health.Rooms);
    }

    [Fact(Timeout = 60_000)]
    public async Task H4_a_permanent_room_leaves_memory_and_stays()
    {
        var clock = new ManualClock();
        await using var host = await TestHost.StartAsync(clock: clock);
        await using var ada = await TestClient.FoundAsync(host, room);
        await ada.WriteAsync(RecordClass.Chat, room.Streams.Chat, clear: [0]);
        await ada.SendAsync(output => Carriers.Write(output, ClientFrame.Leave, []));
        Assert.Null(await ada.NextAsync());
        while (host.Hub.Health.Rooms > 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        await using var bob = await TestClient.EnterAsync(host, room, Role.Editor);
        await bob.SubscribeAsync(room.Streams.Chat);
        await bob.UntilAsync(HubFrame.Deliver);
    }

    [Fact]
    public async Task W9_a_connection_on_which_nobody_joins_in_time_ends_with_the_reason()
    {
        var clock = new ManualClock();
        var options = new HubOptions { JoinWithin = TimeSpan.FromMinutes(5), HeardWithin = TimeSpan.FromMinutes(2) };
        await using var host = await TestHost.StartAsync(options, clock: clock);
        await using var ada = await TestClient.FoundAsync(host, room, RoomKind.Memory);
        await using var silent = await TestClient.ConnectAsync(host, room);
        await using var visitor = await TestClient.GreetAsync(host, room);
        await visitor.LookAsync();
        for (var minute = 0; minute < 4; minute++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await ada.SettleAsync();
            await visitor.LookAsync(); // asking again is not joining
        }
        clock.Advance(TimeSpan.FromMinutes(1));
        foreach (var one in (TestClient[])[silent, visitor])
        {
            var (code, fatal, text) = (await one.UntilAsync(HubFrame.Error)).Error();
            Assert.Equal((Refusal.OutOfOrder, true), (code, fatal));
            Assert.Contains("in time", text, StringComparison.Ordinal);
            Assert.Null(await one.NextAsync());
        }
        await ada.SettleAsync();
    }

    [Fact]
    public async Task W9_a_member_who_pings_stays_and_one_who_falls_silent_is_given_up()
    {
        var clock = new ManualClock();
        var options = new HubOptions { HeardWithin = TimeSpan.FromMinutes(2) };
        await using var host = await TestHost.StartAsync(options, clock: clock);
        await using var ada = await TestClient.FoundAsync(host, room, RoomKind.Memory);
        await using var bob = await TestClient.EnterAsync(host, room, Role.Editor);
        clock.Advance(TimeSpan.FromSeconds(119));
        await ada.SettleAsync();
        clock.Advance(TimeSpan.FromSeconds(6));
        var (code, fatal, _) = (await bob.UntilAsync(HubFrame.Error)).Error();
        Assert.Equal((Refusal.OutOfOrder, true), (code, fatal));
        clock.Advance(TimeSpan.FromSeconds(6)); // for the closing, which bob does not answer
        await ada.UntilAsync(HubFrame.Gone);
        await ada.SettleAsync();
    }

    [Fact]
    public async Task W9_who_does_not_answer_the_closing_is_cut_off()
    {
        var clock = new ManualClock();
        await using var host = await TestHost.StartAsync(clock: clock);
        await using var stuck = await TestClient.GreetAsync(host, room);
        clock.Advance(TimeSpan.FromMinutes(6)); // not joined in time: told so, and the closing begins
        await stuck.NextAsync(HubFrame.Error); // and is never answered
        while (host.Hub.Connections > 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            clock.Advance(TimeSpan.FromSeconds(6));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public void H7_presence_above_its_rate_is_dropped_and_comes_back_with_time()
    {
        var bucket = PresenceBucket.Full(1_000);
        var sent = Enumerable.Range(0, 20).Count(_ => bucket.TryTake(1_000, out bucket));
        Assert.Equal(Limits.PresenceBurst, sent);
        Assert.False(bucket.TryTake(1_033, out bucket));
        Assert.True(bucket.TryTake(1_034, out bucket));
        sent = Enumerable.Range(0, 100).Count(_ => bucket.TryTake(9_000, out bucket));
        Assert.Equal(Limits.PresenceBurst, sent);
    }

    [Fact]
    public async Task H7_presence_above_its_rate_is_dropped_at_the_hub_and_nobody_is_told()
    {
        var clock = new ManualClock();
        await using var host = await TestHost.StartAsync(clock: clock);
        await using var ada = await TestClient.FoundAsync(host, room, RoomKind.Memory);
        await using var bob = await TestClient.EnterAsync(host, room, Role.Editor);
        await ada.SettleAsync();
        for (var count = 0; count < 30; count++)
        {
            await bob.RelayAsync(bob.Record(RecordClass.Presence, room.Streams.Presence));
            await bob.SettleAsync();
        }
        var relayed = (await ada.SettleAsync()).Count(frame => frame.Type == HubFrame.Relay);
        Assert.InRange(relayed, 1, Limits.PresenceBurst); // of those that waited together only the newest came
    }

    [Fact]
    public void H7_a_bucket_in_debt_says_how_long_to_wait()
    {
        var clock = new ManualClock();
        var bucket = new TokenBucket(10, 5);
        Assert.Equal(TimeSpan.Zero, bucket.Take(5, clock));
        Assert.Equal(TimeSpan.FromSeconds(1), bucket.Take(10, clock));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(0.1), bucket.Take(1, clock));
    }

    [Fact]
    public async Task H7_a_member_above_its_rate_is_not_read_until_its_time_comes()
    {
        var clock = new ManualClock();
        await using var host = await TestHost.StartAsync(
            new HubOptions { BurstFramesPerConnection = 20, FramesPerSecondPerConnection = 1 },
            clock: clock
        );
        await using var ada = await TestClient.FoundAsync(host, room, RoomKind.Memory);
        var start = clock.GetUtcNow();
        var done = false;
        for (var count = 0; count < 30; count++)
        {
            await ada.SendAsync(output => new Ping { Nonce = 1 }.Write(output));
        }
        var time = Task.Run(async () =>
        {
            while (!TestContext.Current.CancellationToken.IsCancellationRequested && !done)
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(1);
            }
        });
        for (var count = 0; count < 30; count++)
        {
            await ada.NextAsync(HubFrame.Pong);
        }
        done = true;
        await time;
        Assert.True(clock.GetUtcNow() - start >= TimeSpan.FromSeconds(10)); // 33 frames, 20 at once, 1 a second
    }

    [Fact]
    public async Task L1_W1_a_message_of_MaxMessageBytes_is_taken_whole()
    {
        await using var host = await TestHost.StartAsync(new HubOptions { BurstFramesPerConnection = 100_000 });
        await using var ada = await TestClient.FoundAsync(host, room, RoomKind.Memory);
        const int unsubscribes = 8; // of 21 bytes, which with pings of 13 fill a message to the byte
        const int pings = (Limits.MaxMessageBytes - 21 * unsubscribes) / 13;
        byte[] unsubscribe = [0, 0, 0, 17, (byte)ClientFrame.Unsubscribe, .. new byte[16]];
        byte[] ping = [0, 0, 0, 9, (byte)ClientFrame.Ping, .. new byte[8]];
        byte[] message =
        [
            .. Enumerable.Repeat(unsubscribe, unsubscribes).SelectMany(frame => frame),
            .. Enumerable.Repeat(ping, pings).SelectMany(frame => frame),
        ];
        Assert.Equal(Limits.MaxMessageBytes, message.Length);
        await ada.SendRawAsync(message);
        for (var count = 0; count < pings; count++)
        {
            await ada.NextAsync(HubFrame.Pong);
        }
        Assert.Empty(await ada.SettleAsync());
        await ada.SendRawAsync((byte[])[.. message, 0]);
        Assert.Equal(Refusal.Malformed, (await ada.UntilAsync(HubFrame.Error)).Error().Code);
    }

    [Fact]
    public async Task W7_a_connection_opens_the_set_number_of_sessions_and_is_dropped_at_one_more()
    {
        await using var limited = await TestHost.StartAsync(new HubOptions { SessionsPerConnection = 3 });
        await using var bob = await TestClient.FoundAsync(limited, room); // the first of three
        await bob.JoinAsync(Role.Owner, bob.Session!.Id);
        await bob.JoinAsync(Role.Owner, bob.Session!.Id);
        await bob.SendJoinAsync(bob.Sign(bob.Cert!, replaces: bob.Session!.Id));
        var (code, fatal, _) = (await bob.UntilAsync(HubFrame.Error)).Error();
        Assert.Equal((Refusal.RateLimited, true), (code, fatal));
        Assert.Null(await bob.NextAsync());
        await using var again = await TestClient.EnterAsync(limited, room, Role.Editor);
    }

    [Fact]
    public async Task S4_eight_sessions_per_member_and_the_set_number_per_room()
    {
        await using var host = await TestHost.StartAsync(new HubOptions { SessionsPerRoom = 10 });
        await using var ada = await TestClient.FoundAsync(host, room, RoomKind.Memory);
        using var key = SigningKey.Create();
        var open = new List<TestClient>();
        for (var count = 0; count < Limits.MaxSessionsPerMember; count++)
        {
            open.Add(await TestClient.EnterAsync(host, room, Role.Editor, key));
        }
        Assert.Equal(Refusal.RoomFull, await RefusedJoinAsync(host, key));
        open.Add(await TestClient.EnterAsync(host, room, Role.Editor)); // the tenth
        Assert.Equal(Refusal.RoomFull, await RefusedJoinAsync(host, SigningKey.Create()));
        await open[^1].SendAsync(output => Carriers.Write(output, ClientFrame.Leave, []));
        Assert.NotEqual(HubFrame.Error, (await open[^1].NextAsync())?.Type);
        await ada.UntilAsync(HubFrame.Gone);
        open.Add(await TestClient.EnterAsync(host, room, Role.Editor));
        foreach (var client in open)
        {
            await client.DisposeAsync();
        }
    }

    private async Task<Refusal> RefusedJoinAsync(TestHost host, SigningKey key)
    {
        await using var client = await TestClient.GreetAsync(host, room, key);
        await client.LookAsync();
        client.Cert = room.Certify(key, Role.Editor);
        await client.SendJoinAsync(client.Sign(client.Cert));
        return (await client.NextAsync(HubFrame.Error)).Error().Code;
    }

    [Theory]
    [InlineData(0, Refusal.None)]
    [InlineData(-1, Refusal.RoomFull)]
    public async Task A_room_takes_as_many_bytes_as_it_may(int spare, Refusal expected)
    {
        var size =
            new RecordSealer(room.EpochKey, default, RecordClass.Chat, default, default).Size(1, 3)
            + Envelope.HeadBytes;
        await using var host = await TestHost.StartAsync(new HubOptions { BytesPerRoom = size * 3 + spare });
        await using var ada = await TestClient.FoundAsync(host, room);
        await ada.WriteAsync(RecordClass.Chat, room.Streams.Chat, clear: [0]);
        await ada.WriteAsync(RecordClass.Chat, room.Streams.Chat, clear: [0]);
        await ada.AppendAsync(ada.Record(RecordClass.Chat, room.Streams.Chat, clear: [0]));
        var answer = await ada.NextAsync();
        Assert.Equal(expected, answer!.Type == HubFrame.Ack ? Refusal.None : answer.Refused().Code);
    }

    [Fact]
    public async Task A_connection_follows_as_many_streams_as_it_may()
    {
        await using var host = await TestHost.StartAsync(new HubOptions { StreamsPerConnection = 2 });
        await using var ada = await TestClient.FoundAsync(host, room);
        await ada.SubscribeAsync(room.Streams.Chat);
        await ada.NextAsync(HubFrame.Stream);
        await ada.SubscribeAsync(room.Streams.Tree);
        await ada.NextAsync(HubFrame.Stream);
        await ada.SubscribeAsync(room.Streams.Control);
        var refused = await ada.NextAsync(HubFrame.Error);
        Assert.Equal(Refusal.RoomFull, refused.Error().Code);
        Assert.Equal(room.Streams.Control, refused.ErrorStream); // W8
        await ada.SubscribeAsync(room.Streams.Tree); // again is not one more
        await ada.NextAsync(HubFrame.Stream);
    }

    [Fact]
    public async Task A_server_holds_as_many_rooms_as_it_may()
    {
        await using var host = await TestHost.StartAsync(new HubOptions { RoomsPerServer = 1 });
        await using var ada = await TestClient.FoundAsync(host, room);
        await using var bob = await TestClient.GreetAsync(host, new TestRoom());
        await bob.CreateAsync(RoomKind.Memory);
        Assert.Equal(Refusal.RoomFull, (await bob.NextAsync(HubFrame.Error)).Error().Code);
    }

    [Fact]
    public async Task H6_a_slow_reader_is_dropped_with_the_reason_and_resumes_without_loss_while_others_go_on()
    {
        await using var host = await TestHost.StartAsync(new HubOptions { QueuedBytesPerConnection = 512 * 1024 });
        await using var ada = await TestClient.FoundAsync(host, room);
        using var key = SigningKey.Create();
        var chat = room.Streams.Chat;
        var slow = await TestClient.EnterAsync(host, room, Role.Editor, key);
        await using var quick = await TestClient.EnterAsync(host, room, Role.Editor);
        await slow.SubscribeAsync(chat);
        await slow.UntilAsync(HubFrame.Stream);
        await quick.SubscribeAsync(chat);
        await quick.UntilAsync(HubFrame.Stream);
        const int records = 150;
        for (var count = 0; count < records; count++) // 15 MB: more than the sockets and the queue hold
        {
            await ada.WriteAsync(RecordClass.Chat, chat, new byte[100_000], [0]);
            await quick.UntilAsync(HubFrame.Deliver);
        }
        await ada.UntilAsync(HubFrame.Gone); // the slow one
        var code = Refusal.None;
        while (await slow.NextAsync() is { } frame)
        {
            code = frame.Type == HubFrame.Error ? frame.Error().Code : code;
        }
        Assert.Contains(code, new[] { Refusal.SlowReader, Refusal.None }); // none where it read nothing before its time was over
        var (seq, head) = slow.HeadOf(chat);
        Assert.InRange(seq, 0UL, records - 1UL);
        await slow.DisposeAsync();

        await using var back = await TestClient.EnterAsync(host, room, Role.Editor, key);
        await back.SubscribeAsync(chat, seq, head);
        await back.UntilAsync(HubFrame.Stream);
        while (back.HeadOf(chat).Seq < records)
        {
            await back.UntilAsync(HubFrame.Deliver);
        }
        Assert.Equal(ada.HeadOf(chat), back.HeadOf(chat));
        Assert.Equal(ada.HeadOf(chat), quick.HeadOf(chat));
    }
}
