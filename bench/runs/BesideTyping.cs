using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Coterie.Client;
using Coterie.Client.Founding;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Runs;
using Coterie.Protocol.Wire;

namespace Coterie.Bench.Runs;

/// <summary>
/// What runs do to people who write: how long a line takes from one member to another by a server of its own process, while nothing runs there, and while a
/// hundred programs that only spin wait and run. Quiet and busy by turns.
/// </summary>
internal static class BesideTyping
{
    private const int Waiting = 100;
    private const int Rounds = 2;
    private const int LinesPerRound = 150;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task<Dictionary<string, double>> MeasureAsync()
    {
        var data = Directory.CreateTempSubdirectory("coterie-bench-");
        using var server = await StartAsync(data.FullName);
        try
        {
            var url = new Uri("http://127.0.0.1:5399");
            await using var typing = await Pair.OpenAsync(url);
            var (quiet, busy) = (new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                await typing.LinesAsync(quiet, LinesPerRound, Pause);
                await using var spinners = await Spinners.StartAsync(url, Waiting);
                await typing.LinesAsync(busy, LinesPerRound, Pause);
            }
            var results = new Dictionary<string, double>(StringComparer.Ordinal);
            foreach (var (name, all) in new[] { ("quiet", quiet), ("busy", busy) })
            {
                results[name + " p50 ms"] = Of(all, 0.5);
                results[name + " p99 ms"] = Of(all, 0.99);
            }
            Console.WriteLine("\n| a line from one member to another, ms | p50 | p99 |\n|---|---|---|");
            Console.WriteLine(Row("nothing runs", results["quiet p50 ms"], results["quiet p99 ms"]));
            Console.WriteLine(
                Row($"{Waiting} spinning programs wait and run", results["busy p50 ms"], results["busy p99 ms"])
            );
            return results;
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();
            data.Delete(recursive: true);
        }
    }

    private static double Of(List<double> all, double part) => all.Order().ElementAt((int)(all.Count * part));

    private static string Row(string name, double half, double most) =>
        string.Create(CultureInfo.InvariantCulture, $"| {name} | {half:0.00} | {most:0.00} |");

    private static async Task<Process> StartAsync(string data)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (
            var word in new[]
            {
                "src/Coterie.Cli/bin/Release/net10.0/coterie.dll",
                "serve",
                "--urls",
                "http://127.0.0.1:5399",
                "--data",
                data,
                "--runs",
                "4",
            }
        )
            start.ArgumentList.Add(word);
        var server = Process.Start(start)!;
        while (await server.StandardOutput.ReadLineAsync() is { } line)
            if (line.StartsWith("programs run here", StringComparison.Ordinal))
                return server;
        throw new InvalidOperationException("The server runs no programs here.");
    }

    /// <summary>Two members of a room.</summary>
    private sealed class Pair(FoundedRoom room, RoomConnection from, RoomConnection to) : IAsyncDisposable
    {
        public static async Task<Pair> OpenAsync(Uri server)
        {
            var room = Found();
            var owner = await JoinAsync(server, new OwnerEntry(room), room.Owner);
            var link = new LinkEntry(room.Invite(Role.Editor, server.GetLeftPart(UriPartial.Authority)));
            return new Pair(room, owner, await JoinAsync(server, link, MemberKeys.Create()));
        }

        public async Task LinesAsync(List<double> into, int count, TimeSpan pause)
        {
            var (mine, theirs) = (from.Open(from.Streams.Chat), to.Open(to.Streams.Chat));
            for (var i = 0; i < count; i++)
            {
                var id = Bits128.Read(RandomNumberGenerator.GetBytes(16));
                var begun = Stopwatch.GetTimestamp();
                var landing = from.AppendAsync(
                    mine,
                    RecordClass.Chat,
                    new byte[1],
                    new Chat { OpId = id, Text = "a line"u8 }.Encode()
                );
                await theirs.Positions.ReadAsync();
                into.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                await landing;
                await Task.Delay(pause);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await from.DisposeAsync();
            await to.DisposeAsync();
            room.Dispose();
        }
    }

    /// <summary>Programs that use what processors they get, in two rooms.</summary>
    private sealed class Spinners : IAsyncDisposable
    {
        private readonly List<RoomConnection> members = [];
        private readonly List<ClientWebSocket> sockets = [];

        public static async Task<Spinners> StartAsync(Uri server, int count)
        {
            var all = new Spinners();
            for (var half = 0; half < 2; half++)
            {
                var room = Found();
                var owner = await JoinAsync(server, new OwnerEntry(room), room.Owner);
                all.members.Add(owner);
                var log = owner.Open(owner.Streams.Runs);
                for (var i = 0; i < count / 2; i++)
                    all.sockets.Add(await RunAsync(server, owner, log));
            }
            await Task.Delay(TimeSpan.FromSeconds(1)); // the first have begun
            return all;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var member in members)
                await member.DisposeAsync(); // their runs end by that, ten seconds later
            foreach (var socket in sockets)
                socket.Dispose();
            await Task.Delay(TimeSpan.FromSeconds(13));
        }

        private static async Task<ClientWebSocket> RunAsync(Uri server, RoomConnection owner, StreamLog log)
        {
            var socket = new ClientWebSocket();
            socket.Options.SetRequestHeader("Origin", server.GetLeftPart(UriPartial.Authority));
            await socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = "/run" }.Uri, default);
            var welcome = new byte[1 + 1 + RunKeys.ChallengeBytes + 65];
            await socket.ReceiveAsync(welcome.AsMemory(), default);
            var order = new RunOrder(
                RandomNumberGenerator.GetBytes(32),
                RandomNumberGenerator.GetBytes(32),
                "python",
                "main.py",
                null,
                [],
                ReadOnlyMemory<byte>.Empty,
                [new RunFile("main.py", "while True: pass"u8.ToArray())]
            );
            var sealedOrder = RunKeys.SealOrder(welcome.AsSpan(34), owner.Room, order);
            var clear = new RunClear(RunKind.Request, RunKeys.IdOf(owner.Room, sealedOrder));
            var request = RunRequest.Of(order, []);
            await owner.AppendAsync(log, RecordClass.Run, clear.Encode(), request.Encode());
            var room = new byte[16];
            owner.Room.CopyTo(room);
            byte[] start = [(byte)RunFrame.Start, .. room, .. sealedOrder];
            await socket.SendAsync(start, WebSocketMessageType.Binary, true, default);
            return socket;
        }
    }

    private static FoundedRoom Found() =>
        FoundedRoom.Found(
            new FoundingTerms { Title = "Programs", Policy = Policy.Runs },
            RandomNumberGenerator.Create()
        );

    private static Task<RoomConnection> JoinAsync(Uri server, Entry entry, MemberKeys keys) =>
        RoomConnection.JoinAsync(server, entry, keys, World.Real, default);
}
