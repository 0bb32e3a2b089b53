using System.Formats.Tar;
using System.Text;
using Coterie.Protocol.Runs;

namespace Coterie.Server.Runs;

/// <summary>
/// The files of a run as the sandbox unpacks them. Every path stays below the run's folder: no "..", no root, no link ever comes of a name, and
/// no file stands where another's folder would be.
/// </summary>
internal static class RunFiles
{
    public const int MaxFiles = 2000;
    public const int MaxPathBytes = 1024;
    public const int MaxDepth = 32; // names in a path
    public const int MaxNameBytes = 255; // of ext4, tmpfs and most others

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>What is wrong with them, as a sentence for whoever sent them; null where all is well.</summary>
    public static string? Problem(IReadOnlyList<RunFile> files, long maxBytes)
    {
        if (files.Count > MaxFiles)
            return $"A run takes {MaxFiles} files at most, and these are {files.Count}.";
        var seen = new HashSet<string>(StringComparer.Ordinal);
        long bytes = 0;
        foreach (var file in files)
        {
            if (ProblemOf(file.Path) is { } problem)
                return problem;
            if (!seen.Add(file.Path))
                return $"Two files have the path {Shown(file.Path)}.";
            bytes += file.Bytes.Length;
        }
        var folders = seen.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var file in files)
            for (var slash = file.Path.IndexOf('/'); slash >= 0; slash = file.Path.IndexOf('/', slash + 1))
                if (folders.Contains(file.Path.AsSpan(0, slash)))
                    return $"{Shown(file.Path[..slash])} is a file, and {Shown(file.Path)} wants it as a folder.";
        return bytes > maxBytes
            ? $"A run takes {maxBytes >> 20} MB of files at most, and these have {(bytes >> 20) + 1} MB."
            : null;
    }

    /// <summary>A tar archive of them.</summary>
    public static void Write(IReadOnlyList<RunFile> files, Stream into)
    {
        if (files.Count == 0)
            into.Write(new byte[1024]); // the end of an archive, which the writer only puts behind files
        using var archive = new TarWriter(into, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var file in files) // the folders are made by whoever unpacks
        {
            using var bytes = new MemoryStream(file.Bytes.ToArray(), writable: false);
            archive.WriteEntry(
                new PaxTarEntry(TarEntryType.RegularFile, file.Path)
                {
                    Mode = (UnixFileMode)(IsScript(file) ? 0b111_101_101 : 0b110_100_100),
                    DataStream = bytes,
                }
            );
        }
    }

    /// <summary>Whether it begins with #!: such are run by their name.</summary>
    public static bool IsScript(RunFile file) => file.Bytes.Span.StartsWith("#!"u8);

    private static string? ProblemOf(string path)
    {
        if (path.Length == 0)
            return "A file has no name.";
        int bytes;
        try
        {
            bytes = Strict.GetByteCount(path);
        }
        catch (EncoderFallbackException)
        {
            return "The path of a file is no text.";
        }
        if (bytes > MaxPathBytes)
            return $"The path {Shown(path)} has {bytes} bytes; {MaxPathBytes} are the most.";
        if (path.AsSpan().Count('/') >= MaxDepth)
            return $"The path {Shown(path)} is more than {MaxDepth} names deep.";
        foreach (var name in path.Split('/'))
        {
            if (name is "" or "." or "..")
                return $"The path {Shown(path)} leads out of the run's folder, or to no file.";
            if (Strict.GetByteCount(name) > MaxNameBytes)
                return $"The name {Shown(name)} is longer than {MaxNameBytes} bytes.";
            if (name.AsSpan().ContainsAny('\0', '\n', '\r') || name.Any(char.IsControl))
                return $"The name {Shown(name)} has a control character in it.";
        }
        return null;
    }

    /// <summary>Short, and without anything a terminal would obey.</summary>
    private static string Shown(string path)
    {
        var plain = string.Concat(path.Take(60).Select(letter => char.IsControl(letter) ? '?' : letter));
        return path.Length > 60 ? $"“{plain}…”" : $"“{plain}”";
    }
}
