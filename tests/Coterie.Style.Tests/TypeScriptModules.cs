using System.Text.Json;
using System.Text.RegularExpressions;

namespace Coterie.Style.Tests;

/// <summary>Which TypeScript file names which: imports, exports, workers by URL, and scripts of a page.</summary>
internal static partial class TypeScriptModules
{
    /// <summary>What a module asks for, as written: "./Link.ts", "yjs", "node:fs".</summary>
    public static IEnumerable<string> Wanted(string text) =>
        Import().Matches(text).Select(match => match.Groups["from"].Value.Split('?')[0]);

    /// <summary>The file a relative request means, or null where it names a package or nothing there.</summary>
    public static string? Resolve(string from, string wanted, IReadOnlySet<string> files)
    {
        if (!wanted.StartsWith('.') && !wanted.StartsWith('/'))
            return null;
        var folder = wanted.StartsWith('/') ? from[..from.LastIndexOf('/')] : Path.GetDirectoryName(from)!;
        var path = Path.GetFullPath("/" + folder + "/" + wanted)[1..];
        return new[] { path, path + ".ts", path + ".tsx", path + "/index.ts" }.FirstOrDefault(files.Contains);
    }

    /// <summary>All files that the roots reach.</summary>
    public static HashSet<string> Reach(
        IEnumerable<string> roots,
        IReadOnlySet<string> files,
        Func<string, string> read
    )
    {
        var reached = new HashSet<string>();
        var left = new Stack<string>(roots);
        while (left.TryPop(out var file))
        {
            if (!reached.Add(file))
                continue;
            foreach (var wanted in Wanted(read(file)))
                if (Resolve(file, wanted, files) is { } next)
                    left.Push(next);
        }
        return reached;
    }

    /// <summary>The files that a workspace's package.json exports.</summary>
    public static IEnumerable<string> Exports(string workspace)
    {
        using var package = JsonDocument.Parse(Repository.Read(workspace + "/package.json"));
        if (!package.RootElement.TryGetProperty("exports", out var exports))
            return [];
        return
        [
            .. exports.EnumerateObject().Select(each => workspace + "/" + each.Value.GetString()!.TrimStart('.', '/')),
        ];
    }

    /// <summary>The packages that a workspace declares for use at run time.</summary>
    public static IReadOnlySet<string> Dependencies(string workspace)
    {
        using var package = JsonDocument.Parse(Repository.Read(workspace + "/package.json"));
        return package.RootElement.TryGetProperty("dependencies", out var found)
            ? found.EnumerateObject().Select(each => each.Name).ToHashSet()
            : [];
    }

    [GeneratedRegex(
        @"(?:\bfrom\s*|\bimport\s*\(?\s*|\bnew URL\(\s*|<script[^>]*\ssrc=|<link[^>]*\shref=)[""'](?<from>[^""']+)[""']"
    )]
    private static partial Regex Import();
}
