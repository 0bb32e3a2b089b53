using System.Net;
using Microsoft.AspNetCore.Http;

namespace Coterie.Server.Web;

/// <summary>
/// Which origins this server answers for. A browser names its page's origin; a program names none and stands for the scheme and
/// host that it dialled. Where the operator lists origins, only those count (and loopback, for programs on this machine):
/// then a stranger's server cannot pass a member's connection on to this one under its own name (S1).
/// </summary>
public sealed class AllowedOrigins(IReadOnlyList<string> listed)
{
    /// <summary>The origin that a Session on this connection must name, or null where the request is refused.</summary>
    public string? Of(HttpRequest request)
    {
        var dialled = $"{request.Scheme}://{request.Host.Value}".ToLowerInvariant();
        if (request.Headers.Origin.Count == 0)
            return
                listed.Count == 0 || listed.Contains(dialled, StringComparer.Ordinal) || IsLoopback(request.Host.Host)
                ? dialled
                : null;
        var origin = request.Headers.Origin.ToString().ToLowerInvariant();
        if (listed.Contains(origin, StringComparer.Ordinal))
            return origin;
        return listed.Count == 0 && origin == dialled ? origin : null;
    }

    private static bool IsLoopback(string host) =>
        host == "localhost"
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
