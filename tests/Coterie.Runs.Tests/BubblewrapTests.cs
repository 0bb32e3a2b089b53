using System.Globalization;
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
