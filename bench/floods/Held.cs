using System.Diagnostics;
using System.Globalization;

namespace Coterie.Bench.Floods;

/// <summary>An attacker's process, at full speed or held to a share of one core by a control group of its own.</summary>
internal sealed class Held : IDisposable
{
    private const int PeriodMicroseconds = 100_000;
    private static readonly string[] Homes = ["/sys/fs/cgroup/cpu", "/sys/fs/cgroup"]; // version 1, version 2
    private readonly Process process;
    private readonly string? group;

    private Held(Process process, string? group) => (this.process, this.group) = (process, group);

    public bool HasEnded => process.HasExited;

    /// <summary>So much of a processor it has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.HasExited ? TimeSpan.Zero : process.TotalProcessorTime;
        }
    }

    /// <param name="share">Of one core; 0 for all that it gets.</param>
    public static Held Start(double share, params string[] arguments)
    {
        var start = new ProcessStartInfo("taskset") { UseShellExecute = false };
        string[] line =
        [
            "-c",
            $"{Hub.Options.GeneratorCore}",
            "nice",
            "-n",
            Hub.Options.Priority ? "-10" : "19",
            "dotnet",
            typeof(Held).Assembly.Location,
        ];
        foreach (var argument in (string[])[.. line, "--attack", .. arguments])
            start.ArgumentList.Add(argument);
        var begun = Process.Start(start)!;
        return new Held(begun, share > 0 ? Hold(begun.Id, share) : null);
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.WaitForExit();
        process.Dispose();
        if (group is not null)
            Directory.Delete(group);
    }

    private static string Hold(int id, double share)
    {
        var quota = ((int)(share * PeriodMicroseconds)).ToString(CultureInfo.InvariantCulture);
        foreach (var home in Homes.Where(Directory.Exists))
        {
            var made = Path.Combine(home, $"coterie-floods-{id}");
            Directory.CreateDirectory(made);
            if (File.Exists(Path.Combine(made, "cpu.cfs_quota_us")))
                File.WriteAllText(Path.Combine(made, "cpu.cfs_quota_us"), quota);
            else
                File.WriteAllText(Path.Combine(made, "cpu.max"), $"{quota} {PeriodMicroseconds}");
            File.WriteAllText(Path.Combine(made, "cgroup.procs"), $"{id}");
            return made;
        }
        throw new InvalidOperationException("An attacker is held by a control group, and this machine has none.");
    }
}
