namespace Coterie.Style.Tests;

/// <summary>The checked-out repository as text: its root and the files that people wrote in it.</summary>
internal static class Repository
{
    private static readonly string[] Made = ["bin", "obj", "node_modules", "dist", "artifacts", "data", ".git"];

    public static string Root { get; } = FindRoot();

    /// <summary>Paths relative to the root, with forward slashes, sorted; of all files below <paramref name="folder"/> with one of these endings.</summary>
    public static IReadOnlyList<string> Files(string folder, params string[] endings)
    {
        var start = Path.Combine(Root, folder);
        if (!Directory.Exists(start))
            return [];
        var found = Below(start)
            .Where(path => Array.Exists(endings, ending => path.EndsWith(ending, StringComparison.Ordinal)))
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'));
        return [.. found.Order(StringComparer.Ordinal)];
    }

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static bool Exists(string path) => File.Exists(Path.Combine(Root, path));

    private static IEnumerable<string> Below(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
            yield return file;
        foreach (var inner in Directory.EnumerateDirectories(folder))
            if (!Made.Contains(Path.GetFileName(inner)))
                foreach (var file in Below(inner))
                    yield return file;
    }

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Coterie.slnx")))
                return at.FullName;
        throw new InvalidOperationException("The style tests must run from a build inside the repository.");
    }
}
