using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Coterie.Server.Delivery;
using Coterie.Server.Tests.World;
using Microsoft.AspNetCore.Http;

namespace Coterie.Server.Tests;

/// <summary>`coterie verify`: what it finds of each way in which a server can hand out something else.</summary>
public sealed class VerifyTests : IDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly Scratch own = new();
    private readonly Scratch theirs = new();
    private readonly string folder;
    private readonly Bundle bundle;

    public VerifyTests()
    {
        folder = WebFolder.Make(own);
        bundle = Bundle.In(folder)!;
    }

    public void Dispose()
    {
        own.Dispose();
        theirs.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("/code")]
    public async Task Y3_an_honest_server_is_the_same_and_what_its_operator_set_is_told(string basePath)
    {
        string[] options =
        [
            "--room-list",
            "true",
            "--servers",
            "\"Paris\" & more=https://code.example/base",
            "--drive-client-id",
            "1-a.apps.googleusercontent.com",
            "--wandbox",
            "https://wandbox.example",
        ];
        await using var server = await StartAsync(
            null,
            [.. options, .. basePath.Length > 0 ? new[] { "--base-path", basePath } : []]
        );
        var found = await CompareAsync(server.Url);
        Assert.Empty(found.Differences);
        Assert.Equal((bundle.Id, bundle.Id, bundle.Files.Count), (found.Id, found.ServedId, found.Files));
        Assert.Equal(
            [
                "there is a list of rooms",
                "the start page offers the server \"Paris\" & more=https://code.example/base",
                "rooms can be saved to Google Drive: people are asked at https://accounts.google.com/o/oauth2/v2/auth, files go to https://www.googleapis.com",
                "people can have a program run by https://wandbox.example",
            ],
            found.Settings
        );
        Assert.Equal(
            [
                "https://code.example/base/health",
                "https://www.googleapis.com",
                "https://wandbox.example/api/list.json",
                "https://wandbox.example/api/compile.json",
            ],
            found.Elsewhere
        );
    }

    [Fact]
    public async Task Other_bytes_in_one_compression_alone_are_found()
    {
        await using var server = await StartAsync(web =>
        {
            using var file = File.Create(Path.Combine(web, WebFolder.Script + ".br"));
            using var packed = new BrotliStream(file, CompressionLevel.Optimal);
            packed.Write(
                Encoding.UTF8.GetBytes(WebFolder.ScriptText.Replace("same", "evil", StringComparison.Ordinal))
            );
        });
        await AssertFoundAsync(server.Url, new Difference(WebFolder.Script, "differs", "as br it has other bytes"));
    }

    [Fact]
    public async Task What_unpacks_to_more_is_read_no_further()
    {
        await using var server = await StartAsync(web =>
        {
            using var file = File.Create(Path.Combine(web, WebFolder.Script + ".gz"));
            using var packed = new GZipStream(file, CompressionLevel.Optimal);
            packed.Write(new byte[100_000_000]);
        });
        var size = bundle.Find(WebFolder.Script)!.Size;
        await AssertFoundAsync(
            server.Url,
            new Difference(WebFolder.Script, "differs", $"as gzip it has more than {size} bytes")
        );
    }

    [Fact]
    public async Task Another_bundle_names_itself_and_what_is_changed_missing_and_more()
    {
        await using var server = await StartAsync(web =>
        {
            File.Delete(Path.Combine(web, "mark.svg"));
            File.WriteAllText(Path.Combine(web, "assets/spy.js"), "spy()");
            var page = Path.Combine(web, "index.html");
            File.WriteAllText(
                page,
                File.ReadAllText(page)
                    .Replace("</head>", "<script src=\"./assets/spy.js\"></script></head>", StringComparison.Ordinal)
            );
            WebFolder.WriteList(web);
        });
        var id = Bundle.In(theirs.At("web"))!.Id;
        await AssertFoundAsync(
            server.Url,
            new Difference("", "differs", "it is not the bundle's index.html"),
            new Difference("", "more", "it loads ./assets/spy.js, which the bundle has not"),
            new Difference("assets/spy.js", "more", "the server's list has it, the bundle does not"),
            new Difference("bundle.txt", "differs", $"the server's bundle is {id}"),
            new Difference("index.html", "differs", "it is not the bundle's index.html"),
            new Difference("index.html", "more", "it loads ./assets/spy.js, which the bundle has not"),
            new Difference("mark.svg", "missing", "status 404")
        );
    }

    [Fact]
    public async Task Y3_what_stands_in_the_page_behind_its_settings_is_found()
    {
        await using var server = await StartAsync();
        await using var meddler = await Meddler.BeforeAsync(
            server.Url,
            (_, answer) =>
            {
                if (answer.Path.StartsWith("/r/", StringComparison.Ordinal))
                    answer.Body = Encoding.UTF8.GetBytes(
                        Encoding
                            .UTF8.GetString(answer.Body)
                            .Replace(
                                "<base href=\"/\">",
                                "<base href=\"/\"><meta name=\"coterie-x\" content=\"\">",
                                StringComparison.Ordinal
                            )
                    );
                return Task.FromResult(false);
            }
        );
        await AssertFoundAsync(meddler.Url, new Difference("r/ROOM", "differs", "it is not the bundle's room.html"));
    }

    [Theory]
    [InlineData("<base href=\"https://evil.example/\">")]
    [InlineData("<base href=\"/other/\">")]
    [InlineData("<base href=\"/\"><base href=\"/\">")]
    public async Task Y3_a_page_has_one_base_and_it_is_the_servers(string instead)
    {
        await using var server = await StartAsync();
        await using var meddler = await Meddler.BeforeAsync(
            server.Url,
            (_, answer) =>
            {
                if (answer.Path == "/index.html")
                    answer.Body = Encoding.UTF8.GetBytes(
                        Encoding
                            .UTF8.GetString(answer.Body)
                            .Replace("<base href=\"/\">", instead, StringComparison.Ordinal)
                    );
                return Task.FromResult(false);
            }
        );
        await AssertFoundAsync(
            meddler.Url,
            new Difference("index.html", "differs", "the page has no base address of its own, or another one than /")
        );
    }

    [Theory]
    [InlineData("Content-Security-Policy", "script-src *", "differs", "its Content-Security-Policy is 'script-src *'")]
    [InlineData("Content-Type", "text/html", "differs", "its type is 'text/html', not 'image/svg+xml'")]
    [InlineData("X-Content-Type-Options", "", "differs", "its X-Content-Type-Options is '', not 'nosniff'")]
    [InlineData(
        "Link",
        "<x.css>; rel=stylesheet",
        "more",
        "Link: <x.css>; rel=stylesheet names what the page should load beside its own files"
    )]
    [InlineData("Set-Cookie", "a=b", "more", "Set-Cookie: a=b sets a cookie")]
    [InlineData(
        "Service-Worker-Allowed",
        "/",
        "more",
        "Service-Worker-Allowed: / lets a service worker reach further than its folder"
    )]
    public async Task Y4_what_a_browser_heeds_beside_the_bytes_is_compared(
        string header,
        string value,
        string kind,
        string what
    )
    {
        await using var server = await StartAsync();
        await using var meddler = await Meddler.BeforeAsync(
            server.Url,
            (http, answer) =>
            {
                if (answer.Path == "/mark.svg")
                    http.Response.Headers[header] = value;
                return Task.FromResult(false);
            }
        );
        await AssertFoundAsync(meddler.Url, new Difference("mark.svg", kind, what));
    }

    [Fact]
    public async Task Y4_a_policy_that_lets_pages_ask_more_than_their_settings_say_is_found()
    {
        await using var server = await StartAsync();
        await using var meddler = await Meddler.BeforeAsync(
            server.Url,
            (http, answer) =>
            {
                var policy = http.Response.Headers.ContentSecurityPolicy.ToString();
                if (answer.Path == "/")
                    http.Response.Headers.ContentSecurityPolicy = policy.Replace(
                        "connect-src 'self'",
                        "connect-src 'self' https://evil.example",
                        StringComparison.Ordinal
                    );
                return Task.FromResult(false);
            }
        );
        var found = Assert.Single((await CompareAsync(meddler.Url)).Differences);
        Assert.Equal(("", "differs"), (found.Path, found.Kind));
        Assert.Contains("https://evil.example", found.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_further_policy_only_forbids_more()
    {
        await using var server = await StartAsync();
        await using var meddler = await Meddler.BeforeAsync(
            server.Url,
            (http, _) =>
            {
                http.Response.Headers.ContentSecurityPolicy =
                    $"{http.Response.Headers.ContentSecurityPolicy}, img-src 'none'";
                return Task.FromResult(false);
            }
        );
        Assert.Empty((await CompareAsync(meddler.Url)).Differences);
    }

    [Fact]
    public async Task A_published_id_is_enough()
    {
        await using var server = await StartAsync();
        Assert.Empty((await Comparison.RunAsync(server.Url, null, bundle.Id, null, Cancel)).Differences);
        var other = await Comparison.RunAsync(server.Url, null, new string('0', 64), null, Cancel);
        Assert.Equal(
            [new Difference("bundle.txt", "differs", $"the server's bundle is {bundle.Id}")],
            other.Differences
        );
        Assert.Equal(0, other.Files);
    }

    [Fact]
    public async Task A_redirect_is_told_and_not_followed()
    {
        await using var server = await StartAsync();
        await using var meddler = await Meddler.BeforeAsync(
            server.Url,
            (http, _) =>
            {
                http.Response.Redirect("https://elsewhere.example/");
                http.Response.ContentLength = 0;
                return Task.FromResult(true);
            }
        );
        var problem = await Assert.ThrowsAsync<CannotCompareException>(() => CompareAsync(meddler.Url));
        Assert.Equal(
            $"{meddler.Url}bundle.txt answers with a redirect to https://elsewhere.example/. None is followed: give the address that a browser ends at.",
            problem.Message
        );
    }

    [Fact]
    public async Task A_certificate_is_trusted_by_its_fingerprint_alone()
    {
        await using var server = await ServerProcess.StartAsync(
            theirs,
            "--urls",
            "https://127.0.0.1:0",
            "--tls-self-signed",
            "true",
            "--web",
            folder
        );
        var problem = await Assert.ThrowsAsync<CannotCompareException>(() => CompareAsync(server.Url));
        Assert.StartsWith(
            $"The certificate of {server.Url.Authority} is not one that this machine trusts.",
            problem.Message,
            StringComparison.Ordinal
        );
        var said = server.Said.Split("fingerprint ")[1].Split('\n')[0];
        var (code, _, complained) = await ServerProcess.RunCommandAsync(
            "verify",
            $"{server.Url}",
            "--web",
            folder,
            "--fingerprint",
            said
        );
        Assert.Equal((0, ""), (code, complained));
        (code, _, _) = await ServerProcess.RunCommandAsync(
            "verify",
            $"{server.Url}",
            "--web",
            folder,
            "--fingerprint",
            new string('0', 64)
        );
        Assert.Equal(5, code);
    }

    [Fact]
    public async Task Its_exit_code_and_its_lines_tell_0_or_4()
    {
        await using var server = await StartAsync(web => File.WriteAllText(Path.Combine(web, "mark.svg"), "<svg>"));
        var (code, said, _) = await ServerProcess.RunCommandAsync("verify", $"{server.Url}", "--web", theirs.At("web"));
        Assert.Equal(4, code); // its own list does not fit its files
        (code, said, _) = await ServerProcess.RunCommandAsync("verify", $"{server.Url}", "--web", folder, "--json");
        Assert.Equal(4, code);
        using var json = JsonDocument.Parse(said);
        Assert.False(json.RootElement.GetProperty("same").GetBoolean());
        Assert.Equal("mark.svg", json.RootElement.GetProperty("differences")[0].GetProperty("path").GetString());
        File.Copy(Path.Combine(folder, "mark.svg"), theirs.At("web/mark.svg"), overwrite: true);
        (code, said, _) = await ServerProcess.RunCommandAsync("verify", $"{server.Url}", "--web", folder);
        Assert.Equal(0, code);
        Assert.Matches(
            $@"^compared with:  bundle {bundle.ShortId}, .*\nthe server's:   bundle {bundle.ShortId}\nthe same: {bundle.Files.Count} files, in \d+ answers\n$",
            said
        );
    }

    [Theory]
    [InlineData(2, "'code.example' is no address such as https://code.example", "code.example")]
    [InlineData(2, "'ftp://code.example' is no address such as https://code.example", "ftp://code.example")]
    [InlineData(
        2,
        "--id: 'abc' is not the 64 digits that `coterie --version` prints",
        "http://localhost:1",
        "--id",
        "abc"
    )]
    [InlineData(2, "--fingerprint: 'abc' is no SHA-256 fingerprint", "http://localhost:1", "--fingerprint", "abc")]
    [InlineData(
        2,
        "there is no web client in /nowhere to compare with. ./run builds one; --id compares with a published id.",
        "http://localhost:1",
        "--web",
        "/nowhere"
    )]
    [InlineData(2, "there is no option '--jsno'; did you mean '--json'?", "http://localhost:1", "--jsno")]
    public async Task What_cannot_be_meant_2(int expected, string sentence, params string[] options)
    {
        var (code, said, complained) = await ServerProcess.RunCommandAsync(["verify", .. options]);
        Assert.Equal((expected, "", $"coterie: {sentence}"), (code, said, complained.Split('\n')[0]));
    }

    [Fact]
    public async Task Where_no_server_is_it_says_so_5()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();
        var (code, said, complained) = await ServerProcess.RunCommandAsync(
            "verify",
            $"http://127.0.0.1:{port}",
            "--web",
            folder
        );
        Assert.Equal((5, ""), (code, said));
        Assert.Matches(
            $"^coterie: 127.0.0.1:{port} cannot be reached: .* Look whether the server runs, and at the address.\n$",
            complained
        );
    }

    private async Task<ServerProcess> StartAsync(Action<string>? tampered = null, params string[] options)
    {
        var web = WebFolder.Make(theirs);
        tampered?.Invoke(web);
        return await ServerProcess.StartAsync(theirs, ["--web", web, .. options]);
    }

    private Task<Compared> CompareAsync(Uri server) => Comparison.RunAsync(server, bundle, bundle.Id, null, Cancel);

    private async Task AssertFoundAsync(Uri server, params Difference[] expected) =>
        Assert.Equal(expected, (await CompareAsync(server)).Differences);
}
