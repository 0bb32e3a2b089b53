using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Coterie.Protocol.Runs;
using Coterie.Runs.Tests.Engines;
using Coterie.Server.Tests.World;

namespace Coterie.Runs.Tests.Rooms;

/// <summary>A server that is killed in the midst of a run: nothing of it stays, whoever watched knows, and the next start runs programs.</summary>
[Collection(nameof(Sandboxed))]
public sealed class KilledServerTests(Sandboxed sandboxes)
{
    private const int KillSignal = 9;
    private const string Sleeper = "31415926";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2); // a start looks at all that holds, in containers, on a busy machine

    [Fact]
    public async Task In_bubblewrap() => await KillAsync();

    [Fact]
    public async Task In_a_container()
    {
        var podman = await sandboxes.PodmanAsync();
        var before = await podman.ContainersAsync();
        await KillAsync("--run-engine", "unix://" + podman.Socket, "--run-images", Podman.Image);
        Assert.Equal(before, await podman.ContainersAsync());
    }

    [Fact]
    public async Task Whoever_reads_what_a_server_says_hears_of_an_engine_that_comes_after_it()
    {
        var podman = await sandboxes.PodmanAsync();
        using var scratch = new Scratch();
        var socket = Path.Combine(podman.Folder("heard"), "engine.sock");
        await using var server = await ServerProcess.StartAsync(
            scratch,
            [
                "--urls",
                $"http://127.0.0.1:{FreePort()}",
                "--run-engine",
                "unix://" + socket,
                "--run-images",
                Podman.Image,
            ]
        );
        await UntilAsync(() => server.Complained.Contains("there is no such socket", StringComparison.Ordinal));
        File.CreateSymbolicLink(socket, podman.Socket);
        await UntilAsync(() => server.Said.Contains("programs run here", StringComparison.Ordinal));
    }

    private static async Task KillAsync(params string[] engine)
    {
        using var scratch = new Scratch();
        string[] options = ["--urls", $"http://127.0.0.1:{FreePort()}", "--runs", "2", .. engine];
        var killed = await ServerProcess.StartAsync(scratch, options);
        var groups = $"coterie-{killed.Id}.*";
        await using var room = await RunRoom.FoundAsync(killed.Url);
        await using (killed)
        {
            var program =
                $"import subprocess\nsubprocess.Popen(['sleep', '{Sleeper}'])\nprint('begun', flush=True)\nsubprocess.run(['sleep', '{Sleeper}'])";
            await using var line = await room.StartAsync(room.Owner, RunRoom.Python(program));
            await line.UntilAsync("begun");
            killed.Signal(KillSignal);
            await killed.ExitAsync();
            await Assert.ThrowsAsync<WebSocketException>(line.EndAsync); // it is lost, and not ended
        }
        await UntilAsync(() => Host.Running("sleep " + Sleeper).Length == 0);

        await using var next = await ServerProcess.StartAsync(scratch, options);
        await UntilAsync(() => next.Said.Contains("programs run here", StringComparison.Ordinal));
        Assert.Empty(next.Complained);
        Assert.Empty(Directory.GetDirectories("/sys/fs/cgroup", groups, SearchOption.AllDirectories));
        await using var again = await RunRoom.FoundAsync(next.Url);
        await using var works = await again.StartAsync(again.Owner, RunRoom.Python("print('works')"));
        Assert.Equal("works\n", (await works.EndAsync()).Said);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < Patience, "It did not come to that.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
