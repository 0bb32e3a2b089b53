using System.Text;
using Coterie.Protocol;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Wire;

namespace Coterie.Server.Listed;

/// <summary>
/// The word of a room's first owner on whether, and under which name, the room stands in the server's list (D1). It proves itself: the
/// room id is the hash of the Genesis in it, whose owner signed it. So no server, editor or stranger can list a room or take it off.
/// </summary>
public sealed class Listing
{
    public const int MostBytes = 1 + Genesis.Bytes + 8 + 2 + Limits.MaxNameBytes + SignatureBytes;
    private const int SignatureBytes = 64;
    private readonly byte[] bytes;

    private Listing(byte[] bytes, RoomId room, ulong time, string name)
    {
        this.bytes = bytes;
        Room = room;
        Time = time;
        Name = name;
    }

    public RoomId Room { get; }

    /// <summary>Milliseconds since 1970 by the owner's clock; only ever compared with that of the listing before.</summary>
    public ulong Time { get; }

    /// <summary>Empty: the room is not to be listed.</summary>
    public string Name { get; }

    public ReadOnlySpan<byte> Encoded => bytes;

    /// <summary>Null where it does not parse, has no name that may be shown (T9), or its signature does not hold.</summary>
    public static Listing? Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        reader.Suite();
        var founding = reader.Bytes(Genesis.Bytes);
        var time = reader.U64();
        var name = reader.Text16(0, Limits.MaxNameBytes);
        var signed = reader.Position;
        var signature = reader.Bytes(SignatureBytes);
        if (!reader.End(out _) || !Genesis.TryParse(founding, out var genesis, out _))
            return null;
        if (name.Length > 0 && !Protocol.Rooms.Payloads.Name.IsValid(name))
            return null;
        using var owner = VerifyKey.Import(genesis.OwnerSign);
        return owner.Verify("listing"u8, bytes[..signed], signature)
            ? new Listing(bytes.ToArray(), genesis.Room, time, Encoding.UTF8.GetString(name))
            : null;
    }
}
