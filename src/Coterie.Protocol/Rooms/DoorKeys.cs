using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>The three keys of a door, derived from what it asks for (K5). All are secrets of 32 bytes; the seed is forgotten.</summary>
public sealed class DoorKeys
{
    private DoorKeys(byte[] access, byte[] kek, byte[] commit)
    {
        Access = access;
        Kek = kek;
        Commit = commit;
    }

    /// <summary>Shown to the hub to get the Door.</summary>
    public byte[] Access { get; }

    /// <summary>Opens the Door.</summary>
    public byte[] Kek { get; }

    /// <summary>Ties the Door to this seed.</summary>
    public byte[] Commit { get; }

    /// <param name="link">The role's secret, 32 bytes; ignored by a password-only door.</param>
    /// <param name="pass">Argon2id(password, Genesis.salt), 32 bytes; ignored by a link-only door.</param>
    /// <exception cref="ArgumentException">A half that the door needs has not 32 bytes.</exception>
    public static DoorKeys Derive(RoomId room, byte door, Needs needs, ReadOnlySpan<byte> link, ReadOnlySpan<byte> pass)
    {
        var seed = Seed(room, door, needs, link, pass);
        return new DoorKeys(
            Kdf.ForRoom(seed, room, "access"u8, []),
            Kdf.ForRoom(seed, room, "kek"u8, []),
            Kdf.ForRoom(seed, room, "commit"u8, [])
        );
    }

    /// <summary>seed_d: never of two zero halves, because every <see cref="Needs"/> asks for one.</summary>
    internal static byte[] Seed(RoomId room, byte door, Needs needs, ReadOnlySpan<byte> link, ReadOnlySpan<byte> pass)
    {
        Span<byte> halves = stackalloc byte[64];
        halves.Clear();
        if (needs is Needs.Link or Needs.LinkAndPassword)
            Half(link, nameof(link)).CopyTo(halves);
        if (needs is Needs.LinkAndPassword or Needs.Password)
            Half(pass, nameof(pass)).CopyTo(halves[32..]);
        return Kdf.ForRoom(halves, room, "seed"u8, [door]);
    }

    /// <summary>secretView, which every editor can derive and no viewer can turn back.</summary>
    public static byte[] SecretView(RoomId room, ReadOnlySpan<byte> secretEdit) =>
        Kdf.ForRoom(secretEdit, room, "secret/view"u8, []);

    private static ReadOnlySpan<byte> Half(ReadOnlySpan<byte> value, string name) =>
        value.Length == 32 ? value : throw new ArgumentException("The door needs 32 bytes here.", name);
}
