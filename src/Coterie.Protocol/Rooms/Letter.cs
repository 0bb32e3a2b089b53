using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>
/// What somebody who knocks writes to one owner (PROTOCOL.md section 14): by which door they come, what stood behind it, and their name.
/// Sealed to the owner and bound to both keys of who writes, so that the hub can neither read it nor send it for others.
/// </summary>
/// <param name="KnockKey">32 bytes, which only who opened the door knows, and who is in the room.</param>
public sealed record Letter(byte Door, byte[] KnockKey, string Name)
{
    private const int HeadBytes = 1 + 32;

    /// <summary>knockKey_d of an epoch, 32 bytes: what stands behind a door of a room by approval.</summary>
    public static byte[] KeyOf(RoomId room, ReadOnlySpan<byte> epochKey, byte door) =>
        Kdf.ForRoom(epochKey, room, "knock"u8, [door]);

    /// <param name="owner">The owner's key to seal to, 65 bytes.</param>
    /// <param name="sign">The writer's, 65 bytes, as is <paramref name="dh"/>.</param>
    public byte[] SealTo(ReadOnlySpan<byte> owner, RoomId room, ReadOnlySpan<byte> sign, ReadOnlySpan<byte> dh)
    {
        byte[] plain = [Door, .. KnockKey, .. Encoding.UTF8.GetBytes(Name)];
        return Hpke.Seal(owner, Info(room), [.. sign, .. dh], plain);
    }

    /// <summary>Q5: a letter by who opened a door of this very epoch, with a name that may be shown. False for any other.</summary>
    /// <param name="sealedBytes">enc ‖ ciphertext.</param>
    /// <param name="epochKey">Of the newest epoch, 32 bytes.</param>
    public static bool TryOpen(
        ReadOnlySpan<byte> sealedBytes,
        DhKey owner,
        RoomId room,
        ReadOnlySpan<byte> sign,
        ReadOnlySpan<byte> dh,
        ReadOnlySpan<byte> epochKey,
        [NotNullWhen(true)] out Letter? letter
    )
    {
        letter = null;
        var plain = Hpke.Open(owner, Info(room), [.. sign, .. dh], sealedBytes);
        if (plain is null || plain.Length <= HeadBytes || !Payloads.Name.IsValid(plain.AsSpan(HeadBytes)))
            return false;
        if (!CryptographicOperations.FixedTimeEquals(plain.AsSpan(1, 32), KeyOf(room, epochKey, plain[0])))
            return false;
        letter = new Letter(plain[0], plain[1..HeadBytes], Encoding.UTF8.GetString(plain.AsSpan(HeadBytes)));
        return true;
    }

    private static byte[] Info(RoomId room)
    {
        byte[] info = [.. "coterie/1/letter\0"u8, .. new byte[16]];
        room.CopyTo(info.AsSpan(info.Length - 16));
        return info;
    }
}
