using System.Text;
using Coterie.Protocol.Runs;

namespace Coterie.Server.Runs.Sandboxes;

/// <summary>
/// Looks from inside, through the very pipeline that programs take, whether all holds: what is said of a sandbox is what was seen. A run that says
/// anything but what is expected means that there is no sandbox.
/// </summary>
internal static class SandboxCheck
{
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
    ];

    private static readonly Look[] InBubblewrap =
    [
        .. Everywhere,
        new("users", "wc -l < /proc/self/uid_map; awk '{print $3}' /proc/self/uid_map", "1\n1"),
        new("files", "ls /root /home /var/log /etc/shadow /etc/hostname /sys 2>/dev/null | wc -l", "0"),
        new("environment", "tr '\\0' '\\n' < /proc/1/environ | grep -c -v ^SHLVL=", "0"),
    ];

    private static readonly Look[] InContainer =
    [
        .. Everywhere,
        new("user", "[ $(id -u) -gt 1000 ] && [ $(id -u) = $(id -g) ] && echo yes", "yes"),
        new("hardware", "ls /sys | grep -v -x fs | wc -l", "0"),
    ];

    /// <summary>What does not hold, and what to do; null where all does.</summary>
    public static Task<string?> ProblemAsync(Sandbox sandbox) =>
        ProblemAsync(
            order => sandbox.TryStart(order)!,
            InBubblewrap,
            "The sandbox",
            "another kernel, or a container engine, would let them",
            Remedy
        );

    /// <summary>The same of a container of that image.</summary>
    public static async Task<string?> ProblemAsync(Func<SandboxOrder, ISandboxedRun> start, string image) =>
        await ProblemAsync(
            start,
            InContainer,
            $"A container of {image}",
            "another engine, another image with sh, tar, grep and awk in it, or bubblewrap would let them",
            complaint =>
                $"A container of {image} cannot be made: {(complaint.Length > 0 ? complaint : "it ended at once")}. Programs do not run here."
        ) ?? await MemoryProblemAsync(start, $"A container of {image}", ["true"]);

    private static async Task<string?> ProblemAsync(
        Func<SandboxOrder, ISandboxedRun> start,
        Look[] looks,
        string what,
        string remedy,
        Func<string, string> remedyOf
    )
    {
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
            return $"{what} did not end a trial by itself ({outcome.End}). Programs do not run here.";
        var seen = said.ReplaceLineEndings("\n").Split("== ", StringSplitOptions.RemoveEmptyEntries);
        var wrong = looks
            .Where(look => !seen.Contains($"{look.Name}\n{look.Expected}\n", StringComparer.Ordinal))
            .Select(look => look.Name)
            .ToArray();
        if (wrong.Length > 0)
            return $"{what} does not hold here: {string.Join(", ", wrong)}. Programs do not run; {remedy}.";
        return await MemoryProblemAsync(start, what) ?? await ProcessProblemAsync(start, what);
    }

    /// <summary>Whether memory is limited, behind that compiler.</summary>
    private static async Task<string?> MemoryProblemAsync(
        Func<SandboxOrder, ISandboxedRun> start,
        string what,
        IReadOnlyList<string>? compile = null
    )
    {
        var greedy = Shell("head -c 400000000 /dev/zero | tail", new RunLimits { MemoryBytes = 32 << 20 });
        var (hungry, _, _, _) = await FinishedRun.OfAsync(start(greedy with { Compile = compile }));
        return hungry.End == RunEnd.OutOfMemory
            ? null
            : $"{what} does not hold here: memory is not limited ({hungry.End}). Programs do not run.";
    }

    private static async Task<string?> ProcessProblemAsync(Func<SandboxOrder, ISandboxedRun> start, string what)
    {
        var many = Shell(
            "n=0; while [ $n -lt 20 ]; do n=$((n + 1)); sleep 1 & done; wait",
            new RunLimits { Processes = 5 }
        );
        var (crowd, _, _, _) = await FinishedRun.OfAsync(start(many));
        return crowd is { End: RunEnd.Exited, ExitCode: not 0 }
            ? null
            : $"{what} does not hold here: the number of processes is not limited ({crowd.End}). Programs do not run.";
    }

    private static SandboxOrder Shell(string command, RunLimits limits) =>
        new()
        {
            Files = [],
            Run = ["sh", "-c", command],
            Limits = limits,
        };

    /// <summary>bwrap's own words, and what helps.</summary>
    private static string Remedy(string complaint)
    {
        var help =
            complaint.Contains("No permissions to create", StringComparison.Ordinal)
            || complaint.Contains("uid map", StringComparison.Ordinal)
            || complaint.Contains("clone", StringComparison.OrdinalIgnoreCase)
                ? "Let users make namespaces: sysctl kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000 (Ubuntu 24.04: also kernel.apparmor_restrict_unprivileged_userns=0). In a container, start it with a seccomp profile that allows them."
            : complaint.Contains("proc", StringComparison.Ordinal)
                ? "In a container, start it with --security-opt systempaths=unconfined."
            : "Programs do not run here.";
        return $"The sandbox cannot be made: {(complaint.Length > 0 ? complaint : "it ended at once")}. {help}";
    }
}
