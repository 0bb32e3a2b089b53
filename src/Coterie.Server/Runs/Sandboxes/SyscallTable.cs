using System.Runtime.InteropServices;

namespace Coterie.Server.Runs.Sandboxes;

internal readonly record struct Syscall(string Name, uint Number);

/// <summary>What programs may not ask of the kernel, with the numbers of one architecture (asm/unistd.h).</summary>
/// <param name="Audit">The architecture's number, as filters are told it.</param>
/// <param name="Name">As libseccomp calls it.</param>
/// <param name="Uncounted">shmget, msgget, semget, memfd_create, memfd_secret: memory that belongs to no process.</param>
/// <param name="Forbidden">Fail with EPERM.</param>
internal sealed record SyscallTable(
    uint Audit,
    string Name,
    uint CloneCall,
    uint Ioctl,
    uint Socket,
    uint SocketPair,
    uint? MakeNode,
    uint MakeNodeAt,
    uint[] Uncounted,
    Syscall[] Forbidden
)
{
    /// <summary>Its flags lie in memory, where no filter can look. The same number on both.</summary>
    public const uint Clone3 = 435;

    /// <summary>CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET.</summary>
    public const uint NewNamespaces = 0x7e020000;

    public const uint FileKind = 0xf000; // S_IFMT

    /// <summary>S_IFIFO: a node too, and harmless.</summary>
    public const uint NamedPipe = 0x1000;

    /// <summary>AF_UNIX, AF_INET, AF_INET6, AF_NETLINK: a network of one's own holds them. AF_VSOCK and others reach outside it.</summary>
    public static readonly uint[] Families = [1, 2, 10, 16];

    /// <summary>TIOCSTI types into a terminal, TIOCLINUX into a console, TIOCSETD changes how it works.</summary>
    public static readonly uint[] TerminalTricks = [0x5412, 0x541c, 0x5423];

    /// <summary>The same numbers on both.</summary>
    private static readonly Syscall[] Newer =
    [
        new("io_uring_setup", 425),
        new("io_uring_enter", 426),
        new("io_uring_register", 427),
        new("open_tree", 428),
        new("move_mount", 429),
        new("fsopen", 430),
        new("fsconfig", 431),
        new("fsmount", 432),
        new("fspick", 433),
        new("pidfd_getfd", 438),
        new("mount_setattr", 442),
        new("quotactl_fd", 443),
        new("open_tree_attr", 467),
    ];

    public static readonly SyscallTable X64 = new(
        0xc000003e,
        "SCMP_ARCH_X86_64",
        CloneCall: 56,
        Ioctl: 16,
        Socket: 41,
        SocketPair: 53,
        MakeNode: 133,
        MakeNodeAt: 259,
        Uncounted: [29, 68, 64, 319, 447],
        Forbidden:
        [
            new("ptrace", 101),
            new("syslog", 103),
            new("vhangup", 153),
            new("modify_ldt", 154),
            new("pivot_root", 155),
            new("adjtimex", 159),
            new("chroot", 161),
            new("acct", 163),
            new("settimeofday", 164),
            new("mount", 165),
            new("umount2", 166),
            new("swapon", 167),
            new("swapoff", 168),
            new("reboot", 169),
            new("sethostname", 170),
            new("setdomainname", 171),
            new("iopl", 172),
            new("ioperm", 173),
            new("create_module", 174),
            new("init_module", 175),
            new("delete_module", 176),
            new("quotactl", 179),
            new("nfsservctl", 180),
            new("lookup_dcookie", 212),
            new("clock_settime", 227),
            new("kexec_load", 246),
            new("add_key", 248),
            new("request_key", 249),
            new("keyctl", 250),
            new("migrate_pages", 256),
            new("unshare", 272),
            new("move_pages", 279),
            new("perf_event_open", 298),
            new("fanotify_init", 300),
            new("name_to_handle_at", 303),
            new("open_by_handle_at", 304),
            new("clock_adjtime", 305),
            new("setns", 308),
            new("process_vm_readv", 310),
            new("process_vm_writev", 311),
            new("kcmp", 312),
            new("finit_module", 313),
            new("kexec_file_load", 320),
            new("bpf", 321),
            new("userfaultfd", 323),
            .. Newer,
        ]
    );

    public static readonly SyscallTable Arm64 = new(
        0xc00000b7,
        "SCMP_ARCH_AARCH64",
        CloneCall: 220,
        Ioctl: 29,
        Socket: 198,
        SocketPair: 199,
        MakeNode: null,
        MakeNodeAt: 33,
        Uncounted: [194, 186, 190, 279, 447],
        Forbidden:
        [
            new("lookup_dcookie", 18),
            new("umount2", 39),
            new("mount", 40),
            new("pivot_root", 41),
            new("nfsservctl", 42),
            new("chroot", 51),
            new("vhangup", 58),
            new("quotactl", 60),
            new("acct", 89),
            new("unshare", 97),
            new("kexec_load", 104),
            new("init_module", 105),
            new("delete_module", 106),
            new("clock_settime", 112),
            new("syslog", 116),
            new("ptrace", 117),
            new("reboot", 142),
            new("sethostname", 161),
            new("setdomainname", 162),
            new("settimeofday", 170),
            new("adjtimex", 171),
            new("add_key", 217),
            new("request_key", 218),
            new("keyctl", 219),
            new("swapon", 224),
            new("swapoff", 225),
            new("migrate_pages", 238),
            new("move_pages", 239),
            new("perf_event_open", 241),
            new("fanotify_init", 262),
            new("name_to_handle_at", 264),
            new("open_by_handle_at", 265),
            new("clock_adjtime", 266),
            new("setns", 268),
            new("process_vm_readv", 270),
            new("process_vm_writev", 271),
            new("kcmp", 272),
            new("finit_module", 273),
            new("bpf", 280),
            new("userfaultfd", 282),
            new("kexec_file_load", 294),
            .. Newer,
        ]
    );

    /// <summary>Of the machine this runs on; null where there is none for it.</summary>
    public static SyscallTable? OfThisMachine =>
        RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => X64,
            Architecture.Arm64 => Arm64,
            _ => null,
        };
}
