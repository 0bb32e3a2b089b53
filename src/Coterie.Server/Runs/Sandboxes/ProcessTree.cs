using System.Globalization;

namespace Coterie.Server.Runs.Sandboxes;

/// <summary>
/// What a process and all below it hold and took, looked at from time to time: for machines whose kernel keeps no account for us. What begins and
/// ends between two looks is not seen.
/// </summary>
internal sealed class ProcessTree(int root)
{
    private const int MaxFiles = 40_000; // of about a kilobyte each
    private static readonly string[] Places = [Bubblewrap.Folder, "/tmp", "/dev/shm"];
    private const int TicksPerSecond = 100; // USER_HZ, on every machine .NET runs on
    private readonly Stack<int> _open = new();

    private int? _first;

    /// <summary>Whether all of them have ended. The first below the root is process 1 of the sandbox, which outlives every other in it, though it may not be buried yet.</summary>
    public bool IsGone
    {
        get
        {
            try
            {
                return _first is not { } first || Stat(first)[0] is "Z" or "X";
            }
            catch (IOException)
            {
                return true;
            }
        }
    }

    public long MemoryBytes { get; private set; }
    public long PeakMemoryBytes { get; private set; }
    public TimeSpan Cpu { get; private set; }

    /// <summary>A file takes memory of the kernel's that no process holds.</summary>
    public bool TooManyFiles { get; private set; }

    /// <param name="begun">Whether the sandbox is made: before, its process 1 still sees the machine's own folders.</param>
    public void Look(bool begun)
    {
        long pages = 0;
        long ticks = 0;
        _open.Clear();
        _open.Push(root);
        while (_open.TryPop(out var process))
        {
            var folder = Folder(process);
            try
            {
                pages += long.Parse(File.ReadAllText(folder + "/statm").Split(' ')[1], CultureInfo.InvariantCulture);
                var fields = Stat(process);
                for (var nth = 11; nth <= 14; nth++) // its own, in user and system mode, and that of the children it has buried
                    ticks += long.Parse(fields[nth], CultureInfo.InvariantCulture);
                foreach (var thread in Directory.GetDirectories(folder + "/task"))
                foreach (
                    var child in File.ReadAllText(thread + "/children")
                        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                )
                {
                    _open.Push(int.Parse(child, CultureInfo.InvariantCulture));
                    _first ??= _open.Peek();
                }
            }
            catch (Exception problem)
                when (problem is IOException or UnauthorizedAccessException or IndexOutOfRangeException)
            {
                // it ended at that moment
            }
        }
        MemoryBytes = pages * Environment.SystemPageSize;
        PeakMemoryBytes = Math.Max(PeakMemoryBytes, MemoryBytes);
        var cpu = TimeSpan.FromSeconds(ticks / (double)TicksPerSecond);
        Cpu = cpu > Cpu ? cpu : Cpu;
        if (begun && _first is { } first)
            TooManyFiles |= Places.Sum(place => LibC.FilesIn(Folder(first) + "/root" + place)) > MaxFiles;
    }

    private static string Folder(int process) => string.Create(CultureInfo.InvariantCulture, $"/proc/{process}");

    /// <summary>The fields of /proc/ID/stat from the state on: behind the name, which may hold anything.</summary>
    private static string[] Stat(int process)
    {
        var stat = File.ReadAllText(Folder(process) + "/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    }
}
