using System.Text;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Runs;

/// <summary>A file of a run.</summary>
/// <param name="Path">Names with '/' between them, as the room's tree has them.</param>
public sealed record RunFile(string Path, ReadOnlyMemory<byte> Bytes);

/// <summary>What a member wants run, as it is sealed to the server (section 16): the keys of this run alone, and exactly its files.</summary>
/// <param name="RunKey">32 bytes: what the program says is sealed under keys from it.</param>
/// <param name="HandKey">32 bytes: who holds it may type and stop.</param>
/// <param name="Language">Id of a language, ASCII.</param>
/// <param name="Entry">The path of the file to begin with.</param>
/// <param name="Terminal">Null: pipes.</param>
public sealed record RunOrder(
    byte[] RunKey,
    byte[] HandKey,
    string Language,
    string Entry,
    RunCommand.Size? Terminal,
    IReadOnlyList<string> Arguments,
    ReadOnlyMemory<byte> Input,
    IReadOnlyList<RunFile> Files
)
{
    private const int FixedBytes = 1 + 32 + 32 + 2 + 2 + 1 + 4 + 2 + 4 + 2;
    private static readonly RunCommand.Size None = new(80, 24);

    public static bool TryParse(ReadOnlySpan<byte> bytes, out RunOrder? order, out WireError error)
    {
        order = null;
        var reader = new ByteReader(bytes);
        reader.Demand(bytes.Length <= Limits.MaxRunOrderBytes, WireError.TooLarge);
        reader.Suite();
        var (run, hand) = (reader.Bytes(32).ToArray(), reader.Bytes(32).ToArray());
        var language = ReadLanguage(ref reader);
        var entry = ReadPath(ref reader);
        var hasTerminal = reader.Bool();
        var size = RunCommand.ReadSize(ref reader);
        var arguments = ReadArguments(ref reader);
        var input = reader.B32(0, Limits.MaxRunInputBytes).ToArray();
        int count = reader.U16();
        reader.Demand(count <= Limits.MaxRunFiles, WireError.Length);
        var files = new List<RunFile>();
        var pathBytes = 0;
        while (reader.Ok && files.Count < count)
        {
            var path = ReadPath(ref reader);
            pathBytes += Encoding.UTF8.GetByteCount(path);
            reader.Demand(pathBytes <= Limits.MaxRunPathsBytes, WireError.Length);
            files.Add(new RunFile(path, reader.B32(0, Limits.MaxRunOrderBytes).ToArray()));
        }
        if (!reader.End(out error))
            return false;
        order = new RunOrder(run, hand, language, entry, hasTerminal ? size : null, arguments, input, files);
        return true;
    }

    public byte[] Encode()
    {
        var size = FixedBytes + Encoding.UTF8.GetByteCount(Language) + Encoding.UTF8.GetByteCount(Entry) + Input.Length;
        size += Arguments.Sum(argument => 2 + Encoding.UTF8.GetByteCount(argument));
        size += Files.Sum(file => 2 + Encoding.UTF8.GetByteCount(file.Path) + 4 + file.Bytes.Length);
        var bytes = new byte[size];
        var writer = new ByteWriter(bytes);
        writer.U8(1);
        writer.Bytes(RunKey);
        writer.Bytes(HandKey);
        writer.B16(Encoding.ASCII.GetBytes(Language));
        writer.B16(Encoding.UTF8.GetBytes(Entry));
        writer.Bool(Terminal is not null);
        writer.U16((Terminal ?? None).Columns);
        writer.U16((Terminal ?? None).Rows);
        WriteArguments(ref writer, Arguments);
        writer.B32(Input.Span);
        writer.U16(Files.Count);
        foreach (var file in Files)
        {
            writer.B16(Encoding.UTF8.GetBytes(file.Path));
            writer.B32(file.Bytes.Span);
        }
        return bytes;
    }

    internal static string ReadLanguage(ref ByteReader reader)
    {
        var language = reader.B16(1, Limits.MaxRunLanguageBytes);
        reader.Demand(Ascii.IsValid(language), WireError.Text);
        return Encoding.ASCII.GetString(language);
    }

    internal static string ReadPath(ref ByteReader reader) =>
        Encoding.UTF8.GetString(reader.Text16(1, Limits.MaxRunPathBytes));

    internal static List<string> ReadArguments(ref ByteReader reader)
    {
        int count = reader.U16();
        reader.Demand(count <= Limits.MaxRunArguments, WireError.Length);
        var arguments = new List<string>();
        var bytes = 0;
        while (reader.Ok && arguments.Count < count)
        {
            var argument = reader.Text16(0, Limits.MaxRunArgumentBytes);
            bytes += argument.Length;
            reader.Demand(bytes <= Limits.MaxRunArgumentsBytes, WireError.Length);
            arguments.Add(Encoding.UTF8.GetString(argument));
        }
        return arguments;
    }

    internal static void WriteArguments(ref ByteWriter writer, IReadOnlyList<string> arguments)
    {
        writer.U16(arguments.Count);
        foreach (var argument in arguments)
            writer.B16(Encoding.UTF8.GetBytes(argument));
    }
}
