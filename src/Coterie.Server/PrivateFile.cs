namespace Coterie.Server;

/// <summary>Files that only their owner may read (mode 0600 where the system has modes).</summary>
internal static class PrivateFile
{
    /// <summary>Creates or replaces the file; a reader finds the old bytes or the new ones, never a part.</summary>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var fresh = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(fresh, options))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        File.Move(fresh, path, overwrite: true);
    }
}
