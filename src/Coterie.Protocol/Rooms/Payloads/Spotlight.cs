using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>Whether its author asks everyone to come along (P4).</summary>
/// <param name="Request">Which of its session's requests stands, from 1 on; 0: none.</param>
public sealed record Spotlight(uint Request) : Signal
{
    public override SignalKind Kind => SignalKind.Spotlight;

    internal static Spotlight Read(ref ByteReader reader) => new(reader.U32());

    public override byte[] Encode()
    {
        var bytes = new byte[1 + 4];
        var writer = new ByteWriter(bytes);
        writer.U8((byte)Kind);
        writer.U32(Request);
        return bytes;
    }
}
