using System.Security.Cryptography;

namespace Coterie.Protocol.Keys;

/// <summary>Seal(key, nonce, aad, x) of PROTOCOL.md section 1: AES-256-GCM with the 16-byte tag appended.</summary>
public static class Sealing
{
    public const int NonceBytes = 12;
    public const int TagBytes = 16;

    /// <summary>Seals into <paramref name="sealedBytes"/>, which is 16 bytes longer than the plaintext.</summary>
    public static void Seal(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> along,
        ReadOnlySpan<byte> plaintext,
        Span<byte> sealedBytes
    )
    {
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(nonce, plaintext, sealedBytes[..plaintext.Length], sealedBytes[plaintext.Length..], along);
    }

    public static byte[] Seal(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> along,
        ReadOnlySpan<byte> plaintext
    )
    {
        var result = new byte[plaintext.Length + TagBytes];
        Seal(key, nonce, along, plaintext, result);
        return result;
    }

    /// <summary>Opens into <paramref name="plaintext"/>, which is 16 bytes shorter than what was sealed. False if the tag does not hold.</summary>
    public static bool TryOpen(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> along,
        ReadOnlySpan<byte> sealedBytes,
        Span<byte> plaintext
    )
    {
        if (sealedBytes.Length < TagBytes)
            return false;
        using var cipher = new AesGcm(key, TagBytes);
        try
        {
            cipher.Decrypt(nonce, sealedBytes[..^TagBytes], sealedBytes[^TagBytes..], plaintext, along);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }
}
