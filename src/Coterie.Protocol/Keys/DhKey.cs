using System.Security.Cryptography;

namespace Coterie.Protocol.Keys;

/// <summary>A private key of P-256 that others may seal to (see <see cref="Hpke"/>). Not for several threads at once.</summary>
public sealed class DhKey : IDisposable
{
    private readonly ECDiffieHellman key;
    private readonly byte[] point;

    private DhKey(ECDiffieHellman key)
    {
        this.key = key;
        point = Point.FromPlatform(key.ExportParameters(false).Q);
    }

    /// <summary>The public key as 65 bytes.</summary>
    public ReadOnlySpan<byte> Public => point;

    public static DhKey Create() => new(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));

    /// <exception cref="CryptographicException">The scalar is zero or not below the curve's order.</exception>
    public static DhKey FromScalar(ReadOnlySpan<byte> scalar) =>
        new(ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar.ToArray() }));

    /// <exception cref="CryptographicException">The bytes are not PKCS8 of a P-256 key.</exception>
    public static DhKey FromPkcs8(ReadOnlySpan<byte> pkcs8)
    {
        var imported = ECDiffieHellman.Create();
        try
        {
            imported.ImportPkcs8PrivateKey(pkcs8, out _);
            var curve = imported.ExportParameters(false).Curve.Oid.Value;
            if (!string.Equals(curve, ECCurve.NamedCurves.nistP256.Oid.Value, StringComparison.Ordinal))
                throw new CryptographicException("The key is not of curve P-256.");
            return new DhKey(imported);
        }
        catch
        {
            imported.Dispose();
            throw;
        }
    }

    public byte[] ToPkcs8() => key.ExportPkcs8PrivateKey();

    /// <summary>The shared x coordinate with a point that a parser has checked, 32 bytes; a secret.</summary>
    public byte[] Agree(ReadOnlySpan<byte> other)
    {
        using var peer = ECDiffieHellman.Create(
            new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = Point.ToPlatform(other) }
        );
        return key.DeriveRawSecretAgreement(peer.PublicKey);
    }

    public void Dispose() => key.Dispose();
}
