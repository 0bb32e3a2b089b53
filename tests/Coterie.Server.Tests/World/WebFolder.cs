using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Coterie.Server.Tests.World;

/// <summary>A small built web client: the real index.html, and one asset with its packed forms as tools/compress.mjs writes them.</summary>
internal static partial class WebFolder
{
    public const string Script = "assets/app-3fA9.js";
    public const string RoomWord = "<!-- what a room needs -->";
    public const string ScriptText =
        "console.log('the same line'); console.log('the same line'); console.log('the same line');";

    public static string Make(Scratch scratch)
    {
        foreach (var page in new[] { "index.html", "drive.html" })
            scratch.Write("web/" + page, Built(page));
        scratch.Write("web/old-browser.js", "");
        scratch.Write("web/sw.js", "// keeps a version");
        scratch.Write("web/room.html", File.ReadAllText(scratch.At("web/index.html")) + RoomWord);
        scratch.Write("web/mark.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        WritePacked(scratch.Write("web/" + Script, ""), ScriptText);
        WriteList(scratch.At("web"));
        scratch.Write("web/.vite/manifest.json", "{}");
        return scratch.At("web");
    }

    /// <summary>bundle.txt, as clients/web/scripts/manifest.mjs writes it.</summary>
    public static void WriteList(string folder)
    {
        var list = Path.Combine(folder, "bundle.txt");
        File.Delete(list);
        var lines = Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(folder, file), Bytes: File.ReadAllBytes(file)))
            .Where(file => file.Path[0] != '.')
            .Where(file => !file.Path.EndsWith(".br", StringComparison.Ordinal))
            .Where(file => !file.Path.EndsWith(".gz", StringComparison.Ordinal))
            .OrderBy(file => file.Path, StringComparer.Ordinal)
            .Select(file =>
                $"{Convert.ToHexStringLower(SHA256.HashData(file.Bytes))} {file.Bytes.Length} {file.Path}\n"
            );
        File.WriteAllText(list, "coterie-bundle 1\n" + string.Concat(lines));
    }

    // A page of the source names its script by the source's path; a built one by the asset's.
    private static string Built(string page) =>
        SourceScript()
            .Replace(
                File.ReadAllText(Path.Combine(ServerProcess.Repository, "clients/web", page)),
                $"src=\"./{Script}\""
            );

    [GeneratedRegex("src=\"/src/[^\"]*\"")]
    private static partial Regex SourceScript();

    /// <summary>Writes the file and its packed forms.</summary>
    public static void WritePacked(string path, string text)
    {
        File.WriteAllText(path, text);
        Pack(path + ".br", text, to => new BrotliStream(to, CompressionLevel.Optimal));
        Pack(path + ".gz", text, to => new GZipStream(to, CompressionLevel.Optimal));
    }

    private static void Pack(string path, string text, Func<Stream, Stream> packing)
    {
        using var file = File.Create(path);
        using var packed = packing(file);
        packed.Write(Encoding.UTF8.GetBytes(text));
    }
}
