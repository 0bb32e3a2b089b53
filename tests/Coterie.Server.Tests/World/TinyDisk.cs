using System.Diagnostics;

namespace Coterie.Server.Tests.World;

/// <summary>A server whose data directory is a small disk of its own, in a mount namespace that ends with it.</summary>
internal static class TinyDisk
{
    /// <param name="fill">Whether something else takes all of the disk before the server starts.</param>
    public static async Task<ServerProcess> LaunchAsync(Scratch scratch, string size, bool fill = false)
    {
        await SkipWhereImpossibleAsync();
        Directory.CreateDirectory(scratch.Data);
        var prepare =
            "mount -t tmpfs -o size=\"$0\" tmpfs \"$1\" || exit 99; "
            + "[ -z \"$2\" ] || dd if=/dev/zero of=\"$1/other\" bs=4k 2>/dev/null; shift 2; exec \"$@\"";
        return ServerProcess.Launch(
            ["--urls", "http://127.0.0.1:0", "--data", scratch.Data],
            variables: null,
            ["unshare", Namespaces, "sh", "-c", prepare, size, scratch.Data, fill ? "fill" : ""]
        );
    }

    /// <summary>The path of a file in its data directory, for who is outside.</summary>
    public static string Seen(ServerProcess server, Scratch scratch, string name) =>
        $"/proc/{server.Id}/root{Path.GetFullPath(scratch.Data)}/{name}";

    /// <summary>Root needs no namespace of users, in which no other user is.</summary>
    private static string Namespaces => Environment.IsPrivilegedProcess ? "-m" : "-rm";

    private static async Task SkipWhereImpossibleAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has mount namespaces");
        using var attempt = Process.Start("unshare", [Namespaces, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]);
        await attempt.WaitForExitAsync();
        Assert.SkipUnless(attempt.ExitCode == 0, "this machine does not let us mount a small disk");
    }
}
