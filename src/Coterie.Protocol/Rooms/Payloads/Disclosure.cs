using System.Text;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>The payload of class 8: what leaves the room, and to whom (X9).</summary>
/// <param name="Run">The run it leaves for.</param>
/// <param name="Bytes">Of the files together.</param>
/// <param name="To">The origin of the server that reads them.</param>
public sealed record Disclosure(RunId Run, ushort Files, ulong Bytes, string To)
{
    private const byte RunKind = 1;

    public static bool TryParse(ReadOnlySpan<byte> payload, out Disclosure disclosure, out WireError error)
    {
        var reader = Payload.Read(payload);
        reader.U8(RunKind, RunKind);
        disclosure = new Disclosure(
            new RunId(reader.U128()),
            reader.U16(),
            reader.U64(),
            Encoding.UTF8.GetString(reader.Text16(1, Limits.MaxNameBytes))
        );
        return reader.End(out error);
    }

    public byte[] Encode()
    {
        var to = Encoding.UTF8.GetBytes(To);
        var bytes = new byte[1 + RunId.Bytes + 2 + 8 + 2 + to.Length];
        var writer = new ByteWriter(bytes);
        writer.U8(RunKind);
        writer.U128(Run.Value);
        writer.U16(Files);
        writer.U64(Bytes);
        writer.B16(to);
        return bytes;
    }
}
