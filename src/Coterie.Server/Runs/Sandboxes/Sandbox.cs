using System.Collections.Concurrent;
using System.ComponentModel;
using Coterie.Server.Runs.Languages;

namespace Coterie.Server.Runs.Sandboxes;

/// <summary>
/// Where programs of strangers run: bubblewrap with a system call filter, and the kernel's account where it is to be had. It exists only after it
/// was seen to hold on this machine (<see cref="SandboxCheck"/>); where it does not hold there is none, and nothing runs.
/// </summary>
public sealed class Sandbox : ISandbox
{
    /// <summary>Behind the ids that systemd gives to containers, and before those that mean nobody.</summary>
    private const uint FirstUser = 0x7000_0000;

    private readonly ConcurrentQueue<SandboxedRun> _ready = new(); // the longest first
    private readonly ConcurrentQueue<Slot> _unready = new(); // this machine was short of something
    private readonly byte[] _filter;
    private readonly ControlGroups? _groups;
    private readonly int _slots;

    private Sandbox(byte[] filter, ControlGroups? groups, int slots)
    {
        _filter = filter;
        (_groups, _slots) = (groups, slots);
        var chooses = LibC.UserId() == 0;
        for (var nth = slots - 1; nth >= 0; nth--)
            MakeReady(new Slot(chooses ? FirstUser + (uint)nth : null, groups?.Create(nth)));
        Protections = new Protections(chooses, groups?.Version);
    }

    /// <summary>What holds a run, for the operator.</summary>
    public Protections Protections { get; }

    string ISandbox.Protections => Protections.ToString();

    /// <summary>Makes one and tries it.</summary>
    /// <param name="slots">Runs at once.</param>
    /// <param name="mayCount">False does without control groups, as a machine does that has none.</param>
    /// <param name="secret">Folders and files of the server that no program may see.</param>
    public static async Task<(Sandbox? Sandbox, string? Problem)> OpenAsync(
        int slots,
        bool mayCount = true,
        params string[] secret
    )
    {
        if (!OperatingSystem.IsLinux())
            return (
                null,
                "Programs run on Linux only: no other system holds them in. Serve from Linux, or name a container engine."
            );
        if (Missing() is { } missing)
            return (null, missing);
        if (Array.Find(secret, Bubblewrap.IsSeen) is { } seen)
            return (null, $"Programs see what lies below /usr, and {seen} lies there. Move it elsewhere.");
        try
        {
            var groups = mayCount ? ControlGroups.Find() : null;
            if (SyscallFilter.ForThisMachine(counted: groups is not null) is not { } filter)
                return (
                    null,
                    "Programs run on x64 and arm64 only: the system calls of other processors are not known here."
                );
            var sandbox = new Sandbox(filter, groups, slots);
            if (await SandboxCheck.ProblemAsync(order => sandbox.TryStart(order)!) is not { } problem)
                return (sandbox, null);
            sandbox.Dispose();
            return (null, problem);
        }
        catch (Exception problem) when (problem is DllNotFoundException or EntryPointNotFoundException)
        {
            return (
                null,
                "Programs run only beside glibc 2.34 or later: this system has another C library, or an older one."
            );
        }
    }

    public string? Missing(Language language) => Toolchain.Missing(language);

    public ISandboxedRun? TryStart(SandboxOrder order)
    {
        if (_unready.TryDequeue(out var slot))
            MakeReady(slot);
        if (!_ready.TryDequeue(out var run))
            return null;
        run.Begin(order);
        return run;
    }

    private void MakeReady(Slot slot)
    {
        try
        {
            _ready.Enqueue(new SandboxedRun(slot, _filter, MakeReady));
        }
        catch (Exception problem) when (problem is Win32Exception or OutOfMemoryException) // no descriptor, no thread
        {
            _unready.Enqueue(slot);
        }
    }

    /// <summary>Gives its control groups back; runs have ended before.</summary>
    public void Dispose()
    {
        for (var nth = 0; nth < _slots && _ready.TryDequeue(out var run); nth++)
            run.Discard();
        foreach (var slot in _unready)
            slot.Group?.Dispose();
        _groups?.Dispose();
    }

    private static string? Missing()
    {
        foreach (var (program, package) in new[] { ("bwrap", "bubblewrap"), ("setpriv", "util-linux"), ("tar", "tar") })
            if (!Programs.Has(program))
                return $"{program} is not installed, and without it nothing holds a program in. Install it: apt-get install {package}";
        return null;
    }
}

/// <summary>What holds a run.</summary>
/// <param name="OwnUser">Each run has a user id of its own; else that of the server, inside namespaces.</param>
/// <param name="ControlGroups">The version of the kernel's control groups that count memory, processors and processes; null where none do.</param>
public sealed record Protections(bool OwnUser, int? ControlGroups)
{
    public override string ToString() =>
        "namespaces, read-only system, no network, system call filter, "
        + (OwnUser ? "a user of its own, " : "the server's user in a namespace, ")
        + (
            ControlGroups is { } version
                ? $"control groups (version {version})"
                : "no control groups: memory and processor time are looked at fifty times a second, which a program can outrun for a moment"
        );
}
