using System.Text;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Runs;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>The payload of a request of class 9: what everyone in the room is told of a run, and how they read what it says. Its author can write its receipt from it, whatever page of theirs began it.</summary>
/// <param name="RunKey">32 bytes, as in the order.</param>
/// <param name="InputHash">H("run-input", what the program is given before anything is typed).</param>
/// <param name="Hands">The hand key, sealed to each owner of the manifest in their order, and behind them to an author who is none, where there is room.</param>
public sealed record RunRequest(
    byte[] RunKey,
    string Language,
    string Entry,
    bool Terminal,
    IReadOnlyList<string> Arguments,
    Digest InputHash,
    IReadOnlyList<HashedFile> Files,
    IReadOnlyList<byte[]> Hands
)
{
    /// <summary>The request for an order.</summary>
    public static RunRequest Of(RunOrder order, IReadOnlyList<byte[]> hands) =>
        new(
            order.RunKey,
            order.Language,
            order.Entry,
            order.Terminal is not null,
            order.Arguments,
            Hash.Of("run-input"u8, order.Input.Span),
            [.. order.Files.Select(file => new HashedFile(file.Path, Hash.Of("run-file"u8, file.Bytes.Span)))],
            hands
        );

    public static bool TryParse(ReadOnlySpan<byte> payload, out RunRequest request, out WireError error)
    {
        var reader = Payload.Read(payload);
        var key = reader.Bytes(32).ToArray();
        var language = RunOrder.ReadLanguage(ref reader);
        var entry = RunOrder.ReadPath(ref reader);
        var terminal = reader.Bool();
        var arguments = RunOrder.ReadArguments(ref reader);
        var inputHash = reader.Digest();
        var files = HashedFile.ReadAll(ref reader);
        int count = reader.U8();
        reader.Demand(count <= Limits.MaxOwners, WireError.Length);
        var hands = new List<byte[]>();
        while (reader.Ok && hands.Count < count)
            hands.Add(reader.B16(RunKeys.HandBytes, RunKeys.HandBytes).ToArray());
        request = new RunRequest(key, language, entry, terminal, arguments, inputHash, files, hands);
        return reader.End(out error);
    }

    public byte[] Encode()
    {
        var (language, entry) = (Encoding.ASCII.GetBytes(Language), Encoding.UTF8.GetBytes(Entry));
        var size = 32 + 2 + language.Length + 2 + entry.Length + 1 + 2 + Digest.Bytes + 2 + 1;
        size += Arguments.Sum(argument => 2 + Encoding.UTF8.GetByteCount(argument));
        size += HashedFile.SizeOf(Files) + Hands.Sum(hand => 2 + hand.Length);
        var bytes = new byte[size];
        var writer = new ByteWriter(bytes);
        writer.Bytes(RunKey);
        writer.B16(language);
        writer.B16(entry);
        writer.Bool(Terminal);
        RunOrder.WriteArguments(ref writer, Arguments);
        writer.Digest(InputHash);
        HashedFile.WriteAll(ref writer, Files);
        writer.U8(checked((byte)Hands.Count));
        foreach (var hand in Hands)
            writer.B16(hand);
        return bytes;
    }
}
