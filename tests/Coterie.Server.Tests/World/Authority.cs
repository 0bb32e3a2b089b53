using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Coterie.Server.Tests.World;

/// <summary>A certificate authority with one intermediate, as public ones have.</summary>
internal sealed class Authority : IDisposable
{
    private readonly X509Certificate2 intermediate;

    private Authority(X509Certificate2 root, X509Certificate2 intermediate) =>
        (Root, this.intermediate) = (root, intermediate);

    public X509Certificate2 Root { get; }

    public static Authority Make()
    {
        var (from, until) = Validity();
        var root = Request("CN=root", ECDsa.Create(ECCurve.NamedCurves.nistP256), authority: true)
            .CreateSelfSigned(from, until);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signed = Request("CN=intermediate", key, authority: true).Create(root, from, until, [1]);
        return new Authority(root, signed.CopyWithPrivateKey(key));
    }

    /// <summary>Files with a certificate for 127.0.0.1, followed by the intermediate's, and with its key.</summary>
    public (string Chain, string Key) Issue(Scratch scratch)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request("CN=leaf", key, authority: false);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var leaf = request.Create(
            intermediate,
            new DateTimeOffset(intermediate.NotBefore),
            new DateTimeOffset(intermediate.NotAfter),
            [2]
        );
        return (
            scratch.Write("chain.pem", leaf.ExportCertificatePem() + "\n" + intermediate.ExportCertificatePem() + "\n"),
            scratch.Write("key.pem", key.ExportPkcs8PrivateKeyPem() + "\n")
        );
    }

    public void Dispose()
    {
        intermediate.Dispose();
        Root.Dispose();
    }

    private static (DateTimeOffset From, DateTimeOffset Until) Validity()
    {
        var now = TimeProvider.System.GetUtcNow();
        return (now.AddHours(-1), now.AddHours(1));
    }

    private static CertificateRequest Request(string name, ECDsa key, bool authority)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, true));
        return request;
    }
}
