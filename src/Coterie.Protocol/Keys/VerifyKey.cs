using System.Security.Cryptography;

namespace Coterie.Protocol.Keys;

/// <summary>
/// Somebody's public signing key, imported once. Threads may share it. Accepts only signatures in low-s form (K2), made with the
/// same label (K1).
/// </summary>
public sealed class VerifyKey : IDisposable
{
    private readonly ECDsa key;
    private readonly byte[] point;
    private readonly Lock gate = new();

    private VerifyKey(ECDsa key, byte[] point)
    {
        this.key = key;
        this.point = point;
    }

    /// <summary>The key as 65 bytes.</summary>
    public ReadOnlySpan<byte> Bytes => point;

    /// <summary>Imports 65 bytes that a parser has found to be a point.</summary>
    /// <exception cref="ArgumentException">The bytes are no point of the curve.</exception>
    public static VerifyKey Import(ReadOnlySpan<byte> point)
    {
        if (!Point.Valid(point))
            throw new ArgumentException("A public key is 65 bytes 04‖X‖Y of a point on P-256.", nameof(point));
        return new VerifyKey(
            ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = Point.ToPlatform(point) }),
            point.ToArray()
        );
    }

    /// <summary>Whether <paramref name="signature"/> (64 bytes) is Sign(this key, label, data).</summary>
    public bool Verify(ReadOnlySpan<byte> label, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != 64 || !LowS.Holds(signature))
            return false;
        Span<byte> hash = stackalloc byte[32];
        Hash.OfSigned(label, data).CopyTo(hash);
        lock (gate)
            return key.VerifyHash(hash, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    public void Dispose() => key.Dispose();
}
