using System.Globalization;

namespace Coterie.Server.Runs.Sandboxes;

/// <summary>Version 2: one folder. Source: kernel.org, admin-guide/cgroup-v2. A new one for each run, since its peak cannot be put back.</summary>
internal sealed class ControlGroupV2(string root, string name) : ControlGroup
{
    private string _folder = Path.Combine(root, name);
    private int _runs;
    private TimeSpan _cpuAtBegin;

    public static readonly string[] Controllers = ["memory", "cpu", "pids"];

    public override IEnumerable<string> Doors => [Processes];

    protected override string Processes => Path.Combine(_folder, "cgroup.procs");

    private TimeSpan Used => TimeSpan.FromMicroseconds(Get(_folder, "cpu.stat", "usage_usec"));

    public override TimeSpan Cpu => Used - _cpuAtBegin;

    public override long PeakMemoryBytes =>
        Get(_folder, File.Exists(Path.Combine(_folder, "memory.peak")) ? "memory.peak" : "memory.current");

    public override bool RanOutOfMemory => Get(_folder, "memory.events", "oom_kill") > 0;

    public override void Renew()
    {
        if (_runs > 0)
            Remove(_folder);
        _folder = Path.Combine(root, string.Create(CultureInfo.InvariantCulture, $"{name}-{_runs++}"));
        Directory.CreateDirectory(_folder);
    }

    public override void Begin(RunLimits limits)
    {
        LimitMemory(limits.CompileMemoryBytes);
        if (File.Exists(Path.Combine(_folder, "memory.swap.max")))
            Set(_folder, "memory.swap.max", 0);
        var quota = PeriodMicroseconds * (long)limits.CpuPercent / 100;
        File.WriteAllText(
            Path.Combine(_folder, "cpu.max"),
            string.Create(CultureInfo.InvariantCulture, $"{quota} {PeriodMicroseconds}")
        );
        Set(_folder, "pids.max", limits.Processes + OwnProcesses);
        _cpuAtBegin = Used;
    }

    public override void LimitMemory(long bytes) => Set(_folder, "memory.max", bytes);

    public override void Dispose() => Remove(_folder);
}
