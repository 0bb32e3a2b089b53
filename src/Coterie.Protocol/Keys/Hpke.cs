using System.Security.Cryptography;

namespace Coterie.Protocol.Keys;

/// <summary>
/// HPKE (RFC 9180) in base mode, one message for one key: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM (K12). Says nothing of who
/// sealed: a signature does.
/// </summary>
public static class Hpke
{
    /// <summary>The encapsulated key that stands before what is sealed.</summary>
    public const int EncBytes = Point.Bytes;

    private const int HashBytes = 32;
    private static readonly byte[] Kem = [.. "KEM"u8, 0x00, 0x10];
    private static readonly byte[] Suite = [.. "HPKE"u8, 0x00, 0x10, 0x00, 0x01, 0x00, 0x02];

    /// <summary>Seals to a public key: enc (65 bytes) ‖ ciphertext with its tag.</summary>
    public static byte[] Seal(
        ReadOnlySpan<byte> recipient,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> along,
        ReadOnlySpan<byte> plaintext
    )
    {
        using var ephemeral = DhKey.Create();
        return SealBy(ephemeral, recipient, info, along, plaintext);
    }

    /// <summary>Opens what was sealed to this key. Null where it was not, or was changed.</summary>
    /// <param name="sealedBytes">enc ‖ ciphertext.</param>
    public static byte[]? Open(
        DhKey recipient,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> along,
        ReadOnlySpan<byte> sealedBytes
    )
    {
        ArgumentNullException.ThrowIfNull(recipient);
        if (sealedBytes.Length < EncBytes + Sealing.TagBytes || !Point.Valid(sealedBytes[..EncBytes]))
            return null;
        var enc = sealedBytes[..EncBytes];
        var (key, nonce) = Schedule(recipient.Agree(enc), enc, recipient.Public, info);
        var plaintext = new byte[sealedBytes.Length - EncBytes - Sealing.TagBytes];
        return Sealing.TryOpen(key, nonce, along, sealedBytes[EncBytes..], plaintext) ? plaintext : null;
    }

    /// <summary><see cref="Seal"/> with a given ephemeral key, which must never be used again.</summary>
    internal static byte[] SealBy(
        DhKey ephemeral,
        ReadOnlySpan<byte> recipient,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> along,
        ReadOnlySpan<byte> plaintext
    )
    {
        var (key, nonce) = Schedule(ephemeral.Agree(recipient), ephemeral.Public, recipient, info);
        return [.. ephemeral.Public, .. Sealing.Seal(key, nonce, along, plaintext)];
    }

    private static (byte[] Key, byte[] Nonce) Schedule(
        byte[] agreed,
        ReadOnlySpan<byte> enc,
        ReadOnlySpan<byte> recipient,
        ReadOnlySpan<byte> info
    )
    {
        var prk = Extract(Kem, [], "eae_prk"u8, agreed);
        CryptographicOperations.ZeroMemory(agreed);
        var shared = Expand(Kem, prk, "shared_secret"u8, [.. enc, .. recipient], HashBytes);
        byte[] context = [0, .. Extract(Suite, [], "psk_id_hash"u8, []), .. Extract(Suite, [], "info_hash"u8, info)];
        var secret = Extract(Suite, shared, "secret"u8, []);
        return (
            Expand(Suite, secret, "key"u8, context, Kdf.KeyBytes),
            Expand(Suite, secret, "base_nonce"u8, context, Sealing.NonceBytes)
        );
    }

    private static byte[] Extract(byte[] suite, byte[] salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> ikm) =>
        HKDF.Extract(HashAlgorithmName.SHA256, [.. "HPKE-v1"u8, .. suite, .. label, .. ikm], salt);

    private static byte[] Expand(
        byte[] suite,
        byte[] prk,
        ReadOnlySpan<byte> label,
        ReadOnlySpan<byte> info,
        int length
    ) =>
        HKDF.Expand(
            HashAlgorithmName.SHA256,
            prk,
            length,
            [0, (byte)length, .. "HPKE-v1"u8, .. suite, .. label, .. info]
        );
}
