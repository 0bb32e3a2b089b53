using System.Text;
using System.Text.Unicode;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>What an epoch's key (32 bytes) seals inside a manifest: the key of the epoch before, and the room's name (PROTOCOL.md section 3).</summary>
public static class EpochKey
{
    /// <summary>nonce ‖ sealed previous key.</summary>
    public const int SealedBytes = Sealing.NonceBytes + 32 + Sealing.TagBytes;

    /// <summary>epochKeyHash.</summary>
    public static Digest HashOf(ReadOnlySpan<byte> epochKey) => Hash.Of("epoch-key"u8, epochKey);

    public static byte[] SealPrevious(
        RoomId room,
        uint epoch,
        ReadOnlySpan<byte> epochKey,
        ReadOnlySpan<byte> previous,
        ReadOnlySpan<byte> nonce
    ) => [.. nonce, .. Sealing.Seal(PreviousKey(room, epoch, epochKey), nonce, RoomAnd(room, epoch), previous)];

    /// <summary>The key of the epoch before this manifest's. False if the manifest carries none, or not under this key.</summary>
    public static bool TryOpenPrevious(Manifest manifest, ReadOnlySpan<byte> epochKey, Span<byte> previous)
    {
        var carried = manifest.PrevEpochKey;
        return carried.Length == SealedBytes
            && Sealing.TryOpen(
                PreviousKey(manifest.Room, manifest.Epoch, epochKey),
                carried[..Sealing.NonceBytes],
                RoomAnd(manifest.Room, manifest.Epoch),
                carried[Sealing.NonceBytes..],
                previous
            );
    }

    public static byte[] SealTitle(
        RoomId room,
        uint version,
        ReadOnlySpan<byte> epochKey,
        string title,
        ReadOnlySpan<byte> nonce
    ) =>
        [
            .. nonce,
            .. Sealing.Seal(TitleKey(room, epochKey), nonce, RoomAnd(room, version), Encoding.UTF8.GetBytes(title)),
        ];

    /// <summary>The room's name. False if the key or the text is wrong.</summary>
    public static bool TryOpenTitle(Manifest manifest, ReadOnlySpan<byte> epochKey, out string title)
    {
        title = "";
        var carried = manifest.Title;
        var plain = new byte[carried.Length - Sealing.NonceBytes - Sealing.TagBytes];
        var along = RoomAnd(manifest.Room, manifest.Version);
        var key = TitleKey(manifest.Room, epochKey);
        if (!Sealing.TryOpen(key, carried[..Sealing.NonceBytes], along, carried[Sealing.NonceBytes..], plain))
            return false;
        if (plain.Length > Limits.MaxTitleBytes || !Utf8.IsValid(plain))
            return false;
        title = Encoding.UTF8.GetString(plain);
        return true;
    }

    private static byte[] PreviousKey(RoomId room, uint epoch, ReadOnlySpan<byte> epochKey)
    {
        Span<byte> context = stackalloc byte[4];
        new ByteWriter(context).U32(epoch);
        return Kdf.ForRoom(epochKey, room, "prev-epoch"u8, context);
    }

    private static byte[] TitleKey(RoomId room, ReadOnlySpan<byte> epochKey) =>
        Kdf.ForRoom(epochKey, room, "title"u8, []);

    private static byte[] RoomAnd(RoomId room, uint number)
    {
        var bytes = new byte[16 + 4];
        var writer = new ByteWriter(bytes);
        writer.U128(room.Value);
        writer.U32(number);
        return bytes;
    }
}
