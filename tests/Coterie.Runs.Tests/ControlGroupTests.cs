using System.Diagnostics;
using Coterie.Server.Runs;
using Coterie.Server.Runs.Sandboxes;

namespace Coterie.Runs.Tests;

/// <summary>The kernel's account, of one run after another in the same slot.</summary>
public sealed class ControlGroupTests
{
    private static readonly RunLimits Limits = new() { CompileMemoryBytes = 64 << 20 };

    /// <summary>What an earlier run read stays in memory, and is given up once the next one wants it.</summary>
    [Fact]
    public async Task What_an_earlier_run_left_is_not_subtracted_from_the_next_ones_memory()
    {
        using var groups = ControlGroups.Find();
        Assert.SkipWhen(groups is null, "This process may not make control groups.");
        using var group = groups.Create(0);
        var file = Path.Combine(AppContext.BaseDirectory, $"{nameof(ControlGroupTests)}.{Environment.ProcessId}");
        try
        {
            group.Renew();
            group.Begin(Limits);
            await RunAsync(group, $"head -c {56 << 20} /dev/zero > '{file}'; sync '{file}'");
            group.Renew();
            group.Begin(Limits);
            Assert.InRange(group.PeakMemoryBytes, 0, 2 << 20);
            await RunAsync(group, $"head -c {30 << 20} /dev/zero | tail -c {20 << 20} | tail -c {20 << 20} | wc -c");
            Assert.InRange(group.PeakMemoryBytes, 40 << 20, 64 << 20);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task RunAsync(ControlGroup group, string script)
    {
        var enter = string.Concat(group.Doors.Select(door => $"echo 0 > '{door}'; "));
        using var shell = Process.Start("sh", ["-c", enter + script]);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, shell.ExitCode);
    }
}
