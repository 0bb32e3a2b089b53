using System.Buffers.Binary;

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

    /// <summary>x32's calls of x64.</summary>
    private const uint OtherNumbers = 0x40000000;

    /// <summary>The program for the machine this runs on; null where there is no table for it.</summary>
    /// <param name="counted">Whether the kernel counts memory; else memory that belongs to no process is refused.</param>
    public static byte[]? ForThisMachine(bool counted) =>
        SyscallTable.OfThisMachine is { } table ? Of(table, counted) : null;

    private static byte[] Of(SyscallTable table, bool counted)
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
        Add(JumpIfEqual, 1, 0, table.Audit);
        Add(Return, 0, 0, KillProcess);
        Add(Load, 0, 0, Number);
        if (table == SyscallTable.X64)
        {
            Add(JumpIfAtLeast, 0, 1, OtherNumbers);
            Add(Return, 0, 0, KillProcess);
        }
        foreach (var call in table.Forbidden)
            Refuse(call.Number);
        foreach (var call in counted ? [] : table.Uncounted)
            Refuse(call);
        Refuse(SyscallTable.Clone3, NoSuchCall);

        Add(JumpIfEqual, 0, 4, table.CloneCall);
        Add(Load, 0, 0, FirstArgument);
        Add(JumpIfAny, 0, 1, SyscallTable.NewNamespaces);
        Add(Return, 0, 0, NotPermitted);
        Add(Return, 0, 0, Allow);

        Add(JumpIfEqual, 0, (byte)(2 + 2 * SyscallTable.TerminalTricks.Length), table.Ioctl);
        Add(Load, 0, 0, SecondArgument);
        foreach (var trick in SyscallTable.TerminalTricks)
            Refuse(trick);
        Add(Return, 0, 0, Allow);

        foreach (var call in new[] { table.Socket, table.SocketPair })
        {
            Add(JumpIfEqual, 0, (byte)(2 + 2 * SyscallTable.Families.Length), call);
            Add(Load, 0, 0, FirstArgument);
            foreach (var family in SyscallTable.Families)
                Refuse(family, Allow);
            Add(Return, 0, 0, NoSuchFamily);
        }

        foreach (var (call, mode) in new[] { (table.MakeNode, SecondArgument), (table.MakeNodeAt, ThirdArgument) })
        {
            if (call is not { } number)
                continue;
            Add(JumpIfEqual, 0, 5, number);
            Add(Load, 0, 0, mode);
            Add(And, 0, 0, SyscallTable.FileKind);
            Add(JumpIfEqual, 0, 1, SyscallTable.NamedPipe);
            Add(Return, 0, 0, Allow);
            Add(Return, 0, 0, NotPermitted);
        }
        Add(Return, 0, 0, Allow);
        return [.. program];
    }
}
