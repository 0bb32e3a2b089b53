using System.Buffers.Binary;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text.Json;
using Coterie.Client;
using Coterie.Hub;
using Coterie.Protocol;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Runs;
using Coterie.Protocol.Wire;
using Coterie.Server;
using Coterie.Server.Settings;

namespace Coterie.Runs.Tests.Rooms;

/// <summary>Section 16 as a member meets it: over real sockets, in a real sandbox.</summary>
public sealed class RoomRunTests : IAsyncLifetime
{
    private RunRoom room = null!;

    public async ValueTask InitializeAsync() => room = await RunRoom.OpenAsync();

    public ValueTask DisposeAsync() => room.DisposeAsync();

    [Fact]
    public async Task X1_X4_a_member_runs_a_program_and_others_watch_it_by_what_stands_in_the_log()
    {
        using var editor = MemberKeys.Create();
        using var viewer = MemberKeys.Create();
        await using var ada = await room.EnterAsync(Role.Editor, editor);
        await using var vera = await room.EnterAsync(Role.Viewer, viewer);
        await using var line = await room.StartAsync(ada, RunRoom.Python("print('Hello, room!')"));

        Assert.IsType<RunEvent.Begun>(await line.NextAsync());
        var (said, ended) = await line.EndAsync();
        Assert.Equal("Hello, room!\n", said);
        Assert.Equal((RunEnd.Exited, (ushort)0, ""), (ended.End, ended.ExitCode, ended.Complaint));
        Assert.Equal(RunFlags.None, ended.Flags & ~RunFlags.Approximate);
        Assert.True(ended.WallMs > 0);
        if (ended.Flags == RunFlags.None)
            Assert.True(ended is { CpuMs: > 0, PeakBytes: > 1 << 20 }); // counted, and not looked at now and then

        var position = await vera.Open(vera.Streams.Runs).Positions.ReadAsync(TestContext.Current.CancellationToken);
        Assert.True(RunClear.TryRead(position.Clear, out var clear));
        Assert.True(RunRequest.TryParse(position.Payload, out var request, out _));
        Assert.Equal((ada.Member, line.Run, "main.py"), (position.Author, clear.Run, request.Entry));
        await using var watching = await RunLine.ConnectAsync(room.Server);
        await watching.WatchAsync(clear.Run, request.RunKey);
        Assert.Equal((said, ended), await watching.EndAsync());
        await using var late = await RunLine.ConnectAsync(room.Server);
        await late.WatchAsync(clear.Run, request.RunKey, from: 2);
        Assert.Equal("", (await LastAsync(late)).Complaint);
    }

    [Fact]
    public async Task X1_where_the_policy_has_no_runs_the_request_does_not_land()
    {
        await using var quiet = await RunRoom.OpenAsync(policy: Policy.ViewersChat);
        await using var line = await RunLine.ConnectAsync(quiet.Server);
        var refused = await Assert.ThrowsAsync<RoomException>(() =>
            quiet.RequestAsync(quiet.Owner, line, RunRoom.Python("print(1)"))
        );
        Assert.Equal(Refusal.Forbidden, refused.Code);
    }

    [Fact]
    public async Task X2_nothing_starts_without_a_request_nor_twice_by_one_nor_in_another_room()
    {
        var order = RunRoom.Python("print('once')");
        await using var none = await RunLine.ConnectAsync(room.Server);
        await none.StartAsync(room.Room, RunKeys.SealOrder(none.ServerKey, room.Room, order), order);
        Assert.Equal(Refusal.Run, await none.RefusalAsync());

        await using var first = await RunLine.ConnectAsync(room.Server);
        var sealedOrder = await room.RequestAsync(room.Owner, first, order);
        await using var elsewhere = await RunLine.ConnectAsync(room.Server);
        await elsewhere.StartAsync(new RoomId(7), sealedOrder, order);
        Assert.Equal(Refusal.Run, await elsewhere.RefusalAsync());
        await first.StartAsync(room.Room, sealedOrder, order);
        Assert.Equal("once\n", (await first.EndAsync()).Said);
        await using var second = await RunLine.ConnectAsync(room.Server);
        await second.StartAsync(room.Room, sealedOrder, order);
        Assert.Equal(Refusal.Run, await second.RefusalAsync());
    }

    [Fact]
    public async Task X2_nothing_starts_for_who_has_left()
    {
        using var keys = MemberKeys.Create();
        var ada = await room.EnterAsync(Role.Editor, keys);
        var order = RunRoom.Python("print(1)");
        await using var line = await RunLine.ConnectAsync(room.Server);
        var sealedOrder = await room.RequestAsync(ada, line, order);
        await ada.DisposeAsync();
        await line.StartAsync(room.Room, sealedOrder, order);
        Assert.Equal(Refusal.Run, await line.RefusalAsync());
    }

    [Fact]
    public async Task X3_a_run_whose_author_is_gone_is_stopped_and_its_watchers_are_told()
    {
        using var keys = MemberKeys.Create();
        var ada = await room.EnterAsync(Role.Editor, keys);
        await using var line = await room.StartAsync(ada, RunRoom.Python("input('waits')", terminal: true));
        await line.UntilAsync("waits");
        await ada.DisposeAsync();
        var (_, ended) = await line.EndAsync();
        Assert.Equal(RunEnd.Stopped, ended.End);
    }

    [Fact]
    public async Task X4_who_does_not_know_the_run_key_sees_nothing()
    {
        await using var line = await room.StartAsync(room.Owner, RunRoom.Python("print('secret')"));
        await line.EndAsync();
        await using var stranger = await RunLine.ConnectAsync(room.Server);
        await stranger.WatchAsync(line.Run, new byte[32]);
        Assert.Equal(Refusal.Run, await stranger.RefusalAsync());
        await using var unknown = await RunLine.ConnectAsync(room.Server);
        await unknown.WatchAsync(RunId.Read(new byte[16]), new byte[32]);
        Assert.Equal(Refusal.Run, await unknown.RefusalAsync());
    }

    [Fact]
    public async Task X5_who_holds_the_hand_key_types_resizes_and_stops()
    {
        const string program =
            "import os\nname = input('Who? ')\nprint('Hello,', name, os.get_terminal_size().columns)\nwhile True: input()";
        var order = RunRoom.Python(program, terminal: true);
        await using var line = await room.StartAsync(room.Owner, order);
        await line.UntilAsync("Who? ");
        await line.CommandAsync(new RunCommand.Size(101, 20));
        await line.TypeAsync("Ada\r");
        await line.UntilAsync("Hello, Ada 101");
        await using var shared = await RunLine.ConnectAsync(room.Server);
        await shared.WatchAsync(line.Run, order.RunKey);
        await shared.CommandAsync(new RunCommand.Stop(), order.HandKey);
        var (_, ended) = await line.EndAsync();
        Assert.Equal((RunEnd.Stopped, RunFlags.Typed), (ended.End, ended.Flags & RunFlags.Typed));
    }

    [Fact]
    public async Task X11_who_watches_is_told_the_size_of_the_terminal_first_and_as_it_changes()
    {
        var order = RunRoom.Python("input('waits')", terminal: true);
        await using var line = await room.StartAsync(room.Owner, order);
        await line.UntilAsync("waits");
        await line.CommandAsync(new RunCommand.Size(80, 24)); // as it is
        for (ushort columns = 1; columns <= Limits.MaxRunSizes; columns++)
            await line.CommandAsync(new RunCommand.Size(columns, 20));
        await line.CommandAsync(new RunCommand.Size(7, 7)); // one too many
        await line.TypeAsync("\r");
        await using var watcher = await RunLine.ConnectAsync(room.Server);
        await watcher.WatchAsync(line.Run, order.RunKey);
        var sizes = new List<RunEvent.Sized>();
        while (await watcher.NextAsync() is { } happened and not RunEvent.Ended)
            if (happened is RunEvent.Sized sized)
                sizes.Add(sized);
        Assert.Equal(1 + Limits.MaxRunSizes, sizes.Count);
        Assert.Equal([new(80, 24), new(1, 20)], sizes[..2]);
        Assert.Equal(new(1_000, 20), sizes[^1]);

        await using var pipes = await room.StartAsync(room.Owner, RunRoom.Python("print('no terminal')"));
        while (await pipes.NextAsync() is { } happened and not RunEvent.Ended)
            Assert.IsNotType<RunEvent.Sized>(happened);
    }

    [Fact]
    public async Task X5_a_command_under_another_key_or_out_of_its_place_ends_the_connection_and_not_the_run()
    {
        var order = RunRoom.Python("print(input('Who? '))", terminal: true);
        await using var line = await room.StartAsync(room.Owner, order);
        await line.UntilAsync("Who? ");
        await using var watcher = await RunLine.ConnectAsync(room.Server);
        await watcher.WatchAsync(line.Run, order.RunKey);
        await watcher.CommandAsync(new RunCommand.Stop(), order.RunKey);
        Assert.Equal(Refusal.Malformed, await watcher.RefusalAsync());
        await using var again = await RunLine.ConnectAsync(room.Server);
        await again.WatchAsync(line.Run, order.RunKey);
        await again.CommandAsync(new RunCommand.Type("a"u8.ToArray()), order.HandKey);
        await again.SendAsync([(byte)RunFrame.Watch]);
        Assert.Equal(Refusal.Malformed, await again.RefusalAsync());
        await line.TypeAsync("still here\r");
        Assert.Contains("still here", (await line.EndAsync()).Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task X5_who_is_lent_the_hand_types_until_it_is_taken_back_and_lends_nothing_on()
    {
        var order = RunRoom.Python("print('ready')\nwhile True: print('read', input())", terminal: true);
        await using var line = await room.StartAsync(room.Owner, order);
        await line.UntilAsync("ready");
        var (first, second) = (RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));
        await using var watcher = await RunLine.ConnectAsync(room.Server);
        await watcher.WatchAsync(line.Run, order.RunKey);
        await line.CommandAsync(new RunCommand.Lend(first));
        await line.TypeAsync("own\r");
        await watcher.UntilAsync("read own"); // behind what was lent
        await watcher.CommandAsync(new RunCommand.Type("lent\r"u8.ToArray()), first);
        await line.UntilAsync("read lent");
        await watcher.CommandAsync(new RunCommand.Lend(second), first);
        Assert.Equal(Refusal.Malformed, await watcher.RefusalAsync());
        await line.CommandAsync(new RunCommand.Lend([]));
        await line.TypeAsync("again\r");
        await line.UntilAsync("read again");
        foreach (var key in new[] { first, second })
        {
            await using var late = await RunLine.ConnectAsync(room.Server);
            await late.WatchAsync(line.Run, order.RunKey);
            await late.CommandAsync(new RunCommand.Stop(), key);
            Assert.Equal(Refusal.Malformed, await late.RefusalAsync());
        }
        await line.TypeAsync("still here\r"); // nobody has stopped it
        await line.UntilAsync("read still here");
    }

    [Fact]
    public async Task X6_what_is_no_order_is_refused()
    {
        var order = RunRoom.Python("print(1)") with { Language = "x" };
        await using var line = await RunLine.ConnectAsync(room.Server);
        var bytes = order.Encode();
        bytes[0] = 9;
        byte[] info = [.. "coterie/1/run\0"u8, .. new byte[16]];
        room.Room.CopyTo(info.AsSpan(info.Length - 16));
        var sealedOrder = Protocol.Keys.Hpke.Seal(line.ServerKey, info, [], bytes);
        var run = RunKeys.IdOf(room.Room, sealedOrder);
        await room.Owner.AppendAsync(
            room.Owner.Open(room.Owner.Streams.Runs),
            RecordClass.Run,
            new RunClear(RunKind.Request, run).Encode(),
            ReadOnlyMemory<byte>.Empty,
            TestContext.Current.CancellationToken
        );
        await line.StartAsync(room.Room, sealedOrder, order);
        Assert.Equal(Refusal.Malformed, await line.RefusalAsync());
    }

    [Theory]
    [InlineData("klingon", "main.py", "There is no language")]
    [InlineData("python", "../main.py", "leads out of")]
    [InlineData("java", "main-file.java", "cannot begin a Java program")]
    public async Task X6_what_cannot_be_run_ends_with_a_sentence_that_says_why(
        string language,
        string entry,
        string words
    )
    {
        await using var line = await room.StartAsync(room.Owner, RunRoom.Order(language, entry, "print(1)"));
        var (_, ended) = await line.EndAsync();
        Assert.Equal(RunEnd.NotStarted, ended.End);
        Assert.Contains(words, ended.Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task X7_who_waits_is_told_how_many_are_ahead_and_may_stop()
    {
        await using var narrow = await RunRoom.OpenAsync(slots: 1);
        var waits = RunRoom.Python("input('here')", terminal: true);
        await using var first = await narrow.StartAsync(narrow.Owner, waits);
        await first.UntilAsync("here");
        await using var second = await narrow.StartAsync(narrow.Owner, RunRoom.Python("print(2)"));
        Assert.Equal(new RunEvent.Queued(0), await second.NextAsync());
        await using var third = await narrow.StartAsync(narrow.Owner, RunRoom.Python("print(3)"));
        Assert.Equal(new RunEvent.Queued(1), await third.NextAsync());
        await second.CommandAsync(new RunCommand.Stop());
        Assert.Equal(RunEnd.Stopped, (await second.EndAsync()).Ended.End);
        Assert.Equal(new RunEvent.Queued(0), await third.NextAsync());
        await first.TypeAsync("\r");
        Assert.Equal("3\n", (await third.EndAsync()).Said);
    }

    [Fact]
    public async Task X7_many_that_wait_and_stop_at_once_end_all()
    {
        await using var narrow = await RunRoom.OpenAsync(slots: 1);
        await using var first = await narrow.StartAsync(narrow.Owner, RunRoom.Python("input('here')", terminal: true));
        await first.UntilAsync("here");
        var lines = new List<RunLine>();
        for (var i = 0; i < 20; i++)
            lines.Add(await narrow.StartAsync(narrow.Owner, RunRoom.Python("input()", terminal: true)));
        await Task.WhenAll(lines.Select(line => line.CommandAsync(new RunCommand.Stop())));
        foreach (var line in lines)
        {
            Assert.Equal(RunEnd.Stopped, (await line.EndAsync()).Ended.End);
            await line.DisposeAsync();
        }
        await first.TypeAsync("\r");
        Assert.Equal(RunEnd.Exited, (await first.EndAsync()).Ended.End);
    }

    [Fact]
    public async Task X6_an_order_of_megabytes_arrives_whole_and_one_that_is_too_large_is_not_taken()
    {
        var files = Enumerable
            .Range(0, 70)
            .Select(nth => new RunFile($"data/{nth}.bin", RandomNumberGenerator.GetBytes(100_000)))
            .Append(new RunFile("main.py", "import os; print(len(os.listdir('data')))"u8.ToArray()));
        var order = RunRoom.Python("") with { Files = [.. files] };
        await using var line = await room.StartAsync(room.Owner, order);
        Assert.Equal("70\n", (await line.EndAsync()).Said);
        await using var more = await RunLine.ConnectAsync(room.Server);
        await more.SendAsync(new byte[Limits.MaxRunOrderBytes + 200]);
        await Assert.ThrowsAsync<WebSocketException>(more.ReadAsync);
    }

    [Fact]
    public async Task X10_an_order_that_was_sealed_to_the_key_of_another_start_is_not_opened()
    {
        await using var old = await RunLine.ConnectAsync(room.Server);
        await room.RestartAsync();
        await using var line = await RunLine.ConnectAsync(room.Server);
        Assert.NotEqual(old.ServerKey, line.ServerKey);

        await using var now = await RunRoom.OpenAsync();
        var order = RunRoom.Python("print(1)");
        var sealedOrder = await now.RequestAsync(now.Owner, old, order);
        await using var starting = await RunLine.ConnectAsync(now.Server);
        await starting.StartAsync(now.Room, sealedOrder, order);
        Assert.Equal(Refusal.Run, await starting.RefusalAsync());
    }

    [Fact]
    public async Task X10_the_server_says_what_runs_here()
    {
        using var http = new HttpClient { BaseAddress = room.Server };
        var text = await http.GetStringAsync("/run", TestContext.Current.CancellationToken);
        using var json = JsonDocument.Parse(text);
        Assert.False(json.RootElement.TryGetProperty("problem", out _));
        Assert.Contains(
            "namespaces",
            json.RootElement.GetProperty("protections").GetString(),
            StringComparison.Ordinal
        );
        var python = json.RootElement.GetProperty("languages").EnumerateArray().First();
        Assert.Equal(
            ("python", true, 128, true),
            (
                python.GetProperty("id").GetString(),
                python.GetProperty("installed").GetBoolean(),
                python.GetProperty("memoryMB").GetInt32(),
                python.GetProperty("arguments").GetBoolean()
            )
        );
    }

    [Fact]
    public async Task X10_a_server_that_runs_nothing_says_so()
    {
        await using var none = await RunRoom.OpenAsync(slots: 0);
        using var http = new HttpClient { BaseAddress = none.Server };
        var text = await http.GetStringAsync("/run", TestContext.Current.CancellationToken);
        Assert.Contains("--runs", text, StringComparison.Ordinal);
        await using var line = await none.StartAsync(none.Owner, RunRoom.Python("print(1)"));
        Assert.Contains("runs no programs", (await line.EndAsync()).Ended.Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_of_another_origin_is_not_served()
    {
        using var http = new HttpClient { BaseAddress = room.Server };
        using var asks = new HttpRequestMessage(HttpMethod.Get, "/run");
        asks.Headers.Add("Connection", "Upgrade");
        asks.Headers.Add("Upgrade", "websocket");
        asks.Headers.Add("Sec-WebSocket-Version", "13");
        asks.Headers.Add("Sec-WebSocket-Key", Convert.ToBase64String(new byte[16]));
        asks.Headers.Add("Origin", "https://elsewhere.example");
        using var answer = await http.SendAsync(asks, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task An_address_with_too_many_connections_is_told_so()
    {
        var data = Directory.CreateTempSubdirectory("coterie-runs-");
        var settings = new ServerSettings
        {
            Urls = ["http://127.0.0.1:0"],
            Data = data.FullName,
            TrustedProxies = [IPNetwork.Parse("127.0.0.1/32")],
            Hub = new HubOptions { ConnectionsPerAddress = 1 },
        };
        await using (var server = await CoterieServer.StartAsync(settings, TimeProvider.System))
        {
            var first = new byte[256];
            using var one = await FromAsync(new Uri(server.Urls[0]));
            await one.ReceiveAsync(first.AsMemory(), TestContext.Current.CancellationToken);
            using var more = await FromAsync(new Uri(server.Urls[0]));
            var second = new byte[256];
            await more.ReceiveAsync(second.AsMemory(), TestContext.Current.CancellationToken);
            Assert.Equal(((byte)RunAnswer.Welcome, (byte)RunAnswer.Refused), (first[0], second[0]));
            Assert.Equal(Refusal.RateLimited, (Refusal)BinaryPrimitives.ReadUInt16BigEndian(second.AsSpan(1)));
        }
        data.Delete(recursive: true);
    }

    private static async Task<ClientWebSocket> FromAsync(Uri server)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", server.GetLeftPart(UriPartial.Authority));
        socket.Options.SetRequestHeader("X-Forwarded-For", "203.0.113.7");
        var url = new UriBuilder(server) { Scheme = "ws", Path = "/run" }.Uri;
        await socket.ConnectAsync(url, TestContext.Current.CancellationToken);
        return socket;
    }

    [Fact]
    public async Task All_that_a_program_says_arrives_however_much_it_is()
    {
        await using var line = await room.StartAsync(room.Owner, RunRoom.Python("print('0123456789' * 80_000)"));
        var (said, _) = await line.EndAsync();
        Assert.Equal(800_001, said.Length);
        await using var more = await room.StartAsync(room.Owner, RunRoom.Python("print('0123456789' * 200_000)"));
        var (cut, ended) = await more.EndAsync();
        Assert.Equal((1 << 20, RunFlags.OutputCut), (cut.Length, ended.Flags & RunFlags.OutputCut));
    }

    private static async Task<RunEnded> LastAsync(RunLine line)
    {
        while (true)
            if (await line.NextAsync() is RunEvent.Ended { What: var ended })
                return ended;
    }
}
