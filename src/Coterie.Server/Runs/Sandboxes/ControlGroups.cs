using System.Globalization;

namespace Coterie.Server.Runs.Sandboxes;

/// <summary>Where this process may make control groups, in either version; null from <see cref="Find"/> where it may not.</summary>
internal sealed class ControlGroups : IDisposable
{
    private const string Prefix = "coterie-";

    // All runs together weigh half of one thread of others, where processors are short: who edits in a room goes first.
    private const string SharesText = "512";
    private const string WeightText = "50";
    private static int s_made;

    private readonly Dictionary<string, string>? _folders; // version 1, by controller
    private readonly string? _folder; // version 2

    private ControlGroups(Dictionary<string, string>? folders, string? folder) =>
        (_folders, _folder) = (folders, folder);

    public int Version => _folders is null ? 2 : 1;

    public ControlGroup Create(int slot)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"slot-{slot}");
        return _folders is not null ? new ControlGroupV1(_folders, name) : new ControlGroupV2(_folder!, name);
    }

    /// <summary>Removes its folder; the groups in it have gone before.</summary>
    public void Dispose()
    {
        foreach (var folder in _folders?.Values.Distinct(StringComparer.Ordinal) ?? [_folder!])
            ControlGroup.Remove(folder);
    }

    /// <summary>Looks for a place below the group that this process is in, makes a folder of its own there, and tries whether all controllers work.</summary>
    public static ControlGroups? Find()
    {
        try
        {
            var mine = File.ReadAllLines("/proc/self/cgroup").Select(line => line.Split(':', 3)).ToList();
            var mounts = File.ReadAllLines("/proc/self/mountinfo").Select(Mount.Of).OfType<Mount>().ToList();
            var nth = Interlocked.Increment(ref s_made);
            var name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}.{nth}");
            var found = FindV1(mine, mounts, name) ?? FindV2(mine, mounts, name);
            if (found is null)
                return null;
            using var trial = found.Create(-1);
            trial.Begin(new RunLimits());
            _ = (trial.Cpu, trial.PeakMemoryBytes, trial.RanOutOfMemory, trial.IsEmpty);
            return found;
        }
        catch (Exception problem)
            when (problem is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
            return null; // read-only, as in most containers, or without one of the controllers
        }
    }

    private static ControlGroups? FindV1(List<string[]> mine, List<Mount> mounts, string name)
    {
        var folders = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var controller in ControlGroupV1.Controllers)
        {
            var path = mine.Find(line => line[1].Split(',').Contains(controller, StringComparer.Ordinal))?[2];
            var mount = mounts.Find(one =>
                one.Kind == "cgroup" && one.Options.Contains(controller, StringComparer.Ordinal)
            );
            if (path is null || mount?.Folder(path) is not { } folder)
                return null;
            folders[controller] = OfThisProcess(folder, name);
        }
        File.WriteAllText(Path.Combine(folders["cpu"], "cpu.shares"), SharesText);
        return new ControlGroups(folders, null);
    }

    private static ControlGroups? FindV2(List<string[]> mine, List<Mount> mounts, string name)
    {
        var path = mine.Find(line => line[0] == "0")?[2];
        if (path is null || mounts.Find(one => one.Kind == "cgroup2")?.Folder(path) is not { } folder)
            return null;
        var controllers = File.ReadAllText(Path.Combine(folder, "cgroup.controllers")).Trim().Split(' ');
        if (ControlGroupV2.Controllers.Except(controllers, StringComparer.Ordinal).Any())
            return null;
        // A group with processes of its own may not share out: this process moves to a leaf first.
        var enable = string.Join(' ', ControlGroupV2.Controllers.Select(controller => "+" + controller));
        var shared = Path.Combine(folder, "cgroup.subtree_control");
        var leaf = Directory.CreateDirectory(Path.Combine(folder, Prefix + "server")).FullName;
        File.WriteAllText(
            Path.Combine(leaf, "cgroup.procs"),
            Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
        );
        File.WriteAllText(shared, enable);
        var own = OfThisProcess(folder, name);
        File.WriteAllText(Path.Combine(own, "cgroup.subtree_control"), enable);
        File.WriteAllText(Path.Combine(own, "cpu.weight"), WeightText);
        return new ControlGroups(null, own);
    }

    /// <summary>A folder of that name; those of processes that are gone are removed.</summary>
    private static string OfThisProcess(string folder, string name)
    {
        foreach (var old in Directory.GetDirectories(folder, Prefix + "*"))
        {
            var owner = Path.GetFileName(old)[Prefix.Length..].Split('.')[0];
            if (
                !int.TryParse(owner, NumberStyles.None, CultureInfo.InvariantCulture, out _)
                || Directory.Exists("/proc/" + owner)
            )
                continue;
            try
            {
                foreach (var slot in Directory.GetDirectories(old))
                    Directory.Delete(slot);
                Directory.Delete(old);
            }
            catch (IOException)
            {
                // a run of it is still ending
            }
        }
        return Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
    }

    /// <summary>A line of /proc/self/mountinfo (proc(5)): "36 35 98:0 ROOT POINT options … - KIND source OPTIONS".</summary>
    private sealed record Mount(string Root, string Point, string Kind, string[] Options)
    {
        public static Mount? Of(string line)
        {
            var fields = line.Split(' ');
            var dash = Array.IndexOf(fields, "-");
            return dash > 5 && fields.Length > dash + 3
                ? new Mount(fields[3], fields[4], fields[dash + 1], fields[dash + 3].Split(','))
                : null;
        }

        /// <summary>Where the group of that path lies under this mount; null where it lies outside.</summary>
        public string? Folder(string path)
        {
            if (Root == "/")
                return Path.Combine(Point, path.TrimStart('/'));
            if (path == Root)
                return Point;
            return path.StartsWith(Root + "/", StringComparison.Ordinal)
                ? Path.Combine(Point, path[(Root.Length + 1)..])
                : null;
        }
    }
}
