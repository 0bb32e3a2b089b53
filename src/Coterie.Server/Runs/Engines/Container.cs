using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Coterie.Server.Runs.Sandboxes;

namespace Coterie.Server.Runs.Engines;

/// <summary>
/// What a run's container is, and what happens in it. Its first process unpacks the files and compiles, says so on its output in lines ("u" unpacked,
/// "f" failed to, "c N" compiled with exit code N), waits until its input ends, says what the kernel counted ("m N" most bytes, "o N" ended for
/// memory), and ends, and all of the container with it: so it does where the server is gone. The program is a second one beside it.
/// </summary>
internal static class Container
{
    public const string Label = "coterie.runs";
    private const int Failed = 125;
    private const int OwnProcesses = 8;
    private const int Shares = 64; // of 1024: who edits in a room goes first
    internal const long MostProcesses = 1024; // of the user; those of the container are counted apart, and are fewer

    /// <summary>The body of /containers/create.</summary>
    /// <param name="instance">Of the server, for whoever clears up behind it.</param>
    /// <param name="mark">What is said behind the compiler's last word.</param>
    public static JsonObject Of(
        SandboxOrder order,
        string image,
        uint user,
        string instance,
        string seccomp,
        int archiveBytes,
        string mark
    )
    {
        var limits = order.Limits;
        var memory = order.Compile is null
            ? limits.MemoryBytes
            : Math.Max(limits.MemoryBytes, limits.CompileMemoryBytes);
        JsonObject Limit(string name, long most) =>
            new()
            {
                ["Name"] = name,
                ["Soft"] = most,
                ["Hard"] = most,
            };
        string Memory(long bytes) => "rw,exec,nosuid,nodev,mode=1777,size=" + Text(bytes);
        return new JsonObject
        {
            ["Image"] = image,
            ["Entrypoint"] = new JsonArray("/bin/sh"),
            ["Cmd"] = new JsonArray("-c", First(order, archiveBytes, mark)),
            ["User"] = $"{user}:{user}",
            ["WorkingDir"] = Bubblewrap.Folder,
            ["Hostname"] = "sandbox",
            ["Env"] = Variables(order),
            ["AttachStdin"] = true,
            ["AttachStdout"] = true,
            ["AttachStderr"] = true,
            ["OpenStdin"] = true,
            ["StdinOnce"] = true,
            ["StopSignal"] = "SIGKILL",
            ["NetworkDisabled"] = true,
            ["Healthcheck"] = new JsonObject { ["Test"] = new JsonArray("NONE") },
            ["Labels"] = new JsonObject { [Label] = instance },
            ["HostConfig"] = new JsonObject
            {
                ["AutoRemove"] = true,
                ["NetworkMode"] = "none",
                ["IpcMode"] = "private",
                ["CgroupnsMode"] = "private",
                ["ReadonlyRootfs"] = true,
                ["Tmpfs"] = new JsonObject
                {
                    [Bubblewrap.Folder] = Memory(limits.DiskBytes),
                    ["/tmp"] = Memory(limits.DiskBytes),
                    ["/var/tmp"] = Memory(4096),
                    ["/run"] = "rw,noexec,nosuid,nodev,mode=755,size=65536",
                    ["/sys"] = "ro,noexec,nosuid,nodev,mode=755,size=65536", // the machine's hardware
                },
                ["ShmSize"] = limits.DiskBytes / 4,
                ["CapDrop"] = new JsonArray("ALL"),
                ["SecurityOpt"] = new JsonArray("no-new-privileges", "seccomp=" + seccomp),
                ["Memory"] = memory,
                ["MemorySwap"] = memory,
                ["NanoCpus"] = limits.CpuPercent * 10_000_000L,
                ["CpuShares"] = Shares,
                ["PidsLimit"] = limits.Processes + OwnProcesses,
                ["Ulimits"] = new JsonArray(
                    Limit("nofile", limits.OpenFiles),
                    Limit("fsize", limits.FileBytes),
                    Limit("core", 0),
                    Limit("nproc", MostProcesses)
                ),
                ["OomScoreAdj"] = 1000,
                ["LogConfig"] = new JsonObject { ["Type"] = "none" },
            },
        };
    }

    /// <summary>The body of /containers/ID/exec for the order's program.</summary>
    public static JsonObject Program(SandboxOrder order)
    {
        // A terminal gets its size before the program looks; both outputs are one, so that they come in the order they are said.
        var begin = order.Terminal is { } size
            ? string.Create(CultureInfo.InvariantCulture, $"stty rows {size.Rows} cols {size.Columns} && exec \"$@\"")
            : "exec \"$@\" 2>&1";
        return new JsonObject
        {
            ["AttachStdin"] = true,
            ["AttachStdout"] = true,
            ["AttachStderr"] = true,
            ["Tty"] = order.Terminal is not null,
            ["Env"] = order.Terminal is null ? new JsonArray() : new JsonArray("TERM=xterm-256color"),
            ["Cmd"] = new JsonArray([
                "/bin/sh",
                "-c",
                Bounds(order.Limits) + begin,
                "sh",
                .. order.Run.Select(word => (JsonNode)word),
            ]),
        };
    }

    private static JsonArray Variables(SandboxOrder order) =>
        new([
            "HOME=" + Bubblewrap.Folder,
            "LANG=C.UTF-8",
            .. order.Environment.Select(one => (JsonNode)$"{one.Key}={one.Value}"),
        ]);

    private static string First(SandboxOrder order, int archiveBytes, string mark)
    {
        var script = new StringBuilder(Bounds(order.Limits) + "exec 3<&0 </dev/null\n");
        script.Append(
            CultureInfo.InvariantCulture,
            $"head -c {archiveBytes} <&3 | tar -xof - >&2 || {{ code=$?; [ $code = 127 ] || echo f; exit {Failed}; }}\necho u\n"
        );
        if (order.Compile is { } compile)
            script.Append(
                CultureInfo.InvariantCulture,
                $"( exec 3<&-; {Bubblewrap.Quoted(compile)} >&2 )\ncode=$?\nprintf {mark} >&2\necho c $code\n"
            );
        // Without another process: there may be no room for one.
        script.Append(
            """
            cat <&3 >/dev/null &
            wait $!
            cd /sys/fs/cgroup
            { read -r most <memory/memory.max_usage_in_bytes || read -r most <memory.peak; } 2>/dev/null && echo m $most
            for file in memory/memory.oom_control memory.events; do
              [ -r $file ] && while read -r name number; do [ $name = oom_kill ] && echo o $number; done <$file
            done

            """
        );
        return script.ToString();
    }

    /// <summary>A rootless podman drops those that its API is given. dash says p for processes, others u.</summary>
    private static string Bounds(RunLimits limits) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"ulimit -t {(int)limits.Cpu.TotalSeconds + 1} && ulimit -n {limits.OpenFiles} && ulimit -c 0 && ulimit -f {limits.FileBytes / Bubblewrap.BlockBytes} && {{ ulimit -u {MostProcesses} 2>/dev/null || ulimit -p {MostProcesses}; }} || exit {Failed}\n"
        );

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
