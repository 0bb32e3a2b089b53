using System.Security.Cryptography;

namespace Coterie.Protocol.Keys;

/// <summary>
/// Somebody's public signing key: 65 bytes, and the platform's form of them from the first verification until it rests. Threads may
/// share it. Accepts only signatures in low-s form (K2), made with the same label (K1).
/// </summary>
public sealed class VerifyKey : IDisposable
{
    private readonly ReadOnlyMemory<byte> point;
    private readonly ImportedKeys? shelf;
    private readonly Lock gate = new();
    private ECDsa? imported;

    private VerifyKey(ReadOnlyMemory<byte> point, ImportedKeys? shelf)
    {
        this.point = point;
        this.shelf = shelf;
    }

    /// <summary>The key as 65 bytes.</summary>
    public ReadOnlySpan<byte> Bytes => point.Span;

    /// <summary>Where the shelf keeps it; null where it does not. The shelf's own.</summary>
    internal LinkedListNode<VerifyKey>? Place { get; set; }

    /// <summary>Whether it takes the platform's memory now.</summary>
    internal bool IsImported
    {
        get
        {
            lock (gate)
                return imported is not null;
        }
    }

    /// <summary>65 bytes that a parser has found to be a point.</summary>
    /// <exception cref="ArgumentException">The bytes are no point of the curve.</exception>
    public static VerifyKey Import(ReadOnlySpan<byte> point)
    {
        if (!Point.Valid(point))
            throw new ArgumentException("A public key is 65 bytes 04‖X‖Y of a point on P-256.", nameof(point));
        return new VerifyKey(point.ToArray(), null);
    }

    /// <summary>A key that rests when others of the shelf are used more. Its bytes are a point, checked by a parser, and are kept, not copied.</summary>
    internal static VerifyKey Shelved(ReadOnlyMemory<byte> point, ImportedKeys shelf) => new(point, shelf);

    /// <summary>Whether <paramref name="signature"/> (64 bytes) is Sign(this key, label, data).</summary>
    public bool Verify(ReadOnlySpan<byte> label, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != 64 || !LowS.Holds(signature))
            return false;
        Span<byte> hash = stackalloc byte[32];
        Hash.OfSigned(label, data).CopyTo(hash);
        shelf?.Used(this);
        lock (gate)
        {
            imported ??= ECDsa.Create(
                new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = Point.ToPlatform(point.Span) }
            );
            return imported.VerifyHash(hash, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }

    /// <summary>Gives the platform's memory back; the next verification imports the key again.</summary>
    public void Rest()
    {
        lock (gate)
        {
            imported?.Dispose();
            imported = null;
        }
    }

    public void Dispose()
    {
        shelf?.Forget(this);
        Rest();
    }
}
