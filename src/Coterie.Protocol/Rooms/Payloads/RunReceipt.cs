using System.Text;
using Coterie.Protocol.Runs;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>The payload of a receipt of class 9: what was run with what, and what came of it, as its author was told.</summary>
/// <param name="Version">Of the language; empty where it does not say.</param>
/// <param name="InputHash">H("run-input", what the program was given before anything was typed).</param>
public sealed record RunReceipt(
    string Language,
    string Version,
    string Entry,
    bool Terminal,
    IReadOnlyList<string> Arguments,
    Digest InputHash,
    IReadOnlyList<HashedFile> Files,
    ulong MemoryBytes,
    uint CpuMs,
    uint WallMs,
    ushort Processes,
    string Protections,
    RunEnded Ended
)
{
    private const int FixedBytes = 2 + 2 + 2 + 1 + 2 + Digest.Bytes + 2 + 8 + 4 + 4 + 2 + 2;

    public static bool TryParse(ReadOnlySpan<byte> payload, out RunReceipt receipt, out WireError error)
    {
        var reader = Payload.Read(payload);
        receipt = new RunReceipt(
            RunOrder.ReadLanguage(ref reader),
            Encoding.UTF8.GetString(reader.Text16(0, Limits.MaxNameBytes)),
            RunOrder.ReadPath(ref reader),
            reader.Bool(),
            RunOrder.ReadArguments(ref reader),
            reader.Digest(),
            HashedFile.ReadAll(ref reader),
            reader.U64(),
            reader.U32(),
            reader.U32(),
            reader.U16(),
            Encoding.UTF8.GetString(reader.Text16(0, Limits.MaxErrorTextBytes)),
            RunEnded.Read(ref reader)
        );
        return reader.End(out error);
    }

    public byte[] Encode()
    {
        var size = FixedBytes + Ended.Size;
        foreach (var text in new[] { Language, Version, Entry, Protections })
            size += Encoding.UTF8.GetByteCount(text);
        size += Arguments.Sum(argument => 2 + Encoding.UTF8.GetByteCount(argument));
        size += HashedFile.SizeOf(Files);
        var bytes = new byte[size];
        var writer = new ByteWriter(bytes);
        writer.B16(Encoding.ASCII.GetBytes(Language));
        writer.B16(Encoding.UTF8.GetBytes(Version));
        writer.B16(Encoding.UTF8.GetBytes(Entry));
        writer.Bool(Terminal);
        RunOrder.WriteArguments(ref writer, Arguments);
        writer.Digest(InputHash);
        HashedFile.WriteAll(ref writer, Files);
        writer.U64(MemoryBytes);
        writer.U32(CpuMs);
        writer.U32(WallMs);
        writer.U16(Processes);
        writer.B16(Encoding.UTF8.GetBytes(Protections));
        Ended.Write(ref writer);
        return bytes;
    }
}

/// <summary>A file of a run as the room's log names it.</summary>
/// <param name="Hash">H("run-file", its bytes).</param>
public sealed record HashedFile(string Path, Digest Hash)
{
    internal static List<HashedFile> ReadAll(ref ByteReader reader)
    {
        int count = reader.U16();
        reader.Demand(count <= Limits.MaxRunFiles, WireError.Length);
        var files = new List<HashedFile>();
        while (reader.Ok && files.Count < count)
            files.Add(new HashedFile(RunOrder.ReadPath(ref reader), reader.Digest()));
        return files;
    }

    /// <summary>Bytes without their number.</summary>
    internal static int SizeOf(IEnumerable<HashedFile> files) =>
        files.Sum(file => 2 + Encoding.UTF8.GetByteCount(file.Path) + Digest.Bytes);

    internal static void WriteAll(ref ByteWriter writer, IReadOnlyList<HashedFile> files)
    {
        writer.U16(files.Count);
        foreach (var file in files)
        {
            writer.B16(Encoding.UTF8.GetBytes(file.Path));
            writer.Digest(file.Hash);
        }
    }
}
