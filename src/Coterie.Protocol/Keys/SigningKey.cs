using System.Security.Cryptography;

namespace Coterie.Protocol.Keys;

/// <summary>A private signing key of P-256. Signs in low-s form (K2). Not for several threads at once.</summary>
public sealed class SigningKey : IDisposable
{
    private readonly ECDsa key;
    private readonly byte[] point;

    private SigningKey(ECDsa key)
    {
        this.key = key;
        point = Point.FromPlatform(key.ExportParameters(false).Q);
    }

    /// <summary>The public key as 65 bytes.</summary>
    public ReadOnlySpan<byte> Public => point;

    public static SigningKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Takes a private scalar of 32 bytes, as a Door carries the admission key.</summary>
    /// <exception cref="CryptographicException">The scalar is zero or not below the curve's order.</exception>
    public static SigningKey FromScalar(ReadOnlySpan<byte> scalar) =>
        new(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar.ToArray() }));

    /// <exception cref="CryptographicException">The bytes are not PKCS8 of a P-256 key.</exception>
    public static SigningKey FromPkcs8(ReadOnlySpan<byte> pkcs8)
    {
        var imported = ECDsa.Create();
        try
        {
            imported.ImportPkcs8PrivateKey(pkcs8, out _);
            var curve = imported.ExportParameters(false).Curve.Oid.Value;
            if (!string.Equals(curve, ECCurve.NamedCurves.nistP256.Oid.Value, StringComparison.Ordinal))
                throw new CryptographicException("The key is not of curve P-256.");
            return new SigningKey(imported);
        }
        catch
        {
            imported.Dispose();
            throw;
        }
    }

    public byte[] ToPkcs8() => key.ExportPkcs8PrivateKey();

    public byte[] ToScalar() => key.ExportParameters(true).D!;

    /// <summary>Writes Sign(this key, label, data), 64 bytes.</summary>
    public void Sign(ReadOnlySpan<byte> label, ReadOnlySpan<byte> data, Span<byte> signature)
    {
        Span<byte> hash = stackalloc byte[32];
        Hash.OfSigned(label, data).CopyTo(hash);
        if (
            !key.TrySignHash(hash, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation, out var written)
            || written != 64
        )
            throw new ArgumentException("A signature takes 64 bytes.", nameof(signature));
        LowS.Enforce(signature);
    }

    public byte[] Sign(ReadOnlySpan<byte> label, ReadOnlySpan<byte> data)
    {
        var signature = new byte[64];
        Sign(label, data, signature);
        return signature;
    }

    public void Dispose() => key.Dispose();
}
