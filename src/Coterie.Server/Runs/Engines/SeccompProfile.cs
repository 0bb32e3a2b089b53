using System.Text.Json.Nodes;
using Coterie.Server.Runs.Sandboxes;

namespace Coterie.Server.Runs.Engines;

/// <summary>
/// <see cref="SyscallTable"/> as engines take it, by names: what <see cref="SyscallFilter"/> says in numbers. They compare 64 bits where the kernel
/// reads 32, so the upper ones are masked.
/// </summary>
internal static class SeccompProfile
{
    private const int NotPermitted = 1; // EPERM
    private const int NoSuchCall = 38; // ENOSYS
    private const int NoSuchFamily = 97; // EAFNOSUPPORT
    private const ulong Lower = uint.MaxValue;

    public static string Of(SyscallTable table)
    {
        var rules = new JsonArray();
        void Refuse(string[] names, int error, JsonObject? argument = null) =>
            rules.Add(
                new JsonObject
                {
                    ["names"] = new JsonArray([.. names.Select(name => (JsonNode)name)]),
                    ["action"] = "SCMP_ACT_ERRNO",
                    ["errnoRet"] = error,
                    ["args"] = argument is null ? new JsonArray() : new JsonArray(argument),
                }
            );
        Refuse([.. table.Forbidden.Select(call => call.Name)], NotPermitted);
        Refuse(["clone3"], NoSuchCall);
        for (uint flag = 1; flag != 0; flag <<= 1)
            if ((SyscallTable.NewNamespaces & flag) != 0)
                Refuse(["clone"], NotPermitted, Masked(0, flag, flag));
        foreach (var trick in SyscallTable.TerminalTricks)
            Refuse(["ioctl"], NotPermitted, Masked(1, Lower, trick));
        string[] sockets = ["socket", "socketpair"];
        var last = SyscallTable.Families.Max();
        for (uint family = 0; family < last; family++)
            if (!SyscallTable.Families.Contains(family))
                Refuse(sockets, NoSuchFamily, Masked(0, Lower, family));
        Refuse(sockets, NoSuchFamily, Argument(0, "SCMP_CMP_GT", last, 0));
        for (uint kind = 0; kind <= SyscallTable.FileKind; kind += 0x1000)
            if (kind != SyscallTable.NamedPipe)
            {
                if (table.MakeNode is not null)
                    Refuse(["mknod"], NotPermitted, Masked(1, SyscallTable.FileKind, kind));
                Refuse(["mknodat"], NotPermitted, Masked(2, SyscallTable.FileKind, kind));
            }
        return new JsonObject
        {
            ["defaultAction"] = "SCMP_ACT_ALLOW",
            ["architectures"] = new JsonArray(table.Name), // calls of another end the program
            ["syscalls"] = rules,
        }.ToJsonString();
    }

    private static JsonObject Masked(int index, ulong mask, ulong value) =>
        Argument(index, "SCMP_CMP_MASKED_EQ", mask, value);

    private static JsonObject Argument(int index, string comparison, ulong value, ulong second) =>
        new()
        {
            ["index"] = index,
            ["value"] = value,
            ["valueTwo"] = second,
            ["op"] = comparison,
        };
}
