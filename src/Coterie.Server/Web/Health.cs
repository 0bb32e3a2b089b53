using System.Text.Json;
using Coterie.Hub;
using Microsoft.AspNetCore.Http;

namespace Coterie.Server.Web;

/// <summary>GET /health: 200 {"status":"ok"}, or 503 {"status":"degraded","problems":["…"]} that says what an operator should do.</summary>
internal sealed class Health(RoomHub hub, string data)
{
    private const long LeastFreeBytes = 64L * 1024 * 1024;

    public async Task AnswerAsync(HttpContext http)
    {
        var problems = Problems();
        http.Response.StatusCode = problems.Count == 0 ? 200 : 503;
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin"; // another server's page may learn how far this one is
        var quoted = problems.Select(problem => "\"" + JsonEncodedText.Encode(problem) + "\"");
        var text =
            problems.Count == 0
                ? """{"status":"ok"}"""
                : $$"""{"status":"degraded","problems":[{{string.Join(',', quoted)}}]}""";
        await http.Response.WriteAsync(text, http.RequestAborted);
    }

    private List<string> Problems()
    {
        var found = new List<string>();
        if (hub.Health.Trouble is { } trouble)
            found.Add(trouble);
        try
        {
            if (new DriveInfo(Path.GetFullPath(data)).AvailableFreeSpace < LeastFreeBytes)
                found.Add(
                    "Less than 64 MiB are free for the data directory. Free some space, or no record can be kept."
                );
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            found.Add("The data directory cannot be read: " + problem.Message);
        }
        return found;
    }
}
