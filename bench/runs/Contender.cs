using System.Text.Json.Nodes;
using Coterie.Protocol.Runs;
using Coterie.Server.Runs;
using Coterie.Server.Runs.Sandboxes;

namespace Coterie.Bench.Runs;

/// <summary>A way to run a program: begins it and waits for its end.</summary>
internal sealed record Contender(string Name, Func<string[], Task> RunAsync)
{
    private static readonly string[] Folders = ["usr", "proc", "dev", "sys", "tmp", "etc", "run"];
    private static readonly string[] Links = ["bin", "lib", "lib64", "sbin"];
    private static readonly string[] Namespaces = ["pid", "network", "ipc", "uts", "mount"];
    private static readonly RunLimits Wide = new() { Processes = 200, MemoryBytes = 512L << 20 };

    public static Contender Bare { get; } = new("bare", command => WaitAsync(command));

    /// <summary>The same namespaces and mounts, and nothing else: no filter, no account, no limits, no files.</summary>
    public static Contender Bubblewrap { get; } =
        new(
            "bubblewrap alone",
            command =>
                WaitAsync([
                    "bwrap",
                    .. "--unshare-all --die-with-parent --clearenv --setenv PATH /usr/bin:/bin --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64 --proc /proc --dev /dev --tmpfs /tmp --tmpfs /box --chdir /box --".Split(
                        ' '
                    ),
                    .. command,
                ])
        );

    public static Contender Coterie(Sandbox sandbox) =>
        new(
            "coterie",
            async command =>
            {
                var run = sandbox.TryStart(
                    new SandboxOrder
                    {
                        Files = [],
                        Run = command,
                        Limits = Wide,
                    }
                )!;
                await foreach (var happened in run.Events.ReadAllAsync())
                    if (happened is SandboxEvent.Ended { Outcome: var outcome } && outcome.End != RunEnd.Exited)
                        throw new InvalidOperationException($"It did not run: {outcome}");
            }
        );

    /// <summary>The program as the one of a container whose root is made of the host's /usr.</summary>
    public static Contender Runc(string folder)
    {
        var root = Root(folder);
        var nth = 0;
        return new Contender(
            "runc",
            async command =>
            {
                var own = Interlocked.Increment(ref nth);
                var bundle = Directory.CreateDirectory(Path.Combine(folder, $"bundle{own}")).FullName;
                await File.WriteAllTextAsync(
                    Path.Combine(bundle, "config.json"),
                    Specification(root, command).ToJsonString()
                );
                await WaitAsync(["runc", "run", "--bundle", bundle, $"coterie-bench-{own}"]);
            }
        );
    }

    public static Contender Podman(string folder)
    {
        var root = Root(folder);
        return new Contender(
            "podman",
            command =>
                WaitAsync([
                    // Its own limits are higher than what a root without CAP_SYS_RESOURCE may set.
                    .. "podman --runtime runc --cgroup-manager cgroupfs run --rm --network none --read-only --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 --rootfs -v /usr:/usr:ro".Split(
                        ' '
                    ),
                    root,
                    .. command,
                ])
        );
    }

    private static async Task WaitAsync(string[] command)
    {
        var code = await Task.Factory.StartNew(
            () => Wait(command),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        if (code != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {code}");
    }

    private static int Wait(string[] command)
    {
        var (read, write) = LibC.Pipe();
        using (read)
        {
            int process;
            using (write)
            using (var nothing = File.OpenHandle("/dev/null"))
                process = LibC.Start(
                    "/usr/bin/env",
                    ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", .. command],
                    [nothing, write, write]
                );
            Span<byte> said = stackalloc byte[4096];
            while (LibC.Read(read, said) is not 0) { }
            LibC.Ending? ending;
            while ((ending = LibC.EndingOf(process)) is null)
                LibC.Poll([], 1);
            return ending.Value.Code;
        }
    }

    private static string Root(string folder)
    {
        var root = Directory.CreateDirectory(Path.Combine(folder, "root")).FullName;
        foreach (var made in Folders)
            Directory.CreateDirectory(Path.Combine(root, made));
        foreach (var linked in Links)
            if (!Path.Exists(Path.Combine(root, linked)))
                File.CreateSymbolicLink(Path.Combine(root, linked), "usr/" + linked);
        return root;
    }

    private static JsonObject Specification(string root, string[] command)
    {
        static JsonObject Mount(string at, string type, string from, params string[] options) =>
            new()
            {
                ["destination"] = at,
                ["type"] = type,
                ["source"] = from,
                ["options"] = new JsonArray([.. options.Select(one => (JsonNode)one)]),
            };
        return new JsonObject
        {
            ["ociVersion"] = "1.0.2",
            ["process"] = new JsonObject
            {
                ["user"] = new JsonObject { ["uid"] = 0, ["gid"] = 0 },
                ["args"] = new JsonArray([.. command.Select(one => (JsonNode)one)]),
                ["env"] = new JsonArray("PATH=/usr/bin:/bin"),
                ["cwd"] = "/",
                ["noNewPrivileges"] = true,
            },
            ["root"] = new JsonObject { ["path"] = root, ["readonly"] = true },
            ["mounts"] = new JsonArray(
                Mount("/proc", "proc", "proc"),
                Mount("/dev", "tmpfs", "tmpfs", "nosuid", "mode=755"),
                Mount("/tmp", "tmpfs", "tmpfs"),
                Mount("/usr", "bind", "/usr", "rbind", "ro")
            ),
            ["linux"] = new JsonObject
            {
                ["namespaces"] = new JsonArray([
                    .. Namespaces.Select(one => (JsonNode)new JsonObject { ["type"] = one }),
                ]),
            },
        };
    }
}
