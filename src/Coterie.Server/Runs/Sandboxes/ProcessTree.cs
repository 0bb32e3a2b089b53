using System.Globalization;

namespace Coterie.Server.Runs.Sandboxes;

/// <summary>
/// What a process and all below it hold and took, looked at from time to time: for machines whose kernel keeps no account for us. What begins and
/// ends between two looks is not seen.
/// </summary>
internal sealed class ProcessTree(int root)
{
    private const int TicksPerSecond = 100; // USER_HZ, on every machine .NET runs on
    private readonly Dictionary<int, long> _ticks = [];
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
    public TimeSpan Cpu => TimeSpan.FromSeconds(_ticks.Values.Sum() / (double)TicksPerSecond);

    public void Look()
    {
        long pages = 0;
        _open.Clear();
        _open.Push(root);
        while (_open.TryPop(out var process))
        {
            var folder = Folder(process);
            try
            {
                pages += long.Parse(File.ReadAllText(folder + "/statm").Split(' ')[1], CultureInfo.InvariantCulture);
                var fields = Stat(process);
                _ticks[process] =
                    long.Parse(fields[11], CultureInfo.InvariantCulture)
                    + long.Parse(fields[12], CultureInfo.InvariantCulture);
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
    }

    private static string Folder(int process) => string.Create(CultureInfo.InvariantCulture, $"/proc/{process}");

    /// <summary>The fields of /proc/ID/stat from the state on: behind the name, which may hold anything.</summary>
    private static string[] Stat(int process)
    {
        var stat = File.ReadAllText(Folder(process) + "/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    }
}
