namespace Coterie.Style.Tests;

/// <summary>Every TypeScript source is reached from what a package exports, a page loads or a tool reads.</summary>
public sealed class DeadFileTests
{
    [Fact]
    public void No_source_is_unreferenced()
    {
        var files = Repository.Files("clients", ".ts", ".tsx", ".html", ".css").ToHashSet();
        var roots = TypeScriptModules
            .Exports("clients/core")
            .Concat(files.Where(file => file.EndsWith(".html", StringComparison.Ordinal)))
            .Where(files.Contains);
        var alive = TypeScriptModules.Reach(roots, files, Repository.Read);
        Check.None(files.Where(IsSource).Except(alive));
    }

    [Fact]
    public void An_unreferenced_file_is_found()
    {
        var texts = new Dictionary<string, string>
        {
            ["web/index.html"] = "<script type=\"module\" src=\"/src/main.tsx\"></script>",
            ["web/src/main.tsx"] =
                "import { a } from \"./a.ts\"; new Worker(new URL(\"./worker.ts\", import.meta.url));",
            ["web/src/a.ts"] = "const b = await import(\"./b.ts\");",
            ["web/src/b.ts"] = "export const b = 1;",
            ["web/src/worker.ts"] = "",
            ["web/src/dead.ts"] = "import { a } from \"./a.ts\";",
        };
        var alive = TypeScriptModules.Reach(["web/index.html"], texts.Keys.ToHashSet(), file => texts[file]);
        Assert.Equal(["web/src/dead.ts"], texts.Keys.Except(alive));
    }

    private static bool IsSource(string file) =>
        file.Contains("/src/", StringComparison.Ordinal)
        && !file.EndsWith(".d.ts", StringComparison.Ordinal)
        && !file.EndsWith(".html", StringComparison.Ordinal);
}
