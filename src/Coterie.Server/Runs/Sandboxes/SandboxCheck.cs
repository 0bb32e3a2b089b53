using System.Text;
using Coterie.Protocol.Runs;

namespace Coterie.Server.Runs.Sandboxes;

/// <summary>
/// Looks from inside, through the very pipeline that programs take, whether all holds: what is said of a sandbox is what was seen. A run that says
/// anything but what is expected means that there is no sandbox.
/// </summary>
internal static class SandboxCheck
{
    private static readonly (string Name, string Command, string Expected)[] Looks =
    [
        ("capabilities", "grep -h ^Cap /proc/self/status | grep -c -v 0000000000000000", "0"),
        ("privileges", "grep -h ^NoNewPrivs /proc/self/status | tr -d '\\t'", "NoNewPrivs:1"),
        ("system call filter", "grep -h ^Seccomp: /proc/self/status | tr -d '\\t'", "Seccomp:2"),
        ("users", "wc -l < /proc/self/uid_map; awk '{print $3}' /proc/self/uid_map", "1\n1"),
        ("processes", "ls /proc | grep -c '^[0-9]*$' | awk '{print ($1 < 9)}'", "1"),
        ("network", "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '", "lo"),
        ("files", "ls /root /home /var/log /etc/shadow /etc/hostname /sys 2>/dev/null | wc -l", "0"),
        ("root is read-only", "touch /x 2>/dev/null || echo no", "no"),
        ("programs are read-only", "touch /usr/x 2>/dev/null || echo no", "no"),
        ("devices are read-only", "touch /dev/x 2>/dev/null || echo no", "no"),
        ("namespaces", "unshare -U true 2>/dev/null || echo no", "no"),
        ("mounts", "mount -t tmpfs x /tmp 2>/dev/null || echo no", "no"),
        ("environment", "tr '\\0' '\\n' < /proc/1/environ | grep -c -v ^SHLVL=", "0"),
        ("folder", "pwd; touch x && rm x && echo yes", "/box\nyes"),
        (
            "space",
            "head -c 70000000 /dev/zero 2>/dev/null > fill; rm fill; df -k --output=size . | tail -1 | tr -d ' '",
            "65536"
        ),
    ];

    /// <summary>What does not hold, and what to do; null where all does.</summary>
    public static async Task<string?> ProblemAsync(Sandbox sandbox)
    {
        var script = new StringBuilder();
        foreach (var (name, command, _) in Looks)
            script.Append("echo '== ").Append(name).Append("'\n( ").Append(command).Append(" )\n");
        var order = new SandboxOrder
        {
            Files = [new RunFile("look.sh", Encoding.UTF8.GetBytes(script.ToString()))],
            Run = ["sh", "look.sh"],
        };
        var (outcome, said, _, _) = await FinishedRun.OfAsync(sandbox.TryStart(order)!);
        if (outcome.End == RunEnd.NotStarted)
            return Remedy(outcome.Complaint);
        if (outcome.End != RunEnd.Exited)
            return $"A trial of the sandbox did not end by itself ({outcome.End}). Programs do not run here.";
        var seen = said.ReplaceLineEndings("\n").Split("== ", StringSplitOptions.RemoveEmptyEntries);
        var wrong = Looks
            .Where(look => !seen.Contains($"{look.Name}\n{look.Expected}\n", StringComparer.Ordinal))
            .Select(look => look.Name)
            .ToArray();
        if (wrong.Length > 0)
            return $"The sandbox does not hold here: {string.Join(", ", wrong)}. Programs do not run; another kernel, or a container engine, would let them.";
        return await LimitProblemAsync(sandbox);
    }

    /// <summary>Whether the limits bite.</summary>
    private static async Task<string?> LimitProblemAsync(Sandbox sandbox)
    {
        var greedy = Shell("head -c 400000000 /dev/zero | tail", new RunLimits { MemoryBytes = 32 << 20 });
        var (hungry, _, _, _) = await FinishedRun.OfAsync(sandbox.TryStart(greedy)!);
        if (hungry.End != RunEnd.OutOfMemory)
            return $"The sandbox does not hold here: memory is not limited ({hungry.End}). Programs do not run.";
        var many = Shell("for n in 1 2 3 4 5 6 7 8 9; do sleep 1 & done; wait", new RunLimits { Processes = 5 });
        var (crowd, _, _, _) = await FinishedRun.OfAsync(sandbox.TryStart(many)!);
        return crowd is { End: RunEnd.Exited, ExitCode: not 0 }
            ? null
            : $"The sandbox does not hold here: the number of processes is not limited ({crowd.End}). Programs do not run.";
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
