namespace Coterie.Hub.Stores;

/// <summary>
/// The directory of a store, held by this process alone: the lock is the operating system's on the file coterie.lock, so it
/// ends with the process, however that ends.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private const int LockViolation = unchecked((int)0x80070021); // Windows
    private const int WouldBlock = 11; // EAGAIN, as .NET reports a held flock on Linux
    private const int WouldBlockMac = 35;

    private readonly FileStream lockFile;

    private DataDirectory(string path, FileStream lockFile)
    {
        Path = path;
        this.lockFile = lockFile;
    }

    public string Path { get; }

    /// <summary>Bytes that may still be written to its disk; as many as there could ever be where the system does not say.</summary>
    public long FreeBytes
    {
        get
        {
            try
            {
                return new DriveInfo(Path).AvailableFreeSpace;
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
            {
                return long.MaxValue;
            }
        }
    }

    public static DataDirectory Open(string directory)
    {
        var path = System.IO.Path.GetFullPath(directory);
        if (File.Exists(path))
        {
            throw new StoreException(StoreProblem.Unwritable, $"{path} is a file. Name a directory with --data.");
        }
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(
                    path,
                    UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                );
            }
            var held = new FileStream(
                System.IO.Path.Combine(path, "coterie.lock"),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            );
            return new DataDirectory(path, held);
        }
        catch (IOException problem) when (problem.HResult is LockViolation or WouldBlock or WouldBlockMac)
        {
            throw new StoreException(
                StoreProblem.InUse,
                $"The data directory {path} is in use by another coterie process. Stop that one, or choose another directory with --data.",
                problem
            );
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                StoreProblem.Unwritable,
                $"The data directory {path} cannot be written: {problem.Message} Give this user the right to write there, or choose another directory with --data.",
                problem
            );
        }
    }

    public void Dispose() => lockFile.Dispose();
}
