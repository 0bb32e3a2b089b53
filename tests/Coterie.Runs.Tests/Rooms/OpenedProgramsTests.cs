using System.Text.Json;
using Coterie.Runs.Tests.Engines;
using Coterie.Server;
using Coterie.Server.Runs.Rooms;
using Coterie.Server.Settings;

namespace Coterie.Runs.Tests.Rooms;

/// <summary>What was not there when the server started is found once it is, without a start anew.</summary>
[Collection(nameof(Sandboxed))]
public sealed class OpenedProgramsTests(Sandboxed sandboxes)
{
    private static readonly ServerSettings Down = new()
    {
        Data = Path.GetTempPath(),
        Runs = 1,
        RunEngine = "/nowhere/engine.sock",
    };

    [Fact]
    public async Task What_is_not_there_is_asked_for_again_behind_pauses_that_grow_until_it_is()
    {
        var clock = new Hands();
        var (opened, isThere) = (0, false);
        await using var programs = new OpenedPrograms(
            clock,
            () =>
            {
                opened++;
                return Programs.OpenAsync(isThere ? Down with { RunEngine = null } : Down);
            }
        );
        Assert.StartsWith("No container engine answers", (await programs.AskAsync()).Problem, StringComparison.Ordinal);
        foreach (var (seconds, times) in new[] { (4, 1), (1, 2), (9, 2), (1, 3), (19, 3), (1, 4), (100_000, 5) })
        {
            clock.Now += TimeSpan.FromSeconds(seconds);
            foreach (var asked in await Task.WhenAll(programs.AskAsync(), programs.AskAsync()))
                Assert.NotNull(asked.Problem);
            Assert.Equal(times, opened);
        }
        isThere = true;
        clock.Now += TimeSpan.FromMinutes(5);
        Assert.Null((await programs.AskAsync()).Problem);
        clock.Now += TimeSpan.FromDays(1);
        Assert.Null((await programs.AskAsync()).Problem);
        Assert.Equal(6, opened);
    }

    [Fact]
    public async Task A_server_that_wants_no_programs_does_not_ask_again()
    {
        var clock = new Hands();
        var opened = 0;
        await using var programs = new OpenedPrograms(
            clock,
            () =>
            {
                opened++;
                return Programs.OpenAsync(Down with { Runs = 0 });
            }
        );
        await programs.AskAsync();
        clock.Now += TimeSpan.FromDays(1);
        Assert.NotNull((await programs.AskAsync()).Problem);
        Assert.Equal(1, opened);
    }

    [Fact]
    public async Task X10_an_engine_that_comes_after_the_server_runs_programs()
    {
        var podman = await sandboxes.PodmanAsync();
        var folder = podman.Folder("late");
        var socket = Path.Combine(folder, "engine.sock");
        var settings = Down with { Urls = ["http://127.0.0.1:0"], Data = folder, RunEngine = socket };
        await using var server = await CoterieServer.StartAsync(
            settings with
            {
                RunImages = podman.Engine("late").Images,
            },
            TimeProvider.System
        );
        using var http = new HttpClient { BaseAddress = new Uri(server.Urls[0]) };
        Assert.StartsWith("No container engine answers", await ProblemAsync(http), StringComparison.Ordinal);
        File.CreateSymbolicLink(socket, podman.Socket);
        while (await ProblemAsync(http) is not null)
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
    }

    private static async Task<string?> ProblemAsync(HttpClient http)
    {
        using var json = JsonDocument.Parse(await http.GetStringAsync("/run", TestContext.Current.CancellationToken));
        return json.RootElement.TryGetProperty("problem", out var problem) ? problem.GetString() : null;
    }

    /// <summary>A clock that a test moves.</summary>
    private sealed class Hands : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
