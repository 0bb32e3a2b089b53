using System.Reflection;
using System.Text.RegularExpressions;
using Coterie.Protocol.Tests.Worlds;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Tests.Fuzz;

/// <summary>
/// A parser that is new in either language is asked by the fuzzer, or stands here with the reason why not. What reads bytes under another name is found
/// by what it reads them with.
/// </summary>
public sealed partial class ParserListTests
{
    private static readonly Dictionary<string, string> InCSharp = new()
    {
        ["RoomId.TryParseHex"] = "as StreamId's",
        ["SessionId.TryParseHex"] = "as StreamId's",
        ["Bits128.TryParseHex"] = "within StreamId's",
        ["Base32.TryRead"] = "within room-id",
        ["Base64Text.TryRead"] = "within link and recovery",
        ["BlobList.TryParse"] = "within frames",
        ["Envelope.TryParse"] = "copies what envelope's TrySplit gives",
        ["Sealing.TryOpen"] = "opens; what was sealed has its own parser",
        ["Hpke.Open"] = "opens; what was sealed has its own parser",
        ["RecordSealer.TryOpen"] = "opens; then unpad",
        ["Blob.TryOpen"] = "opens; then the content is the person's",
        ["Door.TryOpen"] = "opens 64 bytes",
        ["Door.TryOpenToKnock"] = "opens 64 bytes",
        ["EpochKey.TryOpenPrevious"] = "opens 32 bytes",
        ["RunKeys.OpenOrder"] = "opens; then run-order",
        ["RunKeys.OpenEvent"] = "opens; then run-event",
        ["RunKeys.OpenCommand"] = "opens; then run-command",
        ["RunKeys.OpenHand"] = "opens 32 bytes",
    };

    private static readonly Dictionary<string, string> InTypeScript = new()
    {
        ["splitMessage"] = "within splitClientMessage; a hub's messages have no bounds",
        ["fromBase64Url"] = "within link and recovery",
        ["open"] = "opens; what was sealed has its own parser",
        ["openAs"] = "opens; what was sealed has its own parser",
        ["openRecord"] = "opens; then unpad",
        ["openChunk"] = "opens; then the content is the person's",
        ["openDoor"] = "opens 64 bytes",
        ["openToKnock"] = "opens 64 bytes",
        ["openPrevious"] = "opens 32 bytes",
        ["openOrder"] = "opens; then run-order",
        ["openHand"] = "opens 32 bytes",
        ["openRelayed"] = "judges, then opens",
        ["decodeUpdate"] = "of edits: compared with Yjs by tests/Coterie.Crdt.Tests and tests/vectors/edits",
        ["splitUpdate"] = "of the client's own edits",
        ["readSnapshot"] = "of TypeScript alone: unpacks, then state-yjs",
        ["unpackSnapshot"] = "of TypeScript alone: unpacks within a bound",
        ["parseChatText"] = "of TypeScript alone: what a message looks like; total by its own tests",
        ["parseRunServerFrame"] = "of TypeScript alone; total by clients/core/test/fuzz.test.ts",
    };

    private static readonly Dictionary<string, string> Files = new()
    {
        ["src/Coterie.Protocol/Rooms/SnapshotClear.cs"] = "clear",
        ["src/Coterie.Protocol/Rooms/Payloads/Payload.cs"] = "begins every payload's parser",
        ["src/Coterie.Protocol/Wire/Frames/BlobList.cs"] = "within frames",
        ["src/Coterie.Hub/Rooms/Room.Subscribing.cs"] = "of snapshots' clear parts that were judged",
        ["src/Coterie.Server/Listed/Listing.cs"] = "of C# alone; total by RoomListTests",
        ["clients/core/src/rooms/Judgement.ts"] = "clear",
        ["clients/core/src/client/Outbox.ts"] = "of frames that the client made itself",
    };

    [Fact]
    public void Every_parser_in_CSharp_is_fuzzed()
    {
        var asked = Texts("tests/Coterie.Protocol.Tests/Vectors", "*Answer.cs");
        var parsers =
            from type in typeof(ByteReader).Assembly.GetTypes()
            from method in type.GetMethods(
                BindingFlags.Public
                    | BindingFlags.NonPublic
                    | BindingFlags.Static
                    | BindingFlags.Instance
                    | BindingFlags.DeclaredOnly
            )
            where !method.IsPrivate && Reads(method)
            select $"{type.Name}.{method.Name}";
        AllAreListed(
            parsers.Distinct(),
            name => asked.Contains($"{name}(", StringComparison.OrdinalIgnoreCase),
            InCSharp
        );
    }

    [Fact]
    public void Every_parser_in_TypeScript_is_fuzzed()
    {
        var asked = Texts("clients/core/oracle", "*.ts");
        var parsers = Exported().Matches(Texts("clients/core/src", "*.ts")).Select(found => found.Groups["name"].Value);
        AllAreListed(parsers, name => asked.Contains($"{name}(", StringComparison.Ordinal), InTypeScript);
    }

    [Fact]
    public void Who_reads_bytes_is_a_parser()
    {
        string[] folders =
        [
            "src/Coterie.Protocol",
            "src/Coterie.Hub",
            "src/Coterie.Server",
            "src/Coterie.Client",
            "clients/core/src",
            "clients/web/src",
        ];
        var readers =
            from folder in folders
            from path in Sources(folder, "*.*")
            where path.EndsWith(".cs", StringComparison.Ordinal) || path.EndsWith(".ts", StringComparison.Ordinal)
            where Reading().IsMatch(File.ReadAllText(path))
            select path;
        AllAreListed(
            readers.Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')),
            path => Declared().IsMatch(File.ReadAllText(Path.Combine(Repository.Root, path))),
            Files
        );
    }

    private static bool Reads(MethodInfo method) =>
        method.Name switch
        {
            var name when ByName().IsMatch(name) => method.ReturnType == typeof(bool)
                || method.ReturnType == typeof(byte[]),
            _ => false,
        };

    /// <summary>Each is asked or has a reason, and nothing has a reason that is asked or is not there any more.</summary>
    private static void AllAreListed(
        IEnumerable<string> parsers,
        Func<string, bool> asked,
        Dictionary<string, string> reasons
    )
    {
        var all = parsers.ToHashSet(StringComparer.Ordinal);
        Assert.NotEmpty(all);
        Assert.Equal([], all.Where(name => !asked(name) && !reasons.ContainsKey(name)));
        Assert.Equal([], reasons.Keys.Where(name => !all.Contains(name) || asked(name)));
    }

    private static string Texts(string folder, string pattern) =>
        string.Join('\n', Sources(folder, pattern).Select(File.ReadAllText));

    private static IEnumerable<string> Sources(string folder, string pattern) =>
        Directory
            .EnumerateFiles(Path.Combine(Repository.Root, folder), pattern, SearchOption.AllDirectories)
            .Where(path => !path.Replace('\\', '/').Contains("/obj/", StringComparison.Ordinal));

    [GeneratedRegex("^(Try(Parse|Read|Open|Next|Split|Decode)|Open|Parse|Decode)", RegexOptions.ExplicitCapture)]
    private static partial Regex ByName();

    /// <summary>What takes a reader is a part of a parser.</summary>
    [GeneratedRegex(
        @"^export (?:async )?function (?<name>(?:parse|read|open|split|from|decode|unpad|unpack)\w*)\W(?!reader: ByteReader)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Exported();

    [GeneratedRegex(@"new ByteReader\(|Payload\.Read\(")]
    private static partial Regex Reading();

    [GeneratedRegex(
        @" bool Try(Parse|Read|Open|Next|Split)\w*\(|^export (async )?function (parse|read|open|split|unpad)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Declared();
}
