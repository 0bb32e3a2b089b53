using System.Globalization;
using Coterie.Protocol.Runs;
using Coterie.Server.Runs;
using Coterie.Server.Runs.Sandboxes;

namespace Coterie.Runs.Tests;

/// <summary>What is bubblewrap's alone.</summary>
[Collection(nameof(Sandboxed))]
public sealed class BubblewrapTests(Sandboxed sandboxes)
{
    [Fact]
    public async Task Without_the_kernels_account_a_run_goes_behind_everything_else_that_wants_processors() =>
        Assert.Equal("19\n", (await Done.Shell(sandboxes.Alone, "nice")).Said);

    [Fact]
    public async Task Whoever_stops_a_run_while_its_sandbox_is_made_leaves_nothing_of_it()
    {
        var order = new SandboxOrder { Files = [], Run = ["st0pped"] };
        for (var nth = 0; nth < 60; nth++)
        {
            var run = sandboxes.Alone.TryStart(order)!;
            await Task.Delay(nth % 12, TestContext.Current.CancellationToken);
            run.Stop();
            await Done.Of(run);
        }
        Assert.Empty(Host.CommandLines().Where(line => line.Contains("st0pped", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_compiler_that_speaks_at_once_is_heard()
    {
        var order = Orders.Shell("echo ran") with { Compile = ["echo", "mind this"] };
        for (var nth = 0; nth < 50; nth++)
        {
            var done = await Done.Of(sandboxes.Alone, order);
            Assert.Equal(("mind this\n", "ran\n"), (done.CompilerSaid, done.Said));
        }
    }

    [Theory, InlineData(16, 1_000), InlineData(17, 1_000), InlineData(16, 20_000)]
    public async Task Files_come_as_they_are_one_by_one_and_in_an_archive(int count, int bytes)
    {
        const string look =
            "find . -type f | wc -l; find . -type f -exec cat {} + | wc -c; stat -c '%a %u' plain tool 'ä b/1'; ls /proc/self/fd | wc -l; echo more >> plain && echo mine";
        var order = new SandboxOrder
        {
            Files =
            [
                Orders.File("plain", "1"),
                Orders.File("tool", "#!"),
                .. Enumerable.Range(2, count - 2).Select(nth => new RunFile($"ä b/{nth - 1}/--file", new byte[bytes])),
            ],
            Run = ["sh", "-c", look],
        };
        var all = 3 + (count - 2) * bytes;
        foreach (var sandbox in new[] { sandboxes.Counted, sandboxes.Alone })
            Assert.Equal(
                $"{count}\n{all}\n644 65534\n755 65534\n755 65534\n4\nmine\n",
                (await Done.Of(sandbox, order)).Said
            );
    }

    [Fact]
    public void With_it_all_runs_together_weigh_little()
    {
        if (sandboxes.Counted.Protections.ControlGroups is not { } version)
        {
            Assert.False(Environment.IsPrivilegedProcess, "This test needs control groups.");
            return; // an ordinary user has none, and the test above
        }
        var name = version == 1 ? "cpu.shares" : "cpu.weight";
        var folders = Directory.GetDirectories("/sys/fs/cgroup", "coterie-*", SearchOption.AllDirectories);
        var own = folders.Where(folder =>
            folder.Contains($"coterie-{Environment.ProcessId}.", StringComparison.Ordinal)
        );
        Assert.Contains(
            own.Select(folder => Path.Combine(folder, name)).Where(File.Exists),
            file => int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture) is > 0 and <= 512
        );
    }

    [Fact]
    public async Task No_program_runs_where_it_would_find_the_servers_own_files()
    {
        var linked = Path.Combine(Path.GetTempPath(), "coterie-linked-" + Environment.ProcessId);
        Directory.CreateSymbolicLink(linked, "/usr/share");
        try
        {
            foreach (var data in new[] { "/usr/src/app/data", "/bin/../usr/local/x", linked + "/data" })
            {
                var (sandbox, problem) = await Sandbox.OpenAsync(1, true, "/srv/data", data);
                Assert.Null(sandbox);
                Assert.Contains(data, problem, StringComparison.Ordinal);
            }
        }
        finally
        {
            Directory.Delete(linked);
        }
    }

    [Fact]
    public async Task Who_runs_a_program_has_a_name() =>
        Assert.Equal("nobody\n/box\n", (await Done.Shell(sandboxes.Alone, "id -un; echo ~nobody")).Said);

    [Fact]
    public async Task Programs_find_this_machine_by_its_name() =>
        Assert.StartsWith(
            "127.0.0.1",
            (await Done.Shell(sandboxes.Alone, "getent ahosts localhost")).Said,
            StringComparison.Ordinal
        );
}

/// <summary>All that holds of a run and of those that mean harm, where the kernel keeps account, where it may.</summary>
[Collection(nameof(Sandboxed))]
public sealed class CountedSandboxTests(Sandboxed sandboxes) : SandboxTests
{
    protected override ISandbox Sandbox => sandboxes.Counted;
    protected override bool Counts => sandboxes.Counted.Protections.ControlGroups is not null;
}

[Collection(nameof(Sandboxed))]
public sealed class CountedHostileProgramTests(Sandboxed sandboxes) : HostileProgramTests
{
    protected override ISandbox Sandbox => sandboxes.Counted;
}

/// <summary>The same where it keeps none.</summary>
[Collection(nameof(Sandboxed))]
public sealed class UncountedSandboxTests(Sandboxed sandboxes) : SandboxTests
{
    protected override ISandbox Sandbox => sandboxes.Alone;
    protected override bool Counts => false;
}

[Collection(nameof(Sandboxed))]
public sealed class UncountedHostileProgramTests(Sandboxed sandboxes) : HostileProgramTests
{
    protected override ISandbox Sandbox => sandboxes.Alone;
}
