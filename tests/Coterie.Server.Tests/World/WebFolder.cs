using System.IO.Compression;
using System.Text;

namespace Coterie.Server.Tests.World;

/// <summary>A small built web client: the real index.html, and one asset with its packed forms as tools/compress.mjs writes them.</summary>
internal static class WebFolder
{
    public const string Script = "assets/app-3fA9.js";
    public const string RoomWord = "<!-- what a room needs -->";
    public const string ScriptText =
        "console.log('the same line'); console.log('the same line'); console.log('the same line');";

    public static string Make(Scratch scratch)
    {
        scratch.Write(
            "web/index.html",
            File.ReadAllText(Path.Combine(ServerProcess.Repository, "clients/web/index.html"))
        );
        scratch.Write(
            "web/drive.html",
            File.ReadAllText(Path.Combine(ServerProcess.Repository, "clients/web/drive.html"))
        );
        scratch.Write("web/room.html", File.ReadAllText(scratch.At("web/index.html")) + RoomWord);
        scratch.Write("web/mark.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        var script = scratch.Write("web/" + Script, ScriptText);
        Pack(script + ".br", to => new BrotliStream(to, CompressionLevel.Optimal));
        Pack(script + ".gz", to => new GZipStream(to, CompressionLevel.Optimal));
        return scratch.At("web");
    }

    private static void Pack(string path, Func<Stream, Stream> packing)
    {
        using var file = File.Create(path);
        using var packed = packing(file);
        packed.Write(Encoding.UTF8.GetBytes(ScriptText));
    }
}
