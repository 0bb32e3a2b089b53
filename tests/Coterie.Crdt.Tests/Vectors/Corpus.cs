namespace Coterie.Crdt.Tests.Vectors;

/// <summary>
/// The recorded sessions: the small corpus beside this file, and the larger one where the environment variable COTERIE_CORPUS
/// names its folder.
/// </summary>
internal static class Corpus
{
    /// <summary>The folders that are there, the committed one first.</summary>
    public static IReadOnlyList<string> Folders { get; } = Find();

    private static List<string> Find()
    {
        var larger = Larger(Environment.GetEnvironmentVariable("COTERIE_CORPUS")).ToList();
        foreach (var folder in larger)
            Console.Out.WriteLine(
                $"COTERIE_CORPUS: {Directory.GetFiles(Path.Combine(folder, "sessions"), "*.json").Length} sessions more"
            );
        return [Path.Combine(AppContext.BaseDirectory, "../../../corpus"), .. larger];
    }

    /// <summary>The larger corpus. Where one is named and none is there the tests do not pass as if they had run on it.</summary>
    public static IEnumerable<string> Larger(string? folder)
    {
        if (string.IsNullOrEmpty(folder))
            return [];
        if (!Directory.Exists(Path.Combine(folder, "sessions")))
            throw new DirectoryNotFoundException(
                $"COTERIE_CORPUS: '{folder}' has no folder 'sessions'. Is it unpacked?"
            );
        return [folder];
    }

    public static IEnumerable<Session> Sessions() => Load("sessions");

    public static IEnumerable<Session> Divergent() => Load("known-divergent");

    private static IEnumerable<Session> Load(string name) =>
        Folders
            .Select(folder => Path.Combine(folder, name))
            .Where(Directory.Exists)
            .SelectMany(folder =>
                Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(Session.Load)
            );

    /// <summary>The entries of a list in a file beside the sessions, of each folder that has it.</summary>
    public static IEnumerable<ValueObject> Misc(string file, string list) =>
        Folders
            .Select(folder => Path.Combine(folder, "misc", file))
            .Where(File.Exists)
            .SelectMany(path => Session.Objects(((ValueObject)Bytes.JsonText.Read(File.ReadAllText(path), 0)!)[list]));

    /// <summary>Runs a check on every session; fails with the names and the first reason of those that did not pass it.</summary>
    public static void ForEach(Action<Session> check)
    {
        var output = TestContext.Current.TestOutputHelper;
        output?.WriteLine($"corpus: {string.Join(", ", Folders.Select(Path.GetFileName))}");
        var failures = new List<string>();
        var counts = new SortedDictionary<string, (int Passed, int All)>(StringComparer.Ordinal);
        foreach (var session in Sessions())
        {
            var (passed, all) = counts.GetValueOrDefault(session.Kind);
            try
            {
                check(session);
                passed++;
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                failures.Add(
                    $"{session.Name}: {error.GetType().Name} {error.Message} {error.StackTrace?.Split('\n')[0]}"
                );
            }
            counts[session.Kind] = (passed, all + 1);
        }
        Assert.NotEmpty(counts);
        foreach (var (kind, (passed, all)) in counts)
            output?.WriteLine($"{kind}: {passed} of {all}");
        Assert.True(failures.Count == 0, $"{failures.Count} failed; " + string.Join("\n", failures.Take(5)));
    }
}
