using System.Globalization;
using System.Text;
using Coterie.Protocol.Runs;

namespace Coterie.Server.Runs.Sandboxes;

/// <summary>
/// Looks from inside, through the very pipeline that programs take, whether all holds: what is said of a sandbox is what was seen. A run that says
/// anything but what is expected means that there is no sandbox.
/// </summary>
internal static class SandboxCheck
{
    private const int ManyFiles = HandedFiles.Most + 1; // so that they come in an archive

    private sealed record Look(string Name, string Command, string Expected);

    /// <summary>What is to be seen in every sandbox, whatever holds it.</summary>
    private static readonly Look[] Everywhere =
    [
        new("capabilities", "grep -h ^Cap /proc/self/status | grep -c -v 0000000000000000", "0"),
        new("privileges", "grep -h ^NoNewPrivs /proc/self/status | tr -d '\\t'", "NoNewPrivs:1"),
        new("system call filter", "grep -h ^Seccomp: /proc/self/status | tr -d '\\t'", "Seccomp:2"),
        new("processes", "ls /proc | grep -c '^[0-9]*$' | awk '{print ($1 < 9)}'", "1"),
        new("network", "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '", "lo"),
        new("root is read-only", "touch /x 2>/dev/null || echo no", "no"),
        new("programs are read-only", "touch /usr/x 2>/dev/null || echo no", "no"),
        new("devices are read-only", "touch /dev/x 2>/dev/null || echo no", "no"),
        new("namespaces", "unshare -U true 2>/dev/null || echo no", "no"),
        new("mounts", "mount -t tmpfs x /tmp 2>/dev/null || echo no", "no"),
        new("folder", "pwd; touch x && rm x && echo yes", "/box\nyes"),
        new(
            "space",
            "head -c 70000000 /dev/zero 2>/dev/null > fill; rm fill; df -k . | tail -1 | awk '{print $2}'",
            "65536"
        ),
        new("limits of one process", LimitsOf("cpu time|file size|core file size|open files"), "31\n67108864\n0\n256"),
    ];

    private static readonly Look[] InBubblewrap =
    [
        .. Everywhere,
        new("users", "wc -l < /proc/self/uid_map; awk '{print $3}' /proc/self/uid_map", "1\n1"),
        new("files", "ls /root /home /var/log /etc/shadow /etc/hostname /sys 2>/dev/null | wc -l", "0"),
        new("environment", "tr '\\0' '\\n' < /proc/1/environ | grep -c -v ^SHLVL=", "0"),
        new("limit of processes", LimitsOf("processes"), "64"),
    ];

    private static readonly Look[] InContainer =
    [
        .. Everywhere,
        new("user", "[ $(id -u) -gt 1000 ] && [ $(id -u) = $(id -g) ] && echo yes", "yes"),
        new("hardware", "ls /sys | grep -v -x fs | wc -l", "0"),
        new(
            "limit of processes",
            LimitsOf("processes"),
            Engines.Container.MostProcesses.ToString(CultureInfo.InvariantCulture)
        ),
    ];

    private static readonly Holder OfBubblewrap = new(
        "The sandbox",
        InBubblewrap,
        "Try another kernel, or name a container engine with --run-engine.",
        "Let the kernel count it: boot with cgroup_enable=memory where /proc/cgroups shows no memory; or do without by --run-isolation namespaces."
    );

    private static Holder OfImage(string image) =>
        new(
            $"A container of {image}",
            InContainer,
            "Use another engine, an image with sh, tar, grep and awk in it, or bubblewrap (without --run-engine).",
            "Use podman 4.3 or later, or Docker. An engine without root limits memory and processes in control groups of version 2 only, where systemd lets its user have them: systemctl edit user@.service, and there Delegate=cpu memory pids."
        );

    /// <param name="Name">What holds a run, at the beginning of a sentence.</param>
    /// <param name="Remedy">Where something does not hold.</param>
    /// <param name="LimitRemedy">Where a limit does not.</param>
    private sealed record Holder(string Name, Look[] Looks, string Remedy, string LimitRemedy);

    /// <summary>The hard ones.</summary>
    private static string LimitsOf(string names) =>
        $"grep -E '^Max ({names}) ' /proc/self/limits | awk '{{print $(NF-1)}}'";

    /// <summary>What does not hold, and what to do; null where all does.</summary>
    /// <param name="start">Starts a run in it.</param>
    public static Task<string?> ProblemAsync(Func<SandboxOrder, ISandboxedRun> start) =>
        ProblemAsync(start, OfBubblewrap, RemedyOf);

    /// <summary>The same of a container of that image.</summary>
    public static async Task<string?> ProblemAsync(Func<SandboxOrder, ISandboxedRun> start, string image) =>
        await ProblemAsync(
            start,
            OfImage(image),
            complaint => $"A container of {image} cannot be made: {Sentence(complaint)} {OfImage(image).Remedy}"
        ) ?? await MemoryProblemAsync(start, OfImage(image), ["true"]);

    private static async Task<string?> ProblemAsync(
        Func<SandboxOrder, ISandboxedRun> start,
        Holder holder,
        Func<string, string> remedyOf
    )
    {
        var looks = holder.Looks;
        var script = new StringBuilder();
        foreach (var (name, command, _) in looks)
            script.Append("echo '== ").Append(name).Append("'\n( ").Append(command).Append(" )\n");
        var order = new SandboxOrder
        {
            Files = [new RunFile("look.sh", Encoding.UTF8.GetBytes(script.ToString()))],
            Run = ["sh", "look.sh"],
        };
        var (outcome, said, _, _) = await FinishedRun.OfAsync(start(order));
        if (outcome.End == RunEnd.NotStarted)
            return remedyOf(outcome.Complaint);
        if (outcome.End != RunEnd.Exited)
            return $"{holder.Name} did not end a trial by itself ({Text(outcome)}), and programs do not run. Start again where the machine is less busy. {holder.Remedy}";
        var seen = said.ReplaceLineEndings("\n").Split("== ", StringSplitOptions.RemoveEmptyEntries);
        var wrong = looks
            .Where(look => !seen.Contains($"{look.Name}\n{look.Expected}\n", StringComparer.Ordinal))
            .Select(look => look.Name)
            .ToArray();
        if (wrong.Length > 0)
            return $"{holder.Name} does not hold here: {string.Join(", ", wrong)}. Programs do not run. {holder.Remedy}";
        return await MemoryProblemAsync(start, holder)
            ?? await ProcessProblemAsync(start, holder)
            ?? await WayProblemAsync(start, holder);
    }

    /// <summary>Whether a program goes the longest way: of many files, compiled, in a terminal.</summary>
    private static async Task<string?> WayProblemAsync(Func<SandboxOrder, ISandboxedRun> start, Holder holder)
    {
        var files = Enumerable.Range(0, ManyFiles).Select(nth => new RunFile($"in/a/{nth}", "x"u8.ToArray()));
        var whole = new SandboxOrder
        {
            Files = [.. files],
            Compile = ["sh", "-c", "cat in/a/* > made && echo compiled"],
            Run = ["sh", "-c", "test -t 0 && cat made"],
            Terminal = new TerminalSize(80, 24),
        };
        var (outcome, said, compiler, _) = await FinishedRun.OfAsync(start(whole));
        return
            outcome is { End: RunEnd.Exited, ExitCode: 0 }
            && compiler == "compiled\n"
            && said == new string('x', ManyFiles)
            ? null
            : $"{holder.Name} runs no program of {ManyFiles} files that is compiled and has a terminal ({Text(outcome)}): {Sentence((compiler + said).Trim())} Programs do not run. {holder.Remedy}";
    }

    /// <summary>Whether memory is limited, behind that compiler.</summary>
    private static async Task<string?> MemoryProblemAsync(
        Func<SandboxOrder, ISandboxedRun> start,
        Holder holder,
        IReadOnlyList<string>? compile = null
    )
    {
        var greedy = Shell("head -c 400000000 /dev/zero | tail", new RunLimits { MemoryBytes = 32 << 20 });
        var (hungry, _, _, _) = await FinishedRun.OfAsync(start(greedy with { Compile = compile }));
        return hungry.End == RunEnd.OutOfMemory
            ? null
            : $"{holder.Name} does not hold here: memory is not limited ({Text(hungry)}). Programs do not run. {holder.LimitRemedy}";
    }

    private static async Task<string?> ProcessProblemAsync(Func<SandboxOrder, ISandboxedRun> start, Holder holder)
    {
        var many = Shell(
            "n=0; while [ $n -lt 20 ]; do n=$((n + 1)); sleep 1 & done; wait",
            new RunLimits { Processes = 5 }
        );
        var (crowd, _, _, _) = await FinishedRun.OfAsync(start(many));
        return crowd is { End: RunEnd.Exited, ExitCode: not 0 }
            ? null
            : $"{holder.Name} does not hold here: the number of processes is not limited ({Text(crowd)}). Programs do not run. {holder.LimitRemedy}";
    }

    private static SandboxOrder Shell(string command, RunLimits limits) =>
        new()
        {
            Files = [],
            Run = ["sh", "-c", command],
            Limits = limits,
        };

    private static string Text(RunOutcome outcome) =>
        outcome.Complaint.Length > 0 ? $"{outcome.End}: {outcome.Complaint}"
        : outcome.ExitCode == 0 ? $"{outcome.End}"
        : string.Create(CultureInfo.InvariantCulture, $"{outcome.End}, exit code {outcome.ExitCode}");

    private static string Sentence(string complaint) =>
        complaint.Length == 0 ? "it ended at once."
        : complaint.EndsWith('.') ? complaint
        : complaint + ".";

    /// <summary>bwrap's own words, and what helps.</summary>
    private static string RemedyOf(string complaint)
    {
        var help =
            complaint.Contains("No permissions to create", StringComparison.Ordinal)
            || complaint.Contains("uid map", StringComparison.Ordinal)
            || complaint.Contains("clone", StringComparison.OrdinalIgnoreCase)
                ? "Let users make namespaces: sysctl kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000 (Ubuntu 24.04: also kernel.apparmor_restrict_unprivileged_userns=0). In a container, start it with a seccomp profile that allows them."
            : complaint.Contains("proc", StringComparison.Ordinal)
                ? "In a container, start it with --security-opt systempaths=unconfined."
            : complaint.Contains("nknown option", StringComparison.Ordinal)
                ? "Install bubblewrap 0.8 or later, or name a container engine with --run-engine."
            : OfBubblewrap.Remedy;
        return $"The sandbox cannot be made: {Sentence(complaint)} {help}";
    }
}
