using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Coterie.Protocol.Runs;
using Coterie.Server.Runs;

namespace Coterie.Runs.Tests;

/// <summary>
/// Programs that mean harm. Each really runs, in every sandbox that there is; afterwards the machine is as it was and the next program runs.
/// </summary>
public abstract class HostileProgramTests
{
    protected abstract ISandbox Sandbox { get; }

    private static readonly RunLimits Short = new()
    {
        Wall = TimeSpan.FromSeconds(6),
        Cpu = TimeSpan.FromSeconds(3),
        MemoryBytes = 96 << 20,
        OutputBytes = 1 << 16,
    };

    /// <summary>Runs it, and then looks at the machine and runs something harmless.</summary>
    private async Task<FinishedRun> Attack(SandboxOrder order)
    {
        var done = await Done.Of(Sandbox, order);
        Assert.Empty(Host.Running("h0stile"));
        Assert.Equal("fine\n", (await Done.Shell(Sandbox, "echo fine")).Said);
        return done;
    }

    private Task<FinishedRun> Attack(string script, RunLimits? limits = null) =>
        Attack(Orders.Shell(script, limits ?? Short));

    private Task<FinishedRun> Python(string program, RunLimits? limits = null) =>
        Attack(
            new SandboxOrder
            {
                Files = [Orders.File("h0stile.py", program)],
                Run = ["python3", "h0stile.py"],
                Limits = limits ?? Short,
            }
        );

    private async Task<string> C(string body) =>
        (
            await Attack(
                Orders.C(
                    """
                    #define _GNU_SOURCE
                    #include <errno.h>
                    #include <fcntl.h>
                    #include <sched.h>
                    #include <signal.h>
                    #include <stdio.h>
                    #include <string.h>
                    #include <sys/ioctl.h>
                    #include <sys/mount.h>
                    #include <sys/mman.h>
                    #include <sys/ptrace.h>
                    #include <sys/socket.h>
                    #include <sys/stat.h>
                    #include <sys/syscall.h>
                    #include <unistd.h>
                    #define TRY(call) do { errno = 0; long r = (long)(call); printf("%s %s\n", #call, r == -1 ? strerror(errno) : "WORKED"); } while (0)
                    int main(void) {
                    """
                        + body
                        + "\nreturn 0; }",
                    Short
                )
            )
        ).Said;

    [Fact]
    public async Task A_fork_bomb_stays_in_its_box()
    {
        var before = Directory.GetDirectories("/proc").Length;
        await Attack("h0stile() { h0stile | h0stile & }; h0stile; sleep 100");
        Assert.InRange(Directory.GetDirectories("/proc").Length, 0, before + 100);
    }

    [Theory]
    [InlineData(Taken)]
    [InlineData(Mapped)]
    public async Task Memory_ends(string program)
    {
        var done = await Python(program);
        Assert.True(done.Outcome.End is RunEnd.OutOfMemory, done.Outcome.ToString());
    }

    private const string Taken = "x = []\nwhile True: x.append(bytearray(10_000_000))";
    private const string Mapped =
        "import mmap\nx = []\nwhile True:\n m = mmap.mmap(-1, 1 << 24)\n x.append(m)\n for i in range(0, 1 << 24, 4096): m[i] = 1";

    [Fact]
    public async Task Many_processes_share_one_account()
    {
        var program =
            "import os, time\nfor n in range(20): os.fork() or (bytearray(b'x' * 20_000_000), time.sleep(60))\ntime.sleep(60)";
        var done = await Python(program);
        Assert.NotEqual(RunEnd.Exited, done.Outcome.End);
    }

    [Fact]
    public async Task The_disk_of_a_run_fills_and_no_other()
    {
        var free = new DriveInfo("/").AvailableFreeSpace;
        var done = await Attack(
            "for d in /box /tmp /dev/shm; do n=0; while head -c 4000000 /dev/zero > $d/h0stile$n 2>/dev/null; do n=$((n+1)); [ $n = 50 ] && break; done; done; du -sm /box /tmp /dev/shm"
        );
        Assert.InRange(new DriveInfo("/").AvailableFreeSpace, free - (200L << 20), long.MaxValue);
        Assert.True(
            done.Outcome.End is RunEnd.OutOfMemory or RunEnd.Exited or RunEnd.OutOfTime,
            done.Outcome.ToString()
        );
    }

    [Fact]
    public async Task Files_without_end_end()
    {
        var done = await Python(
            "import os\nos.mkdir('/tmp/a')\nn = 0\nwhile True:\n open(f'/tmp/a/{n}', 'w').close()\n n += 1"
        );
        Assert.NotEqual(RunEnd.Exited, done.Outcome.End);
    }

    [Fact]
    public async Task Output_without_end_is_cut()
    {
        var done = await Attack("yes h0stile");
        Assert.True(done.Outcome.OutputCut);
        Assert.Equal(1 << 16, done.Said.Length);
        Assert.True(done.Outcome.End is RunEnd.OutOfCpu or RunEnd.OutOfTime, done.Outcome.ToString());
    }

    [Fact]
    public async Task A_daemon_ends_with_its_run()
    {
        var program = """
            import os, time
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    os.execvp("sh", ["sh", "-c", "exec -a h0stile sleep 1000"]) if False else os.execvp("sleep", ["h0stile", "1000"])
                os._exit(0)
            time.sleep(0.3)
            print("left")
            """;
        Assert.Equal("left\n", (await Python(program)).Said);
    }

    [Fact]
    public async Task Signals_reach_nobody_outside()
    {
        using var other = System.Diagnostics.Process.Start("sleep", "60");
        await Attack("kill -9 -1; kill -9 1; echo alive");
        Assert.False(other.HasExited);
        other.Kill();
    }

    [Fact]
    public async Task Others_are_not_seen()
    {
        Environment.SetEnvironmentVariable("COTERIE_CANARY", "c4nary");
        var done = await Attack(
            "cat /proc/*/environ /proc/*/cmdline 2>/dev/null | tr '\\0' '\\n' | grep -c 'c4[n]ary'; ls /proc | grep -c '^[0-9]*$' | awk '{print ($1 < 9)}'; cat /etc/shadow /root/.bashrc 2>&1 | grep -c 'No such file'; ls -A /home /root /var/lib /etc/ssh /sys 2>/dev/null | grep -v -e ghc -e ':$' -e '^$' -e '^fs$' | wc -l; readlink /proc/1/root /proc/1/cwd /proc/1/exe | grep -v '^/$' | grep -c canary"
        );
        Assert.Equal("0\n1\n2\n0\n0\n", done.Said);
    }

    [Fact]
    public async Task The_network_is_empty()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var six = new TcpListener(IPAddress.IPv6Loopback, 0);
        six.Start();
        var path = Path.Combine(
            Path.GetTempPath(),
            "h0stile" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
        );
        File.Delete(path);
        using var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        unix.Bind(new UnixDomainSocketEndPoint(path));
        unix.Listen();
        using var hidden = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        hidden.Bind(
            new UnixDomainSocketEndPoint("\0h0stile" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
        );
        hidden.Listen();
        var program = $$"""
            import socket
            def tell(family, address, kind=socket.SOCK_STREAM):
                try:
                    s = socket.socket(family, kind); s.settimeout(2); s.connect(address); print("CONNECTED", address)
                except OSError as e:
                    print("no")
            tell(socket.AF_INET, ("127.0.0.1", {{((IPEndPoint)listener.LocalEndpoint).Port}}))
            tell(socket.AF_INET6, ("::1", {{((IPEndPoint)six.LocalEndpoint).Port}}))
            tell(socket.AF_INET, ("1.1.1.1", 53))
            tell(socket.AF_INET, ("169.254.169.254", 80))
            tell(socket.AF_UNIX, "{{path}}")
            tell(socket.AF_UNIX, "\0h0stile{{Environment.ProcessId}}")
            tell(socket.AF_VSOCK, (2, 80))
            tell(socket.AF_PACKET, ("lo", 0), socket.SOCK_RAW)
            tell(socket.AF_ALG, ("hash", "sha256"), socket.SOCK_SEQPACKET)
            """;
        var done = await Python(program);
        File.Delete(path);
        Assert.Equal(string.Concat(Enumerable.Repeat("no\n", 9)), done.Said);
    }

    [Fact]
    public async Task The_kernel_answers_no()
    {
        var said = await C(
            """
            TRY(ptrace(PTRACE_TRACEME, 0, 0, 0));
            TRY(mount("none", "/tmp", "tmpfs", 0, 0));
            TRY(umount("/proc"));
            TRY(unshare(CLONE_NEWUSER));
            TRY(unshare(CLONE_NEWNET));
            TRY(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
            TRY(syscall(SYS_clone3, 0, 0));
            TRY(setns(0, 0));
            TRY(syscall(SYS_pivot_root, ".", "."));
            TRY(chroot("/tmp"));
            TRY(syscall(SYS_keyctl, 0, -1, 0, 0, 0));
            TRY(syscall(SYS_add_key, "user", "x", "y", 1, -1));
            TRY(syscall(SYS_bpf, 0, 0, 0));
            TRY(syscall(SYS_userfaultfd, 0));
            TRY(syscall(SYS_perf_event_open, 0, 0, -1, -1, 0));
            TRY(syscall(425, 1, 0)); /* io_uring_setup */
            TRY(syscall(SYS_open_by_handle_at, 0, 0, 0));
            TRY(syscall(SYS_process_vm_readv, 1, 0, 0, 0, 0, 0));
            TRY(syscall(SYS_kcmp, 1, 1, 0, 0, 0));
            TRY(syscall(438, 0, 0, 0)); /* pidfd_getfd */
            TRY(syscall(SYS_init_module, 0, 0, ""));
            TRY(syscall(SYS_reboot, 0, 0, 0, 0));
            TRY(syscall(SYS_swapon, "x", 0));
            TRY(sethostname("x", 1));
            TRY(mknod("/tmp/x", S_IFBLK | 0600, 0x0800));
            TRY(open("/dev/mem", O_RDONLY));
            TRY(open("/dev/kmsg", O_RDONLY));
            TRY(open("/dev/sda", O_RDONLY));
            TRY(open("/proc/sysrq-trigger", O_WRONLY));
            TRY(open("/proc/sys/kernel/core_pattern", O_WRONLY));
            TRY(ioctl(0, 0x5412, "x")); /* TIOCSTI */
            TRY(setuid(0));
            TRY(nice(-5));
            TRY(socket(AF_VSOCK, SOCK_STREAM, 0));
            """
        );
        Assert.DoesNotContain("WORKED", said, StringComparison.Ordinal);
        Assert.Equal(34, said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task What_programs_need_works()
    {
        var said = await C(
            """
            TRY(mkfifo("/tmp/pipe", 0600));
            TRY(mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
            TRY(socket(AF_INET, SOCK_STREAM, 0));
            TRY(socket(AF_UNIX, SOCK_STREAM, 0));
            TRY(fork());
            """
        );
        Assert.DoesNotContain("not permitted", said, StringComparison.Ordinal);
        Assert.Contains("mkfifo(\"/tmp/pipe\", 0600) WORKED", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_of_other_processors_end_the_program()
    {
        if (RuntimeInformation.OSArchitecture == Architecture.Arm64)
            return; // it has no second set of numbers that a program could take
        var done = await Attack(
            Orders.C("int main(void) { __asm__ volatile(\"int $0x80\" : : \"a\"(20)); return 0; }", Short)
        );
        Assert.Equal(128 + 31, done.Outcome.ExitCode); // SIGSYS
    }

    [Fact]
    public async Task Nothing_outside_its_folders_is_written()
    {
        var done = await Attack(
            "for f in / /usr /usr/bin /etc /dev /proc /proc/sys/kernel /var /lib /bin; do touch $f/h0stile 2>/dev/null && echo $f; done; ln -s /etc/shadow link && cat link 2>&1 | grep -c 'No such'; ln /usr/bin/env hard 2>/dev/null && echo hard; chmod 777 /usr/bin/env 2>/dev/null && echo chmod; true"
        );
        Assert.Equal("1\n", done.Said);
        Assert.False(File.Exists("/usr/h0stile"));
    }

    [Fact]
    public async Task No_descriptor_of_ours_is_open()
    {
        using var secret = File.OpenRead("/etc/hostname");
        Assert.Equal("0\n1\n2\n3\n", (await Attack("ls /proc/self/fd")).Said); // 3 is the folder that ls reads
    }

    [Fact]
    public async Task Memory_that_belongs_to_no_process_ends_too()
    {
        var program = """
            import os
            held = []
            while True:
                m = os.memfd_create("m")
                os.write(m, b"x" * 30_000_000)
                held.append(m)
            """;
        var done = await Python(program);
        Assert.True(
            done.Outcome is { End: RunEnd.OutOfMemory } or { End: RunEnd.Exited, ExitCode: 1 },
            done.Outcome.ToString()
        );
    }

    [Fact]
    public async Task Children_that_end_at_once_count_too()
    {
        var script = "while :; do ( n=0; while [ $n -lt 300 ]; do n=$((n+1)); done ); done";
        var limits = Short with { Cpu = TimeSpan.FromSeconds(1), Wall = TimeSpan.FromSeconds(30) };
        Assert.Equal(RunEnd.OutOfCpu, (await Attack(script, limits)).Outcome.End);
    }

    /// <summary>What a compiler runs has the shell's own descriptors within reach: it says untrue things of its own run, and does no more.</summary>
    [Theory]
    [InlineData("head -c 30000000 /dev/zero | tr '\\0' x > $s")]
    [InlineData("yes > $s")]
    [InlineData("yes u > $s")]
    [InlineData("echo c 0 > $s; python3 -c 'x = b\"1\" * 350_000_000' ; kill -9 $PPID")]
    [InlineData(
        "python3 -c 'import os; x = b\"1\" * 350_000_000; os.write(os.open(\"'$s'\", 1), b\"c 0\\n\"); os.kill('$PPID', 9)'"
    )]
    public async Task A_compiler_that_lies_harms_its_own_run(string lie)
    {
        var order = Orders.Shell("echo ran", Short) with
        {
            Files = [Orders.File("script.sh", "echo ran"), Orders.File("h0stile.sh", FindStatus + lie)],
            Compile = ["sh", "h0stile.sh"],
        };
        var done = await Attack(order);
        Assert.NotEqual(RunEnd.NotStarted, done.Outcome.End);
    }

    /// <summary>Every pipe of the shell that waits for the compiler, the last of them: whichever the status goes to is among the writable ones.</summary>
    private const string FindStatus =
        "for s in /proc/$PPID/fd/7 /proc/$PPID/fd/1? /proc/1/fd/1; do [ -w $s ] && break; done\n";

    [Fact]
    public async Task No_descriptor_of_ours_is_open_behind_a_terminal()
    {
        var order = Orders.Shell("ls /proc/self/fd", Short) with { Terminal = new TerminalSize(80, 24) };
        Assert.Equal(
            ["0", "1", "2", "3"],
            (await Attack(order)).Said.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries)
        );
    }
}
