using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Coterie.Server.Runs.Sandboxes;

/// <summary>
/// The seccomp program of every run (classic BPF, eight bytes an instruction, as bwrap's --seccomp wants it). What a program for people needs
/// passes; what reaches into the kernel, other processes or namespaces fails with EPERM, so that programs say so and go on.
/// Calls of another architecture end the process: their numbers mean other things.
/// </summary>
internal static class SyscallFilter
{
    private const uint Allow = 0x7fff0000;
    private const uint KillProcess = 0x80000000;
    private const uint NotPermitted = 0x00050001; // EPERM
    private const uint NoSuchCall = 0x00050026; // ENOSYS: the C library then takes the older call
    private const uint NoSuchFamily = 0x00050061; // EAFNOSUPPORT

    /// <summary>Offsets into struct seccomp_data; arguments are 64 bits, little-endian, and the kernel reads 32 of those looked at here.</summary>
    private const uint Number = 0;
    private const uint Architecture = 4;
    private const uint FirstArgument = 16;
    private const uint SecondArgument = 24;
    private const uint ThirdArgument = 32;

    private const ushort Load = 0x20; // BPF_LD | BPF_W | BPF_ABS
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfAtLeast = 0x35;
    private const ushort JumpIfAny = 0x45; // BPF_JSET
    private const ushort And = 0x54;
    private const ushort Return = 0x06;

    /// <summary>CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET.</summary>
    private const uint NewNamespaces = 0x7e020000;

    /// <summary>x32's calls of x64.</summary>
    private const uint OtherNumbers = 0x40000000;

    private const uint FileKind = 0xf000; // S_IFMT
    private const uint NamedPipe = 0x1000; // S_IFIFO

    /// <summary>AF_UNIX, AF_INET, AF_INET6, AF_NETLINK: a network of one's own holds them. AF_VSOCK and others reach outside it.</summary>
    private static readonly uint[] Families = [1, 2, 10, 16];

    /// <summary>TIOCSTI types into a terminal, TIOCLINUX into a console, TIOCSETD changes how it works.</summary>
    private static readonly uint[] TerminalTricks = [0x5412, 0x541c, 0x5423];

    /// <summary>The calls of each architecture, by asm/unistd.h.</summary>
    private sealed record Table(
        uint Architecture,
        uint CloneCall,
        uint Ioctl,
        uint Socket,
        uint SocketPair,
        uint? MakeNode,
        uint MakeNodeAt,
        uint[] Uncounted, // shmget, msgget, semget, memfd_create, memfd_secret
        uint[] Forbidden
    );

    /// <summary>The same numbers on both: io_uring_setup, _enter, _register, open_tree, move_mount, fsopen, fsconfig, fsmount, fspick, pidfd_getfd, mount_setattr, quotactl_fd, open_tree_attr.</summary>
    private static readonly uint[] Newer = [425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442, 443, 467];

    private const uint Clone3 = 435; // on both

    private static readonly Table X64 = new(
        0xc000003e,
        CloneCall: 56,
        Ioctl: 16,
        Socket: 41,
        SocketPair: 53,
        MakeNode: 133,
        MakeNodeAt: 259,
        Uncounted: [29, 68, 64, 319, 447],
        Forbidden:
        [
            101, // ptrace
            103, // syslog
            153, // vhangup
            154, // modify_ldt
            155, // pivot_root
            159, // adjtimex
            161, // chroot
            163, // acct
            164, // settimeofday
            165, // mount
            166, // umount2
            167, // swapon
            168, // swapoff
            169, // reboot
            170, // sethostname
            171, // setdomainname
            172, // iopl
            173, // ioperm
            174, // create_module
            175, // init_module
            176, // delete_module
            179, // quotactl
            180, // nfsservctl
            212, // lookup_dcookie
            227, // clock_settime
            246, // kexec_load
            248, // add_key
            249, // request_key
            250, // keyctl
            256, // migrate_pages
            272, // unshare
            279, // move_pages
            298, // perf_event_open
            300, // fanotify_init
            303, // name_to_handle_at
            304, // open_by_handle_at
            305, // clock_adjtime
            308, // setns
            310, // process_vm_readv
            311, // process_vm_writev
            312, // kcmp
            313, // finit_module
            320, // kexec_file_load
            321, // bpf
            323, // userfaultfd
        ]
    );

    private static readonly Table Arm64 = new(
        0xc00000b7,
        CloneCall: 220,
        Ioctl: 29,
        Socket: 198,
        SocketPair: 199,
        MakeNode: null,
        MakeNodeAt: 33,
        Uncounted: [194, 186, 190, 279, 447],
        Forbidden:
        [
            18, // lookup_dcookie
            39, // umount2
            40, // mount
            41, // pivot_root
            42, // nfsservctl
            51, // chroot
            58, // vhangup
            60, // quotactl
            89, // acct
            97, // unshare
            104, // kexec_load
            105, // init_module
            106, // delete_module
            112, // clock_settime
            116, // syslog
            117, // ptrace
            142, // reboot
            161, // sethostname
            162, // setdomainname
            170, // settimeofday
            171, // adjtimex
            217, // add_key
            218, // request_key
            219, // keyctl
            224, // swapon
            225, // swapoff
            238, // migrate_pages
            239, // move_pages
            241, // perf_event_open
            262, // fanotify_init
            264, // name_to_handle_at
            265, // open_by_handle_at
            266, // clock_adjtime
            268, // setns
            270, // process_vm_readv
            271, // process_vm_writev
            272, // kcmp
            273, // finit_module
            280, // bpf
            282, // userfaultfd
            294, // kexec_file_load
        ]
    );

    /// <summary>The program for the machine this runs on; null where there is no table for it.</summary>
    /// <param name="counted">Whether the kernel counts memory; else memory that belongs to no process is refused.</param>
    public static byte[]? ForThisMachine(bool counted) =>
        RuntimeInformation.OSArchitecture switch
        {
            System.Runtime.InteropServices.Architecture.X64 => Of(X64, counted),
            System.Runtime.InteropServices.Architecture.Arm64 => Of(Arm64, counted),
            _ => null,
        };

    private static byte[] Of(Table table, bool counted)
    {
        var program = new List<byte>(2048);
        void Add(ushort code, byte ifTrue, byte ifFalse, uint value)
        {
            Span<byte> instruction = stackalloc byte[8];
            BinaryPrimitives.WriteUInt16LittleEndian(instruction, code);
            instruction[2] = ifTrue;
            instruction[3] = ifFalse;
            BinaryPrimitives.WriteUInt32LittleEndian(instruction[4..], value);
            program.AddRange(instruction);
        }
        void Refuse(uint call, uint answer = NotPermitted)
        {
            Add(JumpIfEqual, 0, 1, call);
            Add(Return, 0, 0, answer);
        }

        Add(Load, 0, 0, Architecture);
        Add(JumpIfEqual, 1, 0, table.Architecture);
        Add(Return, 0, 0, KillProcess);
        Add(Load, 0, 0, Number);
        if (table == X64)
        {
            Add(JumpIfAtLeast, 0, 1, OtherNumbers);
            Add(Return, 0, 0, KillProcess);
        }
        foreach (var call in table.Forbidden.Concat(Newer).Concat(counted ? [] : table.Uncounted))
            Refuse(call);
        Refuse(Clone3, NoSuchCall); // its flags lie in memory, where no filter can look

        Add(JumpIfEqual, 0, 4, table.CloneCall);
        Add(Load, 0, 0, FirstArgument);
        Add(JumpIfAny, 0, 1, NewNamespaces);
        Add(Return, 0, 0, NotPermitted);
        Add(Return, 0, 0, Allow);

        Add(JumpIfEqual, 0, (byte)(2 + 2 * TerminalTricks.Length), table.Ioctl);
        Add(Load, 0, 0, SecondArgument);
        foreach (var trick in TerminalTricks)
            Refuse(trick);
        Add(Return, 0, 0, Allow);

        foreach (var call in new[] { table.Socket, table.SocketPair })
        {
            Add(JumpIfEqual, 0, (byte)(2 + 2 * Families.Length), call);
            Add(Load, 0, 0, FirstArgument);
            foreach (var family in Families)
                Refuse(family, Allow);
            Add(Return, 0, 0, NoSuchFamily);
        }

        // A named pipe is a node too, and harmless.
        foreach (var (call, mode) in new[] { (table.MakeNode, SecondArgument), (table.MakeNodeAt, ThirdArgument) })
        {
            if (call is not { } number)
                continue;
            Add(JumpIfEqual, 0, 5, number);
            Add(Load, 0, 0, mode);
            Add(And, 0, 0, FileKind);
            Add(JumpIfEqual, 0, 1, NamedPipe);
            Add(Return, 0, 0, Allow);
            Add(Return, 0, 0, NotPermitted);
        }
        Add(Return, 0, 0, Allow);
        return [.. program];
    }
}
