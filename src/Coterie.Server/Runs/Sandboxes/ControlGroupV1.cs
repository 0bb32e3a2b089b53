namespace Coterie.Server.Runs.Sandboxes;

/// <summary>Version 1: a folder for each controller. Source: kernel.org, admin-guide/cgroup-v1.</summary>
/// <param name="name">The same in each of them.</param>
/// <param name="roots">By controller (memory, cpu, cpuacct, pids), the folder that the groups are made in.</param>
internal sealed class ControlGroupV1 : ControlGroup
{
    private readonly string _memory;
    private readonly string _cpu;
    private readonly string _usage;
    private readonly string _processes;
    private long _memoryAtBegin;
    private long _cpuAtBegin;
    private long _killsAtBegin;

    public static readonly string[] Controllers = ["memory", "cpu", "cpuacct", "pids"];

    public ControlGroupV1(IReadOnlyDictionary<string, string> roots, string name)
    {
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

    /// <summary>Without what was there before: pages of shared programs stay with whoever read them first.</summary>
    public override long PeakMemoryBytes => Math.Max(0, Get(_memory, "memory.max_usage_in_bytes") - _memoryAtBegin);

    public override bool RanOutOfMemory => Get(_memory, "memory.oom_control", "oom_kill") > _killsAtBegin;

    public override void Begin(RunLimits limits)
    {
        LimitMemory(limits.CompileMemoryBytes);
        Set(_memory, "memory.max_usage_in_bytes", 0);
        Set(_cpu, "cpu.cfs_period_us", PeriodMicroseconds);
        Set(_cpu, "cpu.cfs_quota_us", PeriodMicroseconds * (long)limits.CpuPercent / 100);
        Set(_processes, "pids.max", limits.Processes + OwnProcesses);
        _memoryAtBegin = Get(_memory, "memory.usage_in_bytes");
        _cpuAtBegin = Get(_usage, "cpuacct.usage");
        _killsAtBegin = Get(_memory, "memory.oom_control", "oom_kill");
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
