using System.Globalization;

namespace Coterie.Server.Runs.Sandboxes;

/// <summary>Version 1: a folder for each controller. Source: kernel.org, admin-guide/cgroup-v1.</summary>
/// <param name="name">The same in each of them.</param>
/// <param name="roots">By controller (memory, cpu, cpuacct, pids), the folder that the groups are made in.</param>
internal sealed class ControlGroupV1 : ControlGroup
{
    private const long Little = 1 << 20;

    private readonly IReadOnlyDictionary<string, string> _roots;
    private readonly string _name;
    private string _memory;
    private string _cpu;
    private string _usage;
    private string _processes;
    private int _renewed;
    private long _cpuAtBegin;
    private long _killsAtBegin;

    public static readonly string[] Controllers = ["memory", "cpu", "cpuacct", "pids"];

    public ControlGroupV1(IReadOnlyDictionary<string, string> roots, string name)
    {
        (_roots, _name) = (roots, name);
        string Make(string controller) => Directory.CreateDirectory(Path.Combine(roots[controller], name)).FullName;
        (_memory, _cpu, _usage, _processes) = (Make("memory"), Make("cpu"), Make("cpuacct"), Make("pids"));
    }

    // A thread that moves itself waits for nobody; a process that is moved by cgroup.procs waits until all processors have seen that nothing forks: 10 ms.
    public override IEnumerable<string> Doors =>
        new[] { _memory, _cpu, _usage, _processes }
            .Distinct(StringComparer.Ordinal)
            .Select(folder => Path.Combine(folder, "tasks"));

    protected override string Processes => Path.Combine(_memory, "cgroup.procs");

    public override TimeSpan Cpu => TimeSpan.FromMicroseconds((Get(_usage, "cpuacct.usage") - _cpuAtBegin) / 1000);

    public override long PeakMemoryBytes => Get(_memory, "memory.max_usage_in_bytes");

    public override bool RanOutOfMemory => Get(_memory, "memory.oom_control", "oom_kill") > _killsAtBegin;

    public override void Begin(RunLimits limits)
    {
        LimitMemory(limits.CompileMemoryBytes);
        Set(_memory, "memory.max_usage_in_bytes", 0);
        Set(_cpu, "cpu.cfs_period_us", PeriodMicroseconds);
        Set(_cpu, "cpu.cfs_quota_us", PeriodMicroseconds * (long)limits.CpuPercent / 100);
        Set(_processes, "pids.max", limits.Processes + OwnProcesses);
        _cpuAtBegin = Get(_usage, "cpuacct.usage");
        _killsAtBegin = Get(_memory, "memory.oom_control", "oom_kill");
    }

    /// <summary>
    /// Leaves what an earlier run read first, such as pages of a compiler, to a group that is gone: it is neither this run's nor, as it may be given up
    /// at any moment, to be subtracted from what this run takes; and giving it up now would have the next run read it again.
    /// </summary>
    public override void Renew()
    {
        if (Get(_memory, "memory.usage_in_bytes") <= Little)
            return;
        var old = _memory;
        var name = string.Create(CultureInfo.InvariantCulture, $"{_name}-{++_renewed}");
        var fresh = Directory.CreateDirectory(Path.Combine(_roots["memory"], name)).FullName;
        string Of(string folder) => folder == old ? fresh : folder; // controllers may share a hierarchy
        (_memory, _cpu, _usage, _processes) = (fresh, Of(_cpu), Of(_usage), Of(_processes));
        Remove(old);
    }

    public override void LimitMemory(long bytes)
    {
        const string alone = "memory.limit_in_bytes";
        const string withSwap = "memory.memsw.limit_in_bytes"; // never below the other; not there without swap accounting
        var swap = File.Exists(Path.Combine(_memory, withSwap));
        if (swap && Get(_memory, withSwap) < bytes)
            Set(_memory, withSwap, bytes);
        Set(_memory, alone, bytes);
        if (swap)
            Set(_memory, withSwap, bytes);
    }

    public override void Dispose()
    {
        foreach (var folder in new[] { _memory, _cpu, _usage, _processes }.Distinct(StringComparer.Ordinal))
            Remove(folder);
    }
}
