using System.Globalization;
using System.Text;

namespace Coterie.Server.Runs.Sandboxes;

/// <summary>
/// The command line of one sandbox. A shell joins the control groups, gives up the user, and becomes bwrap with an empty environment, which waits for
/// its arguments on a descriptor: what the run could read of process 1 says nothing. Inside, a shell unpacks the files, compiles, asks whether to go
/// on where it did, and becomes the program, whose 0, 1 and 2 are the terminal, or the input and the output; no other descriptor is open in it.
/// </summary>
internal static class Bubblewrap
{
    public const int Input = 0;
    public const int Complaints = 1; // of bwrap, of the shell, and what the compiler says; 2 as well
    public const int Terminal = 3;
    public const int Output = 4;
    private const int Archive = 5; // tar, unpacked within; of files that are not handed over
    private const int Status = 6; // "u" unpacked, "f" failed to, "c N" compiled with exit code N, a line each
    private const int Go = 7; // a line lets the program begin that was compiled
    private const int ToldBy = 8; // what bwrap is to do; it closes it and those that follow
    private const int Filter = 9; // the seccomp program
    private const int Handed = 10; // and the others of HandedFiles

    public const string Folder = "/box";
    public const int Failed = 125;
    public const int Nobody = 65534;
    private const long UncountedDataBytes = 512 << 20;
    public const int BlockBytes = 512; // of ulimit -f
    private const string Script = "RUN";

    private static readonly string[] Seen = ["/usr/", "/bin/", "/sbin/", "/lib/", "/lib64/"];

    /// <summary>Files of /etc that toolchains read; nothing that says who this machine is.</summary>
    private static readonly string[] Etc =
    [
        "alternatives",
        "ld.so.cache",
        "java-17-openjdk",
        "java-21-openjdk",
        "mono",
        "nim",
        "racket",
        "groovy",
        "ldc2.conf",
        "fpc.cfg",
        "fpc-3.2.2.cfg",
        "gnucobol",
        "R",
        "octave.conf",
        "ssl/openssl.cnf",
        "ssl/certs",
    ];

    /// <summary>bwrap's arguments, each ended by a zero byte, as its --args wants them.</summary>
    public static byte[] Arguments(SandboxOrder order)
    {
        var limits = order.Limits;
        var all = new List<string>
        {
            "--unshare-user", // --disable-userns wants it said
            "--disable-userns",
            "--unshare-pid",
            "--unshare-net",
            "--unshare-ipc",
            "--unshare-uts",
            "--unshare-cgroup-try",
            "--die-with-parent",
            "--uid",
            Text(Nobody),
            "--gid",
            Text(Nobody),
            "--hostname",
            "sandbox",
            "--clearenv",
        };
        void Variable(string name, string value) => all.AddRange(["--setenv", name, value]);
        Variable("PATH", "/usr/local/bin:/usr/bin:/bin");
        Variable("HOME", Folder);
        Variable("LANG", "C.UTF-8");
        if (order.Terminal is null)
            all.Add("--new-session");
        else
            Variable("TERM", "xterm-256color");
        foreach (var (name, value) in order.Environment)
            Variable(name, value);
        Variable(Script, Within(order));
        all.AddRange(["--ro-bind", "/usr", "/usr"]);
        foreach (var linked in new[] { "bin", "sbin", "lib", "lib64" })
            if (Directory.Exists("/usr/" + linked))
                all.AddRange(["--symlink", "usr/" + linked, "/" + linked]);
        foreach (var name in Etc)
            all.AddRange(["--ro-bind-try", "/etc/" + name, "/etc/" + name]);
        all.AddRange(["--ro-bind-try", "/var/lib/ghc", "/var/lib/ghc", "--proc", "/proc", "--dev", "/dev"]);
        void Memory(string path, long bytes) => all.AddRange(["--size", Text(bytes), "--tmpfs", path]);
        Memory("/dev/shm", limits.DiskBytes / 4);
        Memory("/tmp", limits.DiskBytes);
        Memory(Folder, limits.DiskBytes);
        all.AddRange(HandedFiles.Arguments(order, Handed));
        all.AddRange(["--chdir", Folder, "--cap-drop", "ALL", "--remount-ro", "/dev", "--remount-ro", "/"]); // last: / is written before
        if (all.Exists(one => one.Contains('\0', StringComparison.Ordinal)))
            throw new ArgumentException("A variable has a zero byte in it.", nameof(order));
        return [.. all.SelectMany(one => Encoding.UTF8.GetBytes(one).Append((byte)0))];
    }

    /// <summary>Whether a program would find that file or folder: it lies, by its true path, below what is bound.</summary>
    public static bool IsSeen(string path)
    {
        var real = Path.GetFullPath(path);
        // Every folder on the way may be a link.
        for (var at = real; at is not null; at = Path.GetDirectoryName(at))
            if (Directory.Exists(at) && new DirectoryInfo(at).ResolveLinkTarget(returnFinalTarget: true) is { } target)
                return IsSeen(Path.Combine(target.FullName, Path.GetRelativePath(at, real)));
        return Seen.Any(bound => (real + "/").StartsWith(bound, StringComparison.Ordinal));
    }

    /// <summary>What /bin/sh is given.</summary>
    public static IReadOnlyList<string> Launch(Slot slot)
    {
        var script = new StringBuilder();
        foreach (var door in slot.Group?.Doors ?? [])
            script.Append(CultureInfo.InvariantCulture, $"echo 0 > {Quoted(door)} || exit {Failed}\n");
        if (slot.Group is null) // the data of one process, where nobody counts that of all
            script.Append(CultureInfo.InvariantCulture, $"ulimit -d {UncountedDataBytes / 1024} || exit {Failed}\n");
        script.Append("unset PWD OLDPWD SHLVL _\necho 1000 > /proc/self/oom_score_adj\nexec ");
        if (slot.User is { } id)
            script.Append(
                CultureInfo.InvariantCulture,
                $"{Programs.PathOf("setpriv")} --reuid {id} --regid {id} --clear-groups --inh-caps=-all "
            );
        script.Append(
            CultureInfo.InvariantCulture,
            $"{Programs.PathOf("bwrap")} --args {ToldBy} --seccomp {Filter} -- /bin/sh -c 'script=${Script}; unset {Script}; eval \"$script\"'"
        );
        return ["-c", script.ToString()];
    }

    /// <summary>What the shell in the sandbox does.</summary>
    private static string Within(SandboxOrder order)
    {
        var limits = order.Limits;
        var script = new StringBuilder();
        // Within its user namespace the number of processes is counted apart from everything else this user does. dash says p, others u.
        script.Append(
            CultureInfo.InvariantCulture,
            $"ulimit -u {limits.Processes} 2>/dev/null || ulimit -p {limits.Processes} || exit {Failed}\n"
        );
        // By the shell's own words: each program more on the way costs a millisecond.
        script.Append(
            CultureInfo.InvariantCulture,
            $"ulimit -t {(int)limits.Cpu.TotalSeconds + 1} && ulimit -n {limits.OpenFiles} && ulimit -c 0 && ulimit -f {limits.FileBytes / BlockBytes} || exit {Failed}\n"
        );
        if (!HandedFiles.May(order))
            script.Append(
                CultureInfo.InvariantCulture,
                $"tar -xf - --no-same-owner <&{Archive} || {{ echo f >&{Status}; exit {Failed}; }}\n"
            );
        script.Append(CultureInfo.InvariantCulture, $"exec {Archive}<&-\necho u >&{Status}\n");
        if (order.Compile is { } compile)
            script.Append(
                CultureInfo.InvariantCulture,
                $"{Quoted(compile)} </dev/null {Terminal}>&- {Output}>&- {Status}>&- {Go}<&-\ncode=$?\necho c $code >&{Status}\n[ $code = 0 ] || exit $code\nread -r go <&{Go} || exit {Failed}\n"
            );
        // The terminal is the program's alone: what Ctrl-C ends is not the sandbox.
        var (input, output, session) = order.Terminal is null
            ? (Input, Output, "")
            : (Terminal, Terminal, "setsid -c ");
        script.Append(
            CultureInfo.InvariantCulture,
            $"exec <&{input} >&{output} 2>&1 {Terminal}>&- {Output}>&- {Status}>&- {Go}<&-\nexec {session}{Quoted(order.Run)}\n"
        );
        return script.ToString();
    }

    public static string Quoted(IEnumerable<string> words) => string.Join(' ', words.Select(Quoted));

    private static string Quoted(string word) => "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
