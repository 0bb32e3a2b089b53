using Coterie.Server.Settings;
using Microsoft.AspNetCore.Http;

namespace Coterie.Server.Web;

/// <summary>
/// What every answer says to a browser: load nothing from elsewhere, run no inline script, be framed by nobody, tell nobody
/// where you come from. No cookie is ever set.
/// </summary>
internal static class SecurityHeaders
{
    /// <summary>Those that are the same on every server.</summary>
    internal static readonly (string Name, string Value)[] Fixed =
    [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        ("X-Frame-Options", "DENY"),
    ];

    /// <param name="forGood">
    /// Whether browsers are to ask this host over https only from now on. It counts for all ports of a host, so that neither a
    /// self-made certificate nor a name of this machine may say it: other programs there speak plain http.
    /// </param>
    /// <param name="elsewhere">What the page may ask besides its own server, as <see cref="Elsewhere"/> gives it.</param>
    public static void Set(HttpContext http, bool forGood, string elsewhere = "")
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy(http.Request.Host.Value, elsewhere);
        foreach (var (name, value) in Fixed)
            headers[name] = value;
        if (forGood && http.Request.IsHttps && !IsOwnMachine(http.Request.Host.Host))
            headers.StrictTransportSecurity = "max-age=31536000";
    }

    /// <summary>
    /// Of the other servers that the operator offers, the one address each that says how far they are; the API of Google Drive
    /// where the operator gave a client id; and of each Wandbox that the operator allows the two addresses that run a program. Each with a space in front.
    /// </summary>
    public static string Elsewhere(ServerSettings settings) =>
        string.Concat(settings.Servers.Select(server => $" {server.Address}/health"))
        + (settings.Drive.On ? $" {settings.Drive.Origin}" : "")
        + string.Concat(settings.Wandbox.Select(each => $" {each}/api/list.json {each}/api/compile.json"));

    // style-src has 'unsafe-inline' because Monaco and the component library set style elements and attributes at run time and
    // offer no nonce for all of them; without inline script, a style can change looks but run nothing. wasm-unsafe-eval is for
    // Argon2id, Tree-sitter and the decoders of PDF.js. blob: is what a page has in memory: pictures and sound of a room. The host is written out beside 'self' for browsers whose 'self' does not cover WebSockets.
    internal static string Policy(string? host, string elsewhere) =>
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
        + $"connect-src 'self'{(IsPlain(host) ? $" ws://{host} wss://{host}" : "")}{elsewhere}; img-src 'self' data: blob:; media-src blob:; font-src 'self' data:; "
        + "manifest-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'none'";

    private static bool IsOwnMachine(string host) =>
        host == "localhost" || host.EndsWith(".localhost", StringComparison.Ordinal);

    private static bool IsPlain(string? host) =>
        !string.IsNullOrEmpty(host)
        && host.All(letter => char.IsAsciiLetterOrDigit(letter) || ".-:[]".Contains(letter));
}
