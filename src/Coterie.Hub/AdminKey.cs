using System.Security.Cryptography;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Hub;

/// <summary>The operator's key that permanent rooms are created with (H8), known by its hash only.</summary>
public sealed class AdminKey
{
    private readonly byte[] hash;

    private AdminKey(byte[] hash) => this.hash = hash;

    /// <summary>What an operator's machine may store: 32 bytes.</summary>
    public static byte[] HashOf(ReadOnlySpan<byte> key) => Hash.Of("admin-key"u8, key).ToArray();

    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static AdminKey FromHash(ReadOnlySpan<byte> hash) =>
        hash.Length == Digest.Bytes
            ? new AdminKey(hash.ToArray())
            : throw new ArgumentException("The hash of an admin key has 32 bytes.", nameof(hash));

    /// <summary>Whether this is the key; in constant time.</summary>
    public bool Opens(ReadOnlySpan<byte> presented) => CryptographicOperations.FixedTimeEquals(HashOf(presented), hash);
}
