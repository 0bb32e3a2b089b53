using System.Text;
using Coterie.Protocol.Runs;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>The payload of a request of class 9: what everyone in the room is told of a run, and how they read what it says.</summary>
/// <param name="RunKey">32 bytes, as in the order.</param>
/// <param name="Hands">The hand key, sealed to each owner of the manifest in their order, and behind them to an author who is none, where there is room.</param>
public sealed record RunRequest(
    byte[] RunKey,
    string Language,
    string Entry,
    bool Terminal,
    IReadOnlyList<byte[]> Hands
)
{
    public static bool TryParse(ReadOnlySpan<byte> payload, out RunRequest request, out WireError error)
    {
        var reader = Payload.Read(payload);
        var key = reader.Bytes(32).ToArray();
        var language = RunOrder.ReadLanguage(ref reader);
        var entry = RunOrder.ReadPath(ref reader);
        var terminal = reader.Bool();
        int count = reader.U8();
        reader.Demand(count <= Limits.MaxOwners, WireError.Length);
        var hands = new List<byte[]>();
        while (reader.Ok && hands.Count < count)
            hands.Add(reader.B16(RunKeys.HandBytes, RunKeys.HandBytes).ToArray());
        request = new RunRequest(key, language, entry, terminal, hands);
        return reader.End(out error);
    }

    public byte[] Encode()
    {
        var (language, entry) = (Encoding.ASCII.GetBytes(Language), Encoding.UTF8.GetBytes(Entry));
        var bytes = new byte[32 + 2 + language.Length + 2 + entry.Length + 1 + 1 + Hands.Sum(hand => 2 + hand.Length)];
        var writer = new ByteWriter(bytes);
        writer.Bytes(RunKey);
        writer.B16(language);
        writer.B16(entry);
        writer.Bool(Terminal);
        writer.U8(checked((byte)Hands.Count));
        foreach (var hand in Hands)
            writer.B16(hand);
        return bytes;
    }
}
