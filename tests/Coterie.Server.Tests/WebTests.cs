using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Coterie.Server.Tests.World;

namespace Coterie.Server.Tests;

/// <summary>What the web client's files are answered with.</summary>
public sealed partial class WebTests(SharedServer server) : IClassFixture<SharedServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/", 200)]
    [InlineData("/r/00000000000000000000000000", 200)]
    [InlineData("/" + WebFolder.Script, 200)]
    [InlineData("/mark.svg", 200)]
    [InlineData("/health", 200)]
    [InlineData("/nothing", 404)]
    [InlineData("/hub", 426)]
    public async Task Every_answer_is_locked_down(string path, int status)
    {
        using var answer = await server.Web.GetAsync(new Uri(path, UriKind.Relative), Cancel);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
        Assert.Equal("same-origin", Header(answer, "Cross-Origin-Opener-Policy"));
        var others = path == "/health" ? "cross-origin" : "same-origin"; // how far this server is another one's page may measure
        Assert.Equal(others, Header(answer, "Cross-Origin-Resource-Policy"));
        Assert.Equal("DENY", Header(answer, "X-Frame-Options"));
        Assert.Contains("camera=()", Header(answer, "Permissions-Policy"), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Strict-Transport-Security")); // means nothing over plain http
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.False(answer.Headers.Contains("Server"));
        var policy = Policy(answer);
        Assert.Equal("'none'", policy["default-src"]);
        Assert.Equal("'self' 'wasm-unsafe-eval'", policy["script-src"]);
        Assert.Equal("'self' blob:", policy["worker-src"]);
        Assert.Equal("'self' data: blob:", policy["img-src"]);
        Assert.Equal("blob:", policy["media-src"]);
        Assert.Equal("'self' data:", policy["font-src"]);
        Assert.Equal("'none'", policy["frame-ancestors"]);
        Assert.Equal("'none'", policy["form-action"]);
        Assert.Equal("'self'", policy["base-uri"]);
        var authority = server.Url.Authority;
        Assert.Equal($"'self' ws://{authority} wss://{authority}", policy["connect-src"]);
    }

    [Theory]
    [InlineData("https", "code.example", true, true)]
    [InlineData("http", "code.example", true, false)]
    [InlineData("https", "code.example", false, false)] // a self-made certificate
    [InlineData("https", "localhost", true, false)] // other programs there speak plain http
    [InlineData("https", "code.localhost", true, false)]
    public void Only_a_host_of_its_own_is_asked_over_https_for_good(string scheme, string host, bool forGood, bool said)
    {
        var http = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        http.Request.Scheme = scheme;
        http.Request.Host = new Microsoft.AspNetCore.Http.HostString(host);
        Web.SecurityHeaders.Set(http, forGood);
        Assert.Equal(said, http.Response.Headers.ContainsKey("Strict-Transport-Security"));
    }

    [Fact]
    public async Task A_host_name_cannot_write_into_the_policy()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("Host", "a;script-src *");
        using var answer = await server.Web.SendAsync(request, Cancel);
        Assert.DoesNotContain("*", answer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_stands_at_the_root_and_with_word_of_what_a_room_needs_at_every_room()
    {
        var page = await server.Web.GetStringAsync(new Uri("/", UriKind.Relative), Cancel);
        Assert.Equal("<base href=\"/\">", Assert.Single(Base().Matches(page)).Value);
        var room = await server.Web.GetAsync(new Uri("/r/0123456789abcdefghjkmnpqrs", UriKind.Relative), Cancel);
        Assert.Equal(page + WebFolder.RoomWord, await room.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("text/html; charset=utf-8", room.Content.Headers.ContentType!.ToString());
        Assert.True(room.Headers.CacheControl!.NoCache);
    }

    [Fact]
    public async Task Y7_browsers_ask_for_another_worker_once_a_day_and_nothing_that_the_build_noted_is_handed_out()
    {
        using var answer = await server.Web.GetAsync(new Uri("/sw.js", UriKind.Relative), Cancel);
        Assert.Equal(TimeSpan.FromDays(1), answer.Headers.CacheControl!.MaxAge);
        Assert.Equal("text/javascript; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        using var noted = await server.Web.GetAsync(new Uri("/.vite/manifest.json", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, noted.StatusCode);
    }

    [Fact]
    public async Task The_page_of_rooms_has_no_address_of_its_own()
    {
        using var answer = await server.Web.GetAsync(new Uri("/room.html", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Other_servers_stand_in_the_page_and_of_each_one_address_in_the_policy()
    {
        using var scratch = new Scratch();
        await using var other = await ServerProcess.StartAsync(
            scratch,
            "--web",
            WebFolder.Make(scratch),
            "--servers",
            "\"Paris\" & more=https://code.example/base/; Rome=http://10.0.0.1:5080"
        );
        using var answer = await server.Web.GetAsync(other.Url, Cancel);
        var page = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains(
            "<meta name=\"coterie-server\" content=\"&quot;Paris&quot; &amp; more=https://code.example/base\">"
                + "<meta name=\"coterie-server\" content=\"Rome=http://10.0.0.1:5080\">",
            page,
            StringComparison.Ordinal
        );
        var authority = other.Url.Authority;
        Assert.Equal(
            $"'self' ws://{authority} wss://{authority} https://code.example/base/health http://10.0.0.1:5080/health",
            Policy(answer)["connect-src"]
        );
    }

    [Fact]
    public async Task With_a_client_id_the_page_knows_Drive_and_may_ask_its_API_and_nothing_more()
    {
        using var scratch = new Scratch();
        await using var other = await ServerProcess.StartAsync(
            scratch,
            "--web",
            WebFolder.Make(scratch),
            "--base-path",
            "/code",
            "--drive-client-id",
            "12-ab.apps.googleusercontent.com"
        );
        using var answer = await server.Web.GetAsync(other.Url, Cancel);
        Assert.Contains(
            "<base href=\"/code/\"><meta name=\"coterie-drive\" content=\"12-ab.apps.googleusercontent.com\" "
                + "data-auth=\"https://accounts.google.com/o/oauth2/v2/auth\" data-api=\"https://www.googleapis.com\">",
            await answer.Content.ReadAsStringAsync(Cancel),
            StringComparison.Ordinal
        );
        var authority = other.Url.Authority;
        var policy = Policy(answer);
        Assert.Equal($"'self' ws://{authority} wss://{authority} https://www.googleapis.com", policy["connect-src"]);
        Assert.Equal("'self' 'wasm-unsafe-eval'", policy["script-src"]);
        using var back = await server.Web.GetAsync(new Uri(other.Url, "/code/drive"), Cancel);
        var page = await back.Content.ReadAsStringAsync(Cancel);
        Assert.Equal("<base href=\"/code/\">", Assert.Single(Base().Matches(page)).Value);
        Assert.Contains("<title>Google Drive", page, StringComparison.Ordinal);
        Assert.Equal(policy, Policy(back));
        using var file = await server.Web.GetAsync(new Uri(other.Url, "/code/drive.html"), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, file.StatusCode);
    }

    [Fact]
    public async Task Of_a_gateway_before_the_API_the_policy_names_the_origin()
    {
        using var scratch = new Scratch();
        await using var other = await ServerProcess.StartAsync(
            scratch,
            "--web",
            WebFolder.Make(scratch),
            "--drive-client-id",
            "some-id",
            "--drive-api",
            "https://gateway.example:8443/google/"
        );
        using var answer = await server.Web.GetAsync(other.Url, Cancel);
        Assert.EndsWith(" https://gateway.example:8443", Policy(answer)["connect-src"], StringComparison.Ordinal);
        var page = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("data-api=\"https://gateway.example:8443/google\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_each_Wandbox_the_page_knows_the_address_and_the_policy_names_what_runs_a_program()
    {
        using var scratch = new Scratch();
        await using var other = await ServerProcess.StartAsync(
            scratch,
            "--web",
            WebFolder.Make(scratch),
            "--wandbox",
            "https://wandbox.example/; http://localhost:3500/box"
        );
        using var answer = await server.Web.GetAsync(new Uri(other.Url, "/r/some-room"), Cancel);
        Assert.Contains(
            "<meta name=\"coterie-wandbox\" content=\"https://wandbox.example\">"
                + "<meta name=\"coterie-wandbox\" content=\"http://localhost:3500/box\">",
            await answer.Content.ReadAsStringAsync(Cancel),
            StringComparison.Ordinal
        );
        var authority = other.Url.Authority;
        Assert.Equal(
            $"'self' ws://{authority} wss://{authority} "
                + "https://wandbox.example/api/list.json https://wandbox.example/api/compile.json "
                + "http://localhost:3500/box/api/list.json http://localhost:3500/box/api/compile.json",
            Policy(answer)["connect-src"]
        );
        var without = await server.Web.GetStringAsync(new Uri("/", UriKind.Relative), Cancel);
        Assert.DoesNotContain("coterie-wandbox", without, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/drive")]
    [InlineData("/drive.html")]
    public async Task Without_a_client_id_nothing_of_Drive_is_there(string path)
    {
        using var answer = await server.Web.GetAsync(new Uri(path, UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var page = await server.Web.GetStringAsync(new Uri("/", UriKind.Relative), Cancel);
        Assert.DoesNotContain("coterie-drive", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("br, gzip", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip, br;q=0", "gzip")]
    [InlineData("gzip;q=0, *;q=0", null)]
    [InlineData("brotli-like", null)]
    [InlineData("", null)]
    public async Task An_asset_comes_packed_as_the_client_takes_it(string accepted, string? coding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, WebFolder.Script);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        using var answer = await server.Web.SendAsync(request, Cancel);
        Assert.Equal(coding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal("Accept-Encoding", Assert.Single(answer.Headers.Vary));
        Assert.Equal("text/javascript; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("public, max-age=31536000, immutable", Header(answer, "Cache-Control"));
        var bytes = await answer.Content.ReadAsByteArrayAsync(Cancel);
        Assert.Equal(bytes.Length, answer.Content.Headers.ContentLength);
        Assert.Equal(WebFolder.ScriptText, Unpack(bytes, coding));
    }

    [Fact]
    public async Task A_file_without_a_hash_in_its_name_is_asked_for_again()
    {
        using var answer = await server.Web.GetAsync(new Uri("/mark.svg", UriKind.Relative), Cancel);
        Assert.True(answer.Headers.CacheControl!.NoCache);
        Assert.Equal("image/svg+xml", answer.Content.Headers.ContentType!.ToString());
    }

    [Theory]
    [InlineData("/assets/app-gone.js")]
    [InlineData("/assets/")]
    [InlineData("/assets/app-3fA9.js.br")]
    [InlineData("/..%2f..%2fetc%2fpasswd")]
    [InlineData("/assets/..%2f..%2fdata%2fadmin.key")]
    public async Task What_is_not_there_is_404_and_not_the_page(string path)
    {
        using var answer = await server.Web.GetAsync(new Uri(path, UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("There is nothing here.\n", await answer.Content.ReadAsStringAsync(Cancel));
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task HEAD_answers_as_GET_without_the_body_and_POST_is_refused()
    {
        using var head = new HttpRequestMessage(HttpMethod.Head, WebFolder.Script);
        using var answer = await server.Web.SendAsync(head, Cancel);
        Assert.Equal(Encoding.UTF8.GetByteCount(WebFolder.ScriptText), answer.Content.Headers.ContentLength);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancel));
        using var body = new StringContent("x");
        using var post = await server.Web.PostAsync(new Uri("/", UriKind.Relative), body, Cancel);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
    }

    [Fact]
    public async Task A_base_path_holds_page_assets_health_and_hub()
    {
        using var scratch = new Scratch();
        await using var below = await ServerProcess.StartAsync(
            scratch,
            "--base-path",
            "/code/",
            "--web",
            WebFolder.Make(scratch)
        );
        Assert.Equal("/code", below.Url.AbsolutePath);
        async Task<string> GetAsync(string path) => await server.Web.GetStringAsync(new Uri(below.Url, path), Cancel);
        foreach (var path in new[] { "/code/", "/code/r/0123456789abcdefghjkmnpqrs" })
            Assert.Equal("<base href=\"/code/\">", Assert.Single(Base().Matches(await GetAsync(path))).Value);
        Assert.Equal(WebFolder.ScriptText, await GetAsync("/code/" + WebFolder.Script));
        Assert.Equal("""{"status":"ok"}""", await GetAsync("/code/health"));
        using var line = await HubLine.ConnectAsync(below.Url);
        Assert.True(await line.GreetAsync());
        foreach (var path in new[] { "/", "/codes/", "/health" })
        {
            using var outside = await server.Web.GetAsync(new Uri(below.Url, path), Cancel);
            Assert.Equal(HttpStatusCode.NotFound, outside.StatusCode);
            Assert.Equal("Coterie is at /code/ here.\n", await outside.Content.ReadAsStringAsync(Cancel));
        }
        Assert.Equal(404, await HubLine.KnockAsync(new Uri(below.Url, "/")));
        using var typed = await server.Web.GetAsync(new Uri(below.Url, "/code"), Cancel);
        Assert.Equal(HttpStatusCode.OK, typed.StatusCode);
        Assert.Equal("/code/", typed.RequestMessage!.RequestUri!.AbsolutePath);
    }

    [Fact]
    public async Task Without_a_web_client_the_page_says_so()
    {
        using var scratch = new Scratch();
        await using var bare = await ServerProcess.StartAsync(scratch, "--web", scratch.At("nowhere"));
        using var answer = await server.Web.GetAsync(bare.Url, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("no web client", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private static string Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : $"no {name}";

    private static Dictionary<string, string> Policy(HttpResponseMessage answer) =>
        Header(answer, "Content-Security-Policy")
            .Split(';', StringSplitOptions.TrimEntries)
            .ToDictionary(
                rule => rule.Split(' ')[0],
                rule => rule[(rule.IndexOf(' ', StringComparison.Ordinal) + 1)..]
            );

    private static string Unpack(byte[] bytes, string? coding)
    {
        using var packed = new MemoryStream(bytes);
        using Stream plain = coding switch
        {
            "br" => new BrotliStream(packed, CompressionMode.Decompress),
            "gzip" => new GZipStream(packed, CompressionMode.Decompress),
            _ => packed,
        };
        using var text = new StreamReader(plain);
        return text.ReadToEnd();
    }

    [GeneratedRegex("<base\\b[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex Base();
}
