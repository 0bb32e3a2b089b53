using System.Security.Cryptography;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Keys;

/// <summary>KDF(ikm, salt, label, context) of PROTOCOL.md section 1: HKDF-SHA-256 with info = <c>coterie/1/label ‖ 00 ‖ context</c> (K1).</summary>
public static class Kdf
{
    public const int KeyBytes = 32;
    private const int MaxInfoBytes = 128;

    public static void Derive(
        ReadOnlySpan<byte> ikm,
        ReadOnlySpan<byte> salt,
        ReadOnlySpan<byte> label,
        ReadOnlySpan<byte> context,
        Span<byte> key
    )
    {
        Span<byte> info = stackalloc byte[MaxInfoBytes];
        var writer = new ByteWriter(info);
        writer.Bytes("coterie/1/"u8);
        writer.Bytes(label);
        writer.U8(0);
        writer.Bytes(context);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, ikm, key, salt, writer.Written);
    }

    /// <summary>A key whose salt is the room, as nearly all are.</summary>
    public static byte[] ForRoom(
        ReadOnlySpan<byte> ikm,
        RoomId room,
        ReadOnlySpan<byte> label,
        ReadOnlySpan<byte> context
    )
    {
        Span<byte> salt = stackalloc byte[16];
        room.CopyTo(salt);
        var key = new byte[KeyBytes];
        Derive(ikm, salt, label, context, key);
        return key;
    }
}
