using System.Net;
using System.Net.NetworkInformation;
using System.Net.Security;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Coterie.Server.Tests.World;

namespace Coterie.Server.Tests;

[UnsupportedOSPlatform("windows")] // file modes
public sealed class TlsTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task A_self_made_certificate_is_made_once_and_its_fingerprint_is_the_one_printed()
    {
        string[] options = ["--urls", "https://127.0.0.1:0", "--tls-self-signed"];
        var file = Path.Combine(scratch.Data, "self-signed.pem");
        byte[] made;
        await using (var first = await ServerProcess.StartAsync(scratch, options))
        {
            made = await File.ReadAllBytesAsync(file);
            using var certificate = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(made));
            var hash = Convert.ToHexString(SHA256.HashData(certificate.RawData)).Chunk(2);
            var fingerprint = string.Join(':', hash.Select(pair => new string(pair)));
            Assert.Contains($"compare its SHA-256 fingerprint {fingerprint}\n", first.Said, StringComparison.Ordinal);
            using var answer = await AskAsync(first.Url, certificate);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.False(answer.Headers.Contains("Strict-Transport-Security")); // it would count for every port of the host
        }
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        await using var again = await ServerProcess.StartAsync(scratch, options);
        using var kept = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(made));
        using var second = await AskAsync(again.Url, kept);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        using var authority = Authority.Make(); // the same question with another trust fails, so the one above proves something
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(again.Url, authority.Root));
    }

    [Fact]
    public async Task The_operators_certificate_is_sent_with_its_chain()
    {
        using var authority = Authority.Make();
        var (chain, key) = authority.Issue(scratch);
        await using var server = await ServerProcess.StartAsync(
            scratch,
            "--urls",
            "https://127.0.0.1:0",
            "--tls-cert",
            chain,
            "--tls-key",
            key
        );
        // Who trusts the root alone and downloads nothing must be sent what lies between.
        using var answer = await AskAsync(server.Url, authority.Root);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("max-age=31536000", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")));
    }

    [Fact]
    public async Task A_key_that_belongs_to_another_certificate_is_refused()
    {
        using var authority = Authority.Make();
        var (chain, _) = authority.Issue(scratch);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = scratch.Write("stranger.pem", stranger.ExportPkcs8PrivateKeyPem());
        var (code, _, complained) = await ServerProcess.RunAsync([
            "--urls",
            "https://127.0.0.1:0",
            "--data",
            scratch.Data,
            "--tls-cert",
            chain,
            "--tls-key",
            key,
        ]);
        Assert.Equal(2, code);
        Assert.Contains("the key must belong to the certificate", complained, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_http_for_other_machines_is_warned_of()
    {
        await using var open = await ServerProcess.StartAsync(scratch, "--urls", "http://0.0.0.0:0");
        open.Signal(ServerProcess.Terminate);
        await open.ExitAsync();
        Assert.StartsWith("warning: http://0.0.0.0:", open.Complained, StringComparison.Ordinal);
        Assert.Contains("is plain http", open.Complained, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_friend_is_told_an_address_that_another_machine_can_open()
    {
        string[] options = ["--urls", "https://0.0.0.0:0", "--tls-self-signed", "--base-path", "/code"];
        await using var open = await ServerProcess.StartAsync(scratch, options);
        open.Signal(ServerProcess.Terminate);
        await open.ExitAsync();
        var told = open
            .Said.Split('\n')
            .Where(line => line.StartsWith("for other machines in this network: ", StringComparison.Ordinal))
            .Select(line => new Uri(line[(line.LastIndexOf(' ') + 1)..]))
            .ToArray();
        var own = NetworkInterface
            .GetAllNetworkInterfaces()
            .SelectMany(each => each.GetIPProperties().UnicastAddresses)
            .Select(each => each.Address.ToString())
            .ToHashSet();
        Assert.All(told, url => Assert.Contains(url.Host, own));
        Assert.All(told, url => Assert.Equal((open.Url.Port, "/code/"), (url.Port, url.AbsolutePath)));
        Assert.DoesNotContain(told, url => IPAddress.IsLoopback(IPAddress.Parse(url.Host)));
        Assert.Equal(NetworkInterface.GetIsNetworkAvailable(), told.Length > 0);
    }

    /// <summary>Asks for health over a connection that takes only certificates which this one issued, itself among them.</summary>
    private static async Task<HttpResponseMessage> AskAsync(Uri server, X509Certificate2 trusted)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            DisableCertificateDownloads = true,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.Add(trusted);
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy },
        };
        using var web = new HttpClient(handler);
        return await web.GetAsync(new Uri(server, "/health"), TestContext.Current.CancellationToken);
    }
}
