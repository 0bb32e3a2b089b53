using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>What every payload parser asks first (P1): that the whole is within its bound.</summary>
internal static class Payload
{
    public static ByteReader Read(ReadOnlySpan<byte> payload)
    {
        var reader = new ByteReader(payload);
        reader.Demand(payload.Length <= Limits.MaxPayloadBytes, WireError.TooLarge);
        return reader;
    }
}
