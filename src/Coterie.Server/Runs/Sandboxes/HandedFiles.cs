using System.Globalization;
using Coterie.Protocol.Runs;
using Microsoft.Win32.SafeHandles;

namespace Coterie.Server.Runs.Sandboxes;

/// <summary>
/// The files of most runs, few and small: each on a descriptor, from which bwrap itself writes it into the run's folder before anything begins
/// there. So no other program has to unpack them. They have room: whoever hands more than a part of the folder takes an archive.
/// </summary>
internal static class HandedFiles
{
    public const int Most = 16;
    private const long MostBytes = 256 << 10;
    private const int Part = 4; // of the folder, at most one in so many

    /// <summary>Behind those of <see cref="Bubblewrap"/>.</summary>
    private const int FirstDescriptor = Bubblewrap.Go + 1;

    public static bool May(SandboxOrder order) =>
        order.Files.Count <= Most
        && order.Files.Sum(file => (long)file.Bytes.Length) is var bytes
        && bytes <= MostBytes
        && bytes <= order.Limits.DiskBytes / Part;

    /// <summary>One descriptor for each, to be handed on in this order.</summary>
    public static IEnumerable<SafeFileHandle> Open(SandboxOrder order) =>
        order.Files.Select(file => LibC.MemoryFile(file.Bytes.Span));

    /// <summary>What bwrap is told of them.</summary>
    public static IEnumerable<string> Arguments(SandboxOrder order) =>
        order.Files.SelectMany(
            (file, nth) =>
                (string[])
                    [
                        "--perms",
                        RunFiles.IsScript(file) ? "0755" : "0644",
                        "--file",
                        (FirstDescriptor + nth).ToString(CultureInfo.InvariantCulture),
                        $"{Bubblewrap.Folder}/{file.Path}",
                    ]
        );
}
