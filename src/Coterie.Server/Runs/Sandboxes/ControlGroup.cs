using System.Globalization;

namespace Coterie.Server.Runs.Sandboxes;

/// <summary>
/// The kernel's account of one run at a time: how much memory, how many processes and how much of the processors it may have, and what it took.
/// A group belongs to a slot and is used again: it is empty between two runs.
/// </summary>
internal abstract class ControlGroup : IDisposable
{
    /// <summary>Processes of the sandbox itself: bwrap twice, the shell within.</summary>
    protected const int OwnProcesses = 8;
    protected const int PeriodMicroseconds = 100_000;

    /// <summary>Files to which a process of one thread writes 0 to belong to the group.</summary>
    public abstract IEnumerable<string> Doors { get; }

    /// <summary>The file that names the processes in it.</summary>
    protected abstract string Processes { get; }
    public abstract TimeSpan Cpu { get; }
    public abstract long PeakMemoryBytes { get; }
    public abstract bool RanOutOfMemory { get; }

    /// <summary>Before anything of a run is in it: leaves what earlier ones left behind.</summary>
    public abstract void Renew();

    /// <summary>Begins a new account, of all that is done from now on.</summary>
    public abstract void Begin(RunLimits limits);

    /// <summary>Throws <see cref="IOException"/> where the run holds more than that already.</summary>
    public abstract void LimitMemory(long bytes);

    /// <summary>Ends everything in it.</summary>
    public void Kill()
    {
        foreach (var process in File.ReadAllLines(Processes))
            if (int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 1)
                LibC.Signal(id, LibC.Kill);
    }

    public bool IsEmpty => File.ReadAllText(Processes).Length == 0;

    public abstract void Dispose();

    protected static void Set(string folder, string name, long value) =>
        File.WriteAllText(Path.Combine(folder, name), value.ToString(CultureInfo.InvariantCulture));

    protected static long Get(string folder, string name) =>
        long.Parse(File.ReadAllText(Path.Combine(folder, name)).AsSpan().Trim(), CultureInfo.InvariantCulture);

    /// <summary>A number out of a file of "name number" lines; 0 where the name is not there.</summary>
    protected static long Get(string folder, string name, string key)
    {
        foreach (var line in File.ReadLines(Path.Combine(folder, name)))
            if (line.StartsWith(key, StringComparison.Ordinal) && line.Length > key.Length && line[key.Length] == ' ')
                return long.Parse(line.AsSpan(key.Length + 1).Trim(), CultureInfo.InvariantCulture);
        return 0;
    }

    internal static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (IOException)
        {
            // something in it is still ending; the next start removes it
        }
        catch (UnauthorizedAccessException) { }
    }
}
