using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace Coterie.Server.Runs.Sandboxes;

/// <summary>The calls of Linux's C library (glibc 2.34 and later, 64 bits) that a run needs and .NET has no word for.</summary>
internal static partial class LibC
{
    public const int WouldBlock = 11; // EAGAIN
    public const int Interrupted = 4; // EINTR
    public const int Gone = 5; // EIO: nobody has the other end of a terminal open
    public const short CanRead = 1; // POLLIN
    public const short CanWrite = 4; // POLLOUT
    public const short Ended = 0x10 | 8 | 0x20; // POLLHUP, POLLERR, POLLNVAL
    public const int Kill = 9; // SIGKILL

    private const int CloseOnExec = 0x80000; // O_CLOEXEC
    private const int ReadAndWrite = 2; // O_RDWR
    private const int NoControllingTerminal = 0x100; // O_NOCTTY
    private const int NonBlocking = 0x800; // O_NONBLOCK
    private const int SetStatusFlags = 4; // F_SETFL
    private const int DuplicateCloseOnExec = 1030; // F_DUPFD_CLOEXEC
    private const nuint SetWindowSize = 0x5414; // TIOCSWINSZ
    private const nuint GetPeer = 0x5441; // TIOCGPTPEER, since Linux 4.13

    /// <summary>Descriptors that are handed on are numbered from here, so that none lies where another is put.</summary>
    private const nint FirstHandedOn = 64;

    /// <summary>A pipe whose ends are closed in every program that is started, unless it is handed on.</summary>
    public static unsafe (SafeFileHandle Read, SafeFileHandle Write) Pipe()
    {
        var ends = stackalloc int[2];
        Check(PipeRaw(ends, CloseOnExec), "pipe2");
        using var read = new SafeFileHandle(ends[0], ownsHandle: true);
        using var write = new SafeFileHandle(ends[1], ownsHandle: true);
        return (Above(read), Above(write));
    }

    /// <summary>A file in memory, without a name, to be handed on; it is read from its beginning.</summary>
    public static SafeFileHandle MemoryFile(ReadOnlySpan<byte> bytes)
    {
        using var file = new SafeFileHandle(Check(MemoryFileRaw("file", 1), "memfd_create"), ownsHandle: true); // MFD_CLOEXEC
        RandomAccess.Write(file, bytes, 0);
        return Above(file);
    }

    /// <summary>A new terminal, which controls nobody yet: both of its ends.</summary>
    public static (SafeFileHandle Ours, SafeFileHandle Theirs) Terminal()
    {
        const int how = ReadAndWrite | NoControllingTerminal | CloseOnExec;
        using var opened = new SafeFileHandle(Check(OpenTerminal(how), "posix_openpt"), ownsHandle: true);
        Check(UnlockTerminal(opened), "unlockpt");
        using var other = new SafeFileHandle(Check(OtherEnd(opened, GetPeer, how), "TIOCGPTPEER"), ownsHandle: true);
        return (Above(opened), Above(other));
    }

    public static void Resize(SafeFileHandle terminal, int columns, int rows)
    {
        var size = new WindowSize((ushort)rows, (ushort)columns, 0, 0);
        Check(ControlTerminal(terminal, SetWindowSize, in size), "ioctl");
    }

    /// <summary>Makes a pipe or a terminal that user's, who can then open it by /dev/stdin and the like.</summary>
    public static void Give(SafeFileHandle descriptor, uint user) => Check(Own(descriptor, user, user), "fchown");

    public static void DoNotBlock(SafeFileHandle descriptor) =>
        Check(Control(descriptor, SetStatusFlags, NonBlocking), "fcntl");

    /// <summary>Bytes read, 0 at the end; null where there are none yet.</summary>
    public static unsafe int? Read(SafeFileHandle from, Span<byte> into)
    {
        fixed (byte* bytes = into)
        {
            var count = ReadRaw(from, bytes, (nuint)into.Length);
            if (count >= 0)
                return (int)count;
            return Marshal.GetLastPInvokeError() switch
            {
                WouldBlock or Interrupted => null,
                Gone => 0,
                var error => throw new Win32Exception(error, "read"),
            };
        }
    }

    /// <summary>Bytes written, 0 where there is no room yet, null where nobody reads any more.</summary>
    public static unsafe int? Write(SafeFileHandle to, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            var count = WriteRaw(to, first, (nuint)bytes.Length);
            if (count >= 0)
                return (int)count;
            return Marshal.GetLastPInvokeError() is WouldBlock or Interrupted ? 0 : null;
        }
    }

    /// <summary>Waits until one of them is ready, for at most so many milliseconds; fills in what each is ready for.</summary>
    public static unsafe void Poll(Span<Watched> descriptors, int milliseconds)
    {
        fixed (Watched* first = descriptors)
            if (PollRaw(first, (nuint)descriptors.Length, milliseconds) < 0)
                foreach (ref var one in descriptors)
                    one.Ready = 0; // interrupted: as if the time were over
    }

    /// <summary>
    /// Starts a program in a session of its own. It has <paramref name="descriptors"/> as 0, 1, 2 and so on, and no other of ours.
    /// </summary>
    public static unsafe int Start(
        string program,
        IReadOnlyList<string> arguments,
        IReadOnlyList<SafeFileHandle> descriptors
    )
    {
        var actions = stackalloc byte[FileActionsBytes];
        var attributes = stackalloc byte[AttributesBytes];
        CheckResult(FileActionsInit(actions), "posix_spawn_file_actions_init");
        CheckResult(AttributesInit(attributes), "posix_spawnattr_init");
        var argv = stackalloc byte*[arguments.Count + 2];
        var environment = stackalloc byte*[1];
        environment[0] = null;
        try
        {
            // .NET ignores some signals, such as the one of a pipe that nobody reads: a program begins with all as they are by default, none held back.
            var signals = stackalloc byte[SignalSetBytes];
            new Span<byte>(signals, SignalSetBytes).Clear();
            CheckResult(AttributesSetMask(attributes, signals), "posix_spawnattr_setsigmask");
            new Span<byte>(signals, SignalSetBytes).Fill(0xff);
            CheckResult(AttributesSetDefault(attributes, signals), "posix_spawnattr_setsigdefault");
            CheckResult(
                AttributesSetFlags(attributes, NewSession | DefaultSignals | SignalMask),
                "posix_spawnattr_setflags"
            );
            var next = 0;
            foreach (var descriptor in descriptors)
                CheckResult(FileActionsDuplicate(actions, (int)descriptor.DangerousGetHandle(), next++), "adddup2");
            CheckResult(FileActionsCloseFrom(actions, next), "addclosefrom_np");
            argv[0] = (byte*)Marshal.StringToCoTaskMemUTF8(program);
            for (var nth = 0; nth < arguments.Count; nth++)
                argv[nth + 1] = (byte*)Marshal.StringToCoTaskMemUTF8(arguments[nth]);
            argv[arguments.Count + 1] = null;
            CheckResult(Spawn(out var process, argv[0], actions, attributes, argv, environment), program);
            return process;
        }
        finally
        {
            for (var nth = 0; nth <= arguments.Count; nth++)
                Marshal.FreeCoTaskMem((nint)argv[nth]);
            _ = FileActionsDestroy(actions);
            _ = AttributesDestroy(attributes);
        }
    }

    /// <summary>A descriptor that can be read from when the child has ended.</summary>
    public static SafeFileHandle EndOf(int process) =>
        new(Check((int)SystemCall(PidfdOpen, process, 0), "pidfd_open"), ownsHandle: true);

    /// <summary>How a child ended; null while it runs.</summary>
    public static unsafe Ending? EndingOf(int process)
    {
        var used = stackalloc nint[UsageWords];
        var waited = Wait(process, out var status, NoHang, used);
        if (waited == 0)
            return null;
        if (waited < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "wait4");
        var cpu = TimeSpan.FromSeconds(used[0] + used[2]) + TimeSpan.FromMicroseconds(used[1] + used[3]);
        var code = (status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f);
        return new Ending(code, cpu);
    }

    /// <param name="Code">The exit code, or 128 and the signal.</param>
    /// <param name="Cpu">Of it and of all its children that were waited for.</param>
    public readonly record struct Ending(int Code, TimeSpan Cpu);

    /// <summary>To one process, never to a group or to all.</summary>
    public static void Signal(int process, int signal)
    {
        if (process > 1)
            _ = KillRaw(process, signal);
    }

    /// <summary>To a program that <see cref="Start"/> started and all of its process group, also what it begins at this moment.</summary>
    public static void SignalAll(int process, int signal)
    {
        if (process > 1)
            _ = KillRaw(-process, signal);
    }

    /// <summary>Files and folders in the file system of that path (statfs); 0 where it cannot be asked.</summary>
    public static unsafe long FilesIn(string path)
    {
        var answer = stackalloc nint[64];
        return FileSystem(path, answer) == 0 ? answer[5] - answer[6] : 0; // f_files, f_ffree
    }

    private static SafeFileHandle Above(SafeFileHandle descriptor) =>
        new(Check(Control(descriptor, DuplicateCloseOnExec, FirstHandedOn), "fcntl"), ownsHandle: true);

    private static int Check(int result, string call) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError(), call);

    private static void CheckResult(int error, string call)
    {
        if (error != 0)
            throw new Win32Exception(error, call);
    }

    /// <summary>struct pollfd</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Watched(int descriptor, short wanted)
    {
        public int Descriptor = descriptor;
        public short Wanted = wanted;
        public short Ready;
    }

    /// <summary>struct winsize</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct WindowSize(ushort Rows, ushort Columns, ushort Width, ushort Height);

    // Larger than glibc's structs on x64 (80 and 336 bytes) and arm64.
    private const int FileActionsBytes = 256;
    private const int AttributesBytes = 512;
    private const int SignalSetBytes = 128; // sigset_t
    private const short DefaultSignals = 0x04; // POSIX_SPAWN_SETSIGDEF
    private const short SignalMask = 0x08; // POSIX_SPAWN_SETSIGMASK
    private const short NewSession = 0x80; // POSIX_SPAWN_SETSID
    private const int NoHang = 1; // WNOHANG
    private const int UsageWords = 18; // struct rusage: user s, µs, system s, µs, …

    private const nint PidfdOpen = 434; // on every architecture; closed on exec; the C library has no name for it before 2.36

    private const string C = "libc.so.6";

    [LibraryImport(C, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint first, nint second);

    [LibraryImport(C, EntryPoint = "pipe2", SetLastError = true)]
    private static unsafe partial int PipeRaw(int* ends, int flags);

    [LibraryImport(C, EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemoryFileRaw(string name, uint flags);

    [LibraryImport(C, EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial int OpenTerminal(int flags);

    [LibraryImport(C, EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int UnlockTerminal(SafeFileHandle terminal);

    [LibraryImport(C, EntryPoint = "ioctl", SetLastError = true)]
    private static partial int ControlTerminal(SafeFileHandle terminal, nuint what, in WindowSize size);

    [LibraryImport(C, EntryPoint = "ioctl", SetLastError = true)]
    private static partial int OtherEnd(SafeFileHandle terminal, nuint what, nint how);

    [LibraryImport(C, EntryPoint = "fchown", SetLastError = true)]
    private static partial int Own(SafeFileHandle descriptor, uint user, uint group);

    [LibraryImport(C, EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle descriptor, int what, nint value);

    [LibraryImport(C, EntryPoint = "read", SetLastError = true)]
    private static unsafe partial nint ReadRaw(SafeFileHandle from, byte* into, nuint length);

    [LibraryImport(C, EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint WriteRaw(SafeFileHandle to, byte* bytes, nuint length);

    [LibraryImport(C, EntryPoint = "poll", SetLastError = true)]
    private static unsafe partial int PollRaw(Watched* descriptors, nuint count, int milliseconds);

    [LibraryImport(C, EntryPoint = "wait4", SetLastError = true)]
    private static unsafe partial int Wait(int process, out int status, int options, nint* used);

    [LibraryImport(C, EntryPoint = "kill", SetLastError = true)]
    private static partial int KillRaw(int process, int signal);

    /// <summary>A process goes behind all others where processors are short.</summary>
    public static void BeNice(int process) => _ = SetPriority(0, (uint)process, 19);

    [LibraryImport(C, EntryPoint = "setpriority", SetLastError = true)]
    private static partial int SetPriority(int which, uint who, int priority);

    [LibraryImport(C, EntryPoint = "statfs", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int FileSystem(string path, nint* answer);

    [LibraryImport(C, EntryPoint = "geteuid")]
    public static partial uint UserId();

    [LibraryImport(C, EntryPoint = "posix_spawn_file_actions_init")]
    private static unsafe partial int FileActionsInit(byte* actions);

    [LibraryImport(C, EntryPoint = "posix_spawn_file_actions_destroy")]
    private static unsafe partial int FileActionsDestroy(byte* actions);

    [LibraryImport(C, EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static unsafe partial int FileActionsDuplicate(byte* actions, int from, int to);

    [LibraryImport(C, EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    private static unsafe partial int FileActionsCloseFrom(byte* actions, int from);

    [LibraryImport(C, EntryPoint = "posix_spawnattr_init")]
    private static unsafe partial int AttributesInit(byte* attributes);

    [LibraryImport(C, EntryPoint = "posix_spawnattr_destroy")]
    private static unsafe partial int AttributesDestroy(byte* attributes);

    [LibraryImport(C, EntryPoint = "posix_spawnattr_setsigmask")]
    private static unsafe partial int AttributesSetMask(byte* attributes, byte* signals);

    [LibraryImport(C, EntryPoint = "posix_spawnattr_setsigdefault")]
    private static unsafe partial int AttributesSetDefault(byte* attributes, byte* signals);

    [LibraryImport(C, EntryPoint = "posix_spawnattr_setflags")]
    private static unsafe partial int AttributesSetFlags(byte* attributes, short flags);

    [LibraryImport(C, EntryPoint = "posix_spawn")]
    private static unsafe partial int Spawn(
        out int process,
        byte* path,
        byte* actions,
        byte* attributes,
        byte** arguments,
        byte** environment
    );
}
