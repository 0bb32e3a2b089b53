using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Coterie.Server.Settings;

namespace Coterie.Server;

/// <summary>The server's TLS certificate: the operator's own, or one made here once and kept in the data directory.</summary>
public static class Certificate
{
    private const string SelfMadeFile = "self-signed.pem";
    private const int YearsValid = 10; // a friend compares the fingerprint once; no authority renews it

    /// <summary>Null where no TLS is asked for.</summary>
    /// <exception cref="SettingException">A file is missing, is no PEM, or the key does not belong to the certificate.</exception>
    public static X509Certificate2? Open(ServerSettings settings, TimeProvider clock)
    {
        if (settings.TlsCertificate is not null)
            return Read(settings.TlsCertificate, settings.TlsKey!);
        if (!settings.TlsSelfSigned)
            return null;
        var path = Path.Combine(settings.Data, SelfMadeFile);
        if (!File.Exists(path))
            PrivateFile.Write(path, System.Text.Encoding.ASCII.GetBytes(Make(clock.GetUtcNow())));
        return Read(path, path);
    }

    /// <summary>What the file holds behind the certificate: those that lead to an authority, which browsers must be sent.</summary>
    public static X509Certificate2Collection ChainOf(ServerSettings settings)
    {
        var chain = new X509Certificate2Collection();
        if (settings.TlsCertificate is not null)
        {
            chain.ImportFromPemFile(settings.TlsCertificate);
            chain.RemoveAt(0);
        }
        return chain;
    }

    /// <summary>SHA-256 of the certificate as browsers show it: AB:CD:…</summary>
    public static string Fingerprint(X509Certificate2 certificate) =>
        string.Join(
            ':',
            certificate
                .GetCertHash(HashAlgorithmName.SHA256)
                .Select(each => each.ToString("X2", System.Globalization.CultureInfo.InvariantCulture))
        );

    private static X509Certificate2 Read(string certificate, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(certificate, key);
        }
        catch (Exception problem)
            when (problem is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new SettingException(
                $"tls-cert {certificate} with tls-key {key} cannot be used: {problem.Message} Both are PEM files, and the key must belong to the certificate.",
                problem
            );
        }
    }

    private static string Make(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=coterie", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName(Dns.GetHostName());
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(YearsValid));
        return made.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";
    }
}
