using System.Globalization;
using Coterie.Protocol.Runs;
using Microsoft.Win32.SafeHandles;

namespace Coterie.Server.Runs.Sandboxes;

/// <summary>
/// The files of most runs, few and small: each in a file in memory without a name, from which bwrap itself writes it into the run's folder before
/// anything begins there. So no other program has to unpack them. They have room: whoever hands more than a part of the folder takes an archive.
/// </summary>
internal static class HandedFiles
{
    public const int Most = 16;
    private const long MostBytes = 256 << 10;
    private const int Part = 4; // of the folder, at most one in so many

    /// <summary>What every run has beside its own, so that who runs it has a name, and this machine is found by its own: a program may speak with itself.</summary>
    private static readonly (string Path, byte[] Bytes)[] Always =
    [
        ("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"u8.ToArray()),
        ("/etc/passwd", "nobody:x:65534:65534:nobody:/box:/bin/sh\n"u8.ToArray()),
        ("/etc/group", "nogroup:x:65534:\n"u8.ToArray()),
        ("/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n"u8.ToArray()),
    ];

    public static int Count => Most + Always.Length;

    public static bool May(SandboxOrder order) =>
        order.Files.Count <= Most
        && order.Files.Sum(file => (long)file.Bytes.Length) is var bytes
        && bytes <= MostBytes
        && bytes <= order.Limits.DiskBytes / Part;

    private static IReadOnlyList<RunFile> Of(SandboxOrder order) => May(order) ? order.Files : [];

    /// <param name="memory"><see cref="Count"/> of them, empty; the sandbox reads them from their beginning.</param>
    public static void Write(SandboxOrder order, IReadOnlyList<SafeFileHandle> memory)
    {
        var files = Of(order);
        for (var nth = 0; nth < files.Count; nth++)
            RandomAccess.Write(memory[nth], files[nth].Bytes.Span, 0);
        for (var nth = 0; nth < Always.Length; nth++)
            RandomAccess.Write(memory[Most + nth], Always[nth].Bytes, 0);
    }

    /// <summary>
    /// What bwrap is told of them. It closes what it has read, so it reads those that nothing was put into as well, each over the one before, and the last
    /// stays: none is open in the program.
    /// </summary>
    /// <param name="first">The descriptor of the first.</param>
    public static IEnumerable<string> Arguments(SandboxOrder order, int first)
    {
        var files = Of(order);
        for (var nth = 0; nth < Count; nth++)
        {
            var file = nth < files.Count ? files[nth] : null;
            yield return "--perms";
            yield return file is not null && RunFiles.IsScript(file) ? "0755" : "0644";
            yield return "--file";
            yield return (first + nth).ToString(CultureInfo.InvariantCulture);
            yield return file is null ? Always[Math.Max(nth - Most, 0)].Path : $"{Bubblewrap.Folder}/{file.Path}";
        }
    }
}
