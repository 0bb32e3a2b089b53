using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>
/// A way into a room (PROTOCOL.md section 2): what the hub keeps for who presents the right access key. It holds the epoch key and the role's
/// admission key, sealed so that only who knows the link, the password or both can open them.
/// </summary>
public sealed class Door
{
    public const int Bytes = 163;
    private const int SecretBytes = 64; // epoch key ‖ admission scalar
    private readonly byte[] bytes;

    private Door(byte[] bytes) => this.bytes = bytes;

    public byte Id => bytes[0];

    public Role Role => (Role)bytes[1];

    public Needs Needs => (Needs)bytes[2];

    public uint Epoch => new ByteReader(bytes.AsSpan(3)).U32();

    /// <summary>H("access", access_d), 32 bytes. Never public: it would allow a password to be guessed offline (K7).</summary>
    public ReadOnlySpan<byte> AccessHash => bytes.AsSpan(7, 32);

    /// <summary>commit_d, 32 bytes. Never public either.</summary>
    public ReadOnlySpan<byte> Commit => bytes.AsSpan(39, 32);

    public ReadOnlySpan<byte> Nonce => bytes.AsSpan(71, Sealing.NonceBytes);

    public ReadOnlySpan<byte> Sealed => bytes.AsSpan(83, SecretBytes + Sealing.TagBytes);

    public ReadOnlySpan<byte> Encoded => bytes;

    /// <summary>H("door", Door), as it stands in the manifest.</summary>
    public Digest Hash() => Keys.Hash.Of("door"u8, bytes);

    /// <summary>K6: whether this is the door's access key, in constant time.</summary>
    public bool Admits(ReadOnlySpan<byte> access)
    {
        Span<byte> hash = stackalloc byte[32];
        Keys.Hash.Of("access"u8, access).CopyTo(hash);
        return CryptographicOperations.FixedTimeEquals(hash, AccessHash);
    }

    /// <summary>Makes a door. The nonce is 12 random bytes.</summary>
    public static Door Seal(
        RoomId room,
        DoorSign sign,
        uint epoch,
        DoorKeys keys,
        ReadOnlySpan<byte> epochKey,
        ReadOnlySpan<byte> admissionScalar,
        ReadOnlySpan<byte> nonce
    )
    {
        Span<byte> secret = [.. epochKey, .. admissionScalar];
        var door = Seal(room, sign, epoch, keys, secret, nonce);
        CryptographicOperations.ZeroMemory(secret);
        return door;
    }

    /// <summary>Makes a door of a room by approval (Q1): who opens it can knock, and no more.</summary>
    public static Door SealToKnock(
        RoomId room,
        DoorSign sign,
        uint epoch,
        DoorKeys keys,
        ReadOnlySpan<byte> epochKey,
        ReadOnlySpan<byte> nonce
    ) => Seal(room, sign, epoch, keys, [.. Letter.KeyOf(room, epochKey, sign.Id), .. new byte[32]], nonce);

    private static Door Seal(
        RoomId room,
        DoorSign sign,
        uint epoch,
        DoorKeys keys,
        ReadOnlySpan<byte> secret,
        ReadOnlySpan<byte> nonce
    )
    {
        var encoded = new byte[Bytes];
        var writer = new ByteWriter(encoded);
        writer.U8(sign.Id);
        writer.U8((byte)sign.Role);
        writer.U8((byte)sign.Needs);
        writer.U32(epoch);
        writer.Digest(Keys.Hash.Of("access"u8, keys.Access));
        writer.Bytes(keys.Commit);
        writer.Bytes(nonce);
        Sealing.Seal(keys.Kek, nonce, Along(room, epoch, sign.Id), secret, writer.Take(SecretBytes + Sealing.TagBytes));
        return new Door(encoded);
    }

    /// <summary>
    /// K7: opens the door if it stands in this verified manifest, is committed to these keys, and holds this epoch's key and the role's
    /// admission key. Nothing else may be believed of a Door.
    /// </summary>
    public bool TryOpen(Manifest manifest, DoorKeys keys, [NotNullWhen(true)] out OpenedDoor? opened)
    {
        opened = null;
        Span<byte> secret = stackalloc byte[SecretBytes];
        if (!TryUnseal(manifest, keys, secret))
            return false;
        try
        {
            if (EpochKey.HashOf(secret[..32]) != manifest.EpochKeyHash)
                return false;
            var admission = SigningKey.FromScalar(secret[32..]);
            if (admission.Public.SequenceEqual(manifest.Admission(Role)))
                opened = new OpenedDoor(secret[..32].ToArray(), admission);
            else
                admission.Dispose();
            return opened is not null;
        }
        catch (CryptographicException)
        {
            return false; // no scalar of this curve
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Q1: opens a door of a room by approval, by what <see cref="TryOpen"/> demands of one that lets in.</summary>
    /// <param name="knockKey">32 bytes, which prove in a <see cref="Letter"/> that its writer stood here.</param>
    public bool TryOpenToKnock(Manifest manifest, DoorKeys keys, [NotNullWhen(true)] out byte[]? knockKey)
    {
        Span<byte> secret = stackalloc byte[SecretBytes];
        var opened = TryUnseal(manifest, keys, secret) && !secret[32..].ContainsAnyExcept((byte)0);
        knockKey = opened ? secret[..32].ToArray() : null;
        return opened;
    }

    private bool TryUnseal(Manifest manifest, DoorKeys keys, Span<byte> secret) =>
        manifest.Has(this)
        && CryptographicOperations.FixedTimeEquals(keys.Commit, Commit)
        && Sealing.TryOpen(keys.Kek, Nonce, Along(manifest.Room, Epoch, Id), Sealed, secret);

    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Door? door, out WireError error)
    {
        door = null;
        var reader = new ByteReader(bytes);
        reader.U8();
        reader.U8((byte)Role.Viewer, (byte)Role.Editor);
        reader.U8((byte)Needs.Link, (byte)Needs.Password);
        reader.Bytes(Bytes - 3);
        if (!reader.End(out error))
            return false;
        door = new Door(bytes.ToArray());
        return true;
    }

    private static byte[] Along(RoomId room, uint epoch, byte id)
    {
        var along = new byte[16 + 4 + 1];
        var writer = new ByteWriter(along);
        writer.U128(room.Value);
        writer.U32(epoch);
        writer.U8(id);
        return along;
    }
}

/// <summary>A door's public face: its number, the role it gives, what it asks for.</summary>
public readonly record struct DoorSign(byte Id, Role Role, Needs Needs);

/// <summary>What stood behind a door: the epoch key (32 bytes) and the key that admits members of the door's role.</summary>
public sealed record OpenedDoor(byte[] EpochKey, SigningKey Admission);
