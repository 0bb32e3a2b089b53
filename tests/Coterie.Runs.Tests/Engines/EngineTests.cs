using System.Text.Json.Nodes;
using Coterie.Protocol.Runs;
using Coterie.Server.Runs;
using Coterie.Server.Runs.Engines;
using Coterie.Server.Runs.Languages;
using Coterie.Server.Runs.Sandboxes;

namespace Coterie.Runs.Tests.Engines;

/// <summary>All that holds of a run, in a container of podman's.</summary>
[Collection(nameof(Sandboxed))]
public sealed class EngineSandboxTests(Sandboxed sandboxes) : SandboxTests, IAsyncLifetime
{
    private ISandbox? sandbox;

    protected override ISandbox Sandbox => sandbox!;
    protected override bool Counts => true;

    public async ValueTask InitializeAsync() => sandbox = await sandboxes.ContainedAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

[Collection(nameof(Sandboxed))]
public sealed class EngineHostileProgramTests(Sandboxed sandboxes) : HostileProgramTests, IAsyncLifetime
{
    private ISandbox? sandbox;

    protected override ISandbox Sandbox => sandbox!;

    public async ValueTask InitializeAsync() => sandbox = await sandboxes.ContainedAsync();

    /// <summary>Of what any of them began, nothing is left.</summary>
    public async ValueTask DisposeAsync() => Assert.Empty(await (await sandboxes.PodmanAsync()).ContainersAsync());
}

/// <summary>What is an engine's alone.</summary>
[Collection(nameof(Sandboxed))]
public sealed class EngineTests(Sandboxed sandboxes)
{
    [Theory, InlineData("python"), InlineData("c"), InlineData("bash")]
    public async Task It_says_its_hello_and_its_version(string id)
    {
        var language = LanguageList.Shipped.Find(id)!;
        var sandbox = await sandboxes.ContainedAsync();
        var trial = await Trial.RunAsync(language, sandbox, TestContext.Current.CancellationToken);
        Assert.True(trial.Problem is null, trial.Problem);
        var found = await Toolchain.LookAsync(language, sandbox, TestContext.Current.CancellationToken);
        Assert.Matches(@"^\d+\.\d+", found.Version);
    }

    [Fact]
    public async Task Whoever_was_killed_left_nothing_that_the_next_start_does_not_remove()
    {
        var podman = await sandboxes.PodmanAsync();
        var server = podman.Engine("killed");
        var theirs = await SleeperAsync(podman, server.Instance());
        var others = await SleeperAsync(podman, podman.Engine("other").Instance());
        var (sandbox, problem) = await EngineSandbox.OpenAsync(1, server);
        Assert.True(sandbox is not null, problem);
        sandbox.Dispose();
        var left = await podman.ContainersAsync();
        Assert.DoesNotContain(theirs, left);
        Assert.Contains(others, left);
        await podman.Asked.AskAsync(HttpMethod.Delete, $"containers/{others}?force=true");
    }

    [Fact]
    public async Task Where_no_engine_answers_nothing_runs_and_the_remedy_is_said()
    {
        var folder = Directory.CreateTempSubdirectory("coterie-no-engine-");
        var nobody = new RunEngine(Path.Combine(folder.FullName, "none.sock"), RunImages.Default, folder.FullName);
        var (sandbox, problem) = await EngineSandbox.OpenAsync(1, nobody);
        folder.Delete(recursive: true);
        Assert.Null(sandbox);
        Assert.StartsWith($"No container engine answers at {nobody.Socket}: ", problem, StringComparison.Ordinal);
        Assert.Contains("systemctl start podman.socket", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_image_nothing_runs_and_the_remedy_is_said()
    {
        var podman = await sandboxes.PodmanAsync();
        var (sandbox, problem) = await EngineSandbox.OpenAsync(1, podman.Engine("none", "coterie-nowhere"));
        Assert.Null(sandbox);
        Assert.Equal(
            "The container engine has no image coterie-nowhere. Make it (podman build -t coterie-nowhere -f tools/languages.Dockerfile), pull it, or name another with --run-images.",
            problem
        );
    }

    [Fact]
    public async Task A_language_without_an_image_or_a_toolchain_in_it_says_so()
    {
        var podman = await sandboxes.PodmanAsync();
        var (sandbox, problem) = await EngineSandbox.OpenAsync(
            1,
            podman.Engine("two", $"python={Podman.Image};zsh={Podman.Image}")
        );
        Assert.True(sandbox is not null, problem);
        using var opened = sandbox;
        Assert.Null(sandbox.Missing(LanguageList.Shipped.Find("python")!));
        Assert.Equal(
            "C has no image here. The operator can name one: --run-images c=NAME",
            sandbox.Missing(LanguageList.Shipped.Find("c")!)
        );
        if (!File.Exists("/usr/bin/zsh"))
            Assert.Equal(
                $"Zsh is not in the image {Podman.Image}. On Debian, add it there: apt-get install zsh",
                sandbox.Missing(LanguageList.Shipped.Find("zsh")!)
            );
    }

    [Fact]
    public void Two_servers_alike_in_name_and_folder_are_two_and_each_stays_itself()
    {
        var folders = new[] { "a", "b" }
            .Select(name => Directory.CreateTempSubdirectory("coterie-same-").FullName)
            .ToArray();
        var of = folders.Select(folder => new RunEngine("/x", RunImages.Default, folder)).ToArray();
        Assert.NotEqual(of[0].Instance(), of[1].Instance());
        Assert.Equal(of[0].Instance(), new RunEngine("/y", RunImages.Default, folders[0]).Instance());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(Path.Combine(folders[0], "run-instance"))
            );
        foreach (var folder in folders)
            Directory.Delete(folder, recursive: true);
    }

    /// <summary>A rootless podman drops the limits that it is told: what begins within sets them.</summary>
    [Fact]
    public async Task Limits_of_one_process_do_not_hang_on_the_engine()
    {
        var order = new SandboxOrder { Files = [], Run = ["cat", "/proc/self/limits"] };
        var words = Container.Program(order)["Cmd"]!.AsArray().Select(word => (string)word!).ToArray();
        var start = new System.Diagnostics.ProcessStartInfo(words[0], words[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var program = System.Diagnostics.Process.Start(start)!;
        var said = await program.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Matches(@"Max open files +256 +256 ", said);
        Assert.Matches(@"Max file size +67108864 +67108864 ", said);
        Assert.Matches(@"Max core file size +0 +0 ", said);
        Assert.Matches(@"Max processes +1024 +1024 ", said);
        Assert.Matches(@"Max cpu time +31 +31 ", said);
    }

    /// <summary>A container such as a run's, of a server that was killed at once.</summary>
    private static async Task<string> SleeperAsync(Podman podman, string instance)
    {
        var order = new SandboxOrder { Files = [], Run = ["true"] };
        var like = Container.Of(order, Podman.Image, 53_100, instance, "unconfined", 0, "mark");
        like["Cmd"] = new JsonArray("-c", "sleep 1000");
        var made = await podman.Asked.AskAsync(HttpMethod.Post, "containers/create", like);
        var id = (string)made!["Id"]!;
        await podman.Asked.AskAsync(HttpMethod.Post, $"containers/{id}/start");
        return id;
    }
}
