using Coterie.Protocol.Runs;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>The payload of class 9 that lets everyone in the room type, or takes that back.</summary>
/// <param name="LentKey">32 bytes, as the server was told; empty: taken back.</param>
public sealed record RunShared(byte[] LentKey)
{
    public static bool TryParse(ReadOnlySpan<byte> payload, out RunShared shared, out WireError error)
    {
        var reader = Payload.Read(payload);
        shared = new RunShared(RunCommand.ReadLent(ref reader));
        return reader.End(out error);
    }

    public byte[] Encode() => LentKey.ToArray();
}
