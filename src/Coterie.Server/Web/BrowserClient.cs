using System.Collections.Frozen;
using System.Net;
using System.Text;
using Coterie.Server.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Coterie.Server.Web;

/// <summary>
/// The built web client, as the files that were there at the start. Files below assets/ carry their hash in their name and are
/// cached for good; .br and .gz beside a file are sent to those who take them. The page itself stands at the base path, and at
/// r/ROOM below it with word of what a room needs; a small one at drive takes what Google answers, where the operator wants Drive. Never reads a path that a client wrote: it only looks names up.
/// </summary>
internal sealed class BrowserClient
{
    /// <summary>What a file is, by its ending.</summary>
    internal static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".mjs"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".json"] = "application/json",
        [".webmanifest"] = "application/manifest+json",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".ico"] = "image/x-icon",
        [".wasm"] = "application/wasm",
        [".ttf"] = "font/ttf",
        [".woff2"] = "font/woff2",
        [".txt"] = "text/plain; charset=utf-8",
        [".bcmap"] = "application/octet-stream",
        [".icc"] = "application/vnd.iccprofile",
        [".pfb"] = "application/octet-stream",
    };

    internal const string Worker = "sw.js"; // keeps the version that a browser has
    internal const string DrivePage = "drive.html";
    internal const string RoomPage = "room.html";

    private readonly FrozenDictionary<string, string> files; // path below the folder → file
    private readonly byte[]? page;
    private readonly byte[]? room;
    private readonly byte[]? drive;

    public BrowserClient(ServerSettings settings)
    {
        var root = Path.GetFullPath(settings.Web);
        files = Directory.Exists(root)
            ? Directory
                .EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .Select(file => (Path: Path.GetRelativePath(root, file).Replace('\\', '/'), File: file))
                .Where(each => each.Path[0] != '.') // what the build noted for itself
                .ToFrozenDictionary(each => each.Path, each => each.File, StringComparer.Ordinal)
            : FrozenDictionary<string, string>.Empty;
        page = files.TryGetValue("index.html", out var index) ? Made(File.ReadAllText(index), settings) : null;
        room = files.TryGetValue(RoomPage, out var ofRooms) ? Made(File.ReadAllText(ofRooms), settings) : page;
        if (settings.Drive.On && files.TryGetValue(DrivePage, out var answers))
            drive = Made(File.ReadAllText(answers), settings);
    }

    /// <param name="path">Below the base path, without a slash in front.</param>
    public Task AnswerAsync(HttpContext http, string path)
    {
        if (path.Length == 0 || path == "index.html")
            return PageAsync(http, page);
        if (path.StartsWith("r/", StringComparison.Ordinal))
            return PageAsync(http, room);
        if (path == GoogleDrive.Page && drive is not null)
            return PageAsync(http, drive);
        return
            path is not (DrivePage or RoomPage)
            && files.TryGetValue(path, out var file)
            && Types.TryGetValue(Path.GetExtension(path), out var type)
            ? FileAsync(http, path, file, type)
            : Plain.AnswerAsync(http, 404, "There is nothing here.");
    }

    private static async Task PageAsync(HttpContext http, byte[]? page)
    {
        if (page is null)
        {
            await Plain.AnswerAsync(
                http,
                404,
                "This server has no web client. ./run builds one; coterie serve --web DIR names another."
            );
            return;
        }
        http.Response.ContentType = Types[".html"];
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.ContentLength = page.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.Body.WriteAsync(page, http.RequestAborted);
    }

    private Task FileAsync(HttpContext http, string path, string file, string type)
    {
        http.Response.ContentType = type;
        http.Response.Headers.CacheControl = path switch
        {
            Worker => "public, max-age=86400", // browsers ask for another one at most once a day, and never less often
            _ when path.StartsWith("assets/", StringComparison.Ordinal) => "public, max-age=31536000, immutable",
            _ => "no-cache",
        };
        http.Response.Headers.Vary = "Accept-Encoding";
        var offers = http.Request.Headers.AcceptEncoding;
        var accepted = StringWithQualityHeaderValue.TryParseList(offers, out var parsed) ? parsed : [];
        foreach (var (coding, ending) in new[] { ("br", ".br"), ("gzip", ".gz") })
        {
            if (
                accepted.Any(each => each.Value.Equals(coding, StringComparison.OrdinalIgnoreCase) && each.Quality != 0)
                && files.TryGetValue(path + ending, out var packed)
            )
            {
                http.Response.Headers.ContentEncoding = coding;
                file = packed;
                break;
            }
        }
        http.Response.ContentLength = new FileInfo(file).Length;
        return HttpMethods.IsHead(http.Request.Method)
            ? Task.CompletedTask
            : http.Response.SendFileAsync(file, http.RequestAborted);
    }

    // The built page brings a <base href="/">, which a developer's Vite server needs; it is replaced, never doubled. What the page
    // should know of this server stands behind it, so that it need not ask.
    private static byte[] Made(string html, ServerSettings settings)
    {
        const string Head = "<head>";
        var from = html.IndexOf("<base ", StringComparison.Ordinal);
        var until = from < 0 ? -1 : html.IndexOf('>', from) + 1;
        if (until <= 0)
            from = until = html.IndexOf(Head, StringComparison.Ordinal) + Head.Length;
        var list = settings.RoomList ? "<meta name=\"coterie-room-list\" content=\"on\">" : "";
        var servers = string.Concat(
            settings.Servers.Select(server =>
                $"<meta name=\"coterie-server\" content=\"{WebUtility.HtmlEncode(server.ToString())}\">"
            )
        );
        var driveSite = settings.Drive.On
            ? $"<meta name=\"coterie-drive\" content=\"{settings.Drive.ClientId}\" data-auth=\"{settings.Drive.Auth}\" data-api=\"{settings.Drive.Api}\">"
            : "";
        var wandboxes = string.Concat(
            settings.Wandbox.Select(each => $"<meta name=\"coterie-wandbox\" content=\"{each}\">")
        );
        return Encoding.UTF8.GetBytes(
            $"{html.AsSpan(0, from)}<base href=\"{settings.BasePath}/\">{list}{servers}{driveSite}{wandboxes}{html.AsSpan(until)}"
        );
    }
}
