using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>The payload of class 9 that hands typing over to everyone in the room.</summary>
/// <param name="HandKey">32 bytes, as in the order.</param>
public sealed record RunShared(byte[] HandKey)
{
    public static bool TryParse(ReadOnlySpan<byte> payload, out RunShared shared, out WireError error)
    {
        var reader = Payload.Read(payload);
        shared = new RunShared(reader.Bytes(32).ToArray());
        return reader.End(out error);
    }

    public byte[] Encode() => HandKey.ToArray();
}
