using System.Text.RegularExpressions;

namespace Coterie.Style.Tests;

/// <summary>
/// Calls that the product's code does not make. The compiler refuses most of them in C# (BannedSymbols.txt); here stand those it
/// cannot see, and those of TypeScript.
/// </summary>
public sealed partial class BannedCallTests
{
    private sealed record Ban(string Folder, string Ending, Regex Pattern, string Instead);

    private static readonly Ban[] Bans =
    [
        new("src", ".cs", Wall(), "time comes from a TimeProvider or as an argument"),
        new("src", ".cs", Chance(), "randomness is handed in; ids come from RandomNumberGenerator"),
        new("src", ".cs", Blocking(), "await it"),
        new("src", ".cs", AsyncVoid(), "an async method returns a task"),
        new("src", ".cs", SqlByHand(), "SQL is one literal with parameters"),
        new("src/Coterie.Protocol", ".cs", Machine(), "the protocol is pure: no file, socket, process or environment"),
        new("clients", ".ts", WeakRandom(), "randomness comes from the world, or crypto.getRandomValues"),
        new(
            "clients/core/src",
            ".ts",
            WorldOutside(),
            "the world (clock, timers, randomness, storage, network) is handed in"
        ),
    ];

    [Fact]
    public void Nobody_makes_a_banned_call() =>
        Check.None(
            from ban in Bans
            from file in Repository.Files(ban.Folder, ban.Ending, ban.Ending + "x")
            where !file.Contains("/test/", StringComparison.Ordinal)
            from fault in Faults(ban, file, Repository.Read(file))
            select fault
        );

    [Theory]
    [InlineData("src", "var now = DateTime.Now;")]
    [InlineData("src", "var now = DateTimeOffset.UtcNow;")]
    [InlineData("src", "var id = Guid.NewGuid();")]
    [InlineData("src", "var dice = new Random(7);")]
    [InlineData("src", "var n = Random.Shared.Next();")]
    [InlineData("src", "var text = Load().Result;")]
    [InlineData("src", "Load().Wait();")]
    [InlineData("src", "Load().GetAwaiter().GetResult();")]
    [InlineData("src", "Thread.Sleep(5);")]
    [InlineData("src", "public async void Start()")]
    [InlineData("src", "db.Execute($\"DELETE FROM rooms WHERE id = {id}\");")]
    [InlineData("src", "db.Execute(\"DELETE FROM rooms WHERE id = \" + id);")]
    [InlineData("src", "db.Execute($\"\"\"\nSELECT seq FROM {table}\n\"\"\");")]
    [InlineData("src/Coterie.Protocol", "File.ReadAllText(path);")]
    [InlineData("src/Coterie.Protocol", "Environment.GetEnvironmentVariable(\"HOME\");")]
    [InlineData("clients", "const dice = Math.random();")]
    [InlineData("clients/core/src", "const now = Date.now();")]
    [InlineData("clients/core/src", "setTimeout(flush, 50);")]
    [InlineData("clients/core/src", "const socket = new WebSocket(url);")]
    [InlineData("clients/core/src", "window.location.hash")]
    [InlineData("clients/core/src", "localStorage.getItem(key)")]
    public void A_banned_call_is_found(string folder, string code) =>
        Assert.NotEmpty(Bans.Where(ban => ban.Folder == folder).SelectMany(ban => Faults(ban, "x", code)));

    [Theory]
    [InlineData("var now = clock.GetUtcNow();")]
    [InlineData("RandomNumberGenerator.Fill(id);")]
    [InlineData("if (verdict.Result is Verdict.Apply)")]
    [InlineData("db.Execute(\"DELETE FROM rooms WHERE id = @id\", new { id });")]
    [InlineData("// never DateTime.Now")]
    [InlineData("throw new RoomError($\"Select a name for {id}\");")]
    public void What_only_looks_alike_passes(string code) =>
        Check.None(Bans.Where(ban => ban.Folder == "src").SelectMany(ban => Faults(ban, "x", code)));

    private static IEnumerable<string> Faults(Ban ban, string file, string text)
    {
        var code = Comment().Replace(text, "");
        foreach (Match match in ban.Pattern.Matches(code))
            yield return $"{file}: '{match.Value.Trim()}': {ban.Instead}";
    }

    // Not after ':' so that https:// inside a literal stays.
    [GeneratedRegex(@"(?<!:)//[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Utc)?(Now|Today)\b|\bEnvironment\.TickCount|\bStopwatch\.StartNew")]
    private static partial Regex Wall();

    [GeneratedRegex(@"\bGuid\.NewGuid\b|(?<!\w)Random\(|\bRandom\.Shared\b")]
    private static partial Regex Chance();

    [GeneratedRegex(@"\)\.Result\b|\.Wait\(\)|\.GetAwaiter\(\)\.GetResult\(\)|\bThread\.Sleep\b")]
    private static partial Regex Blocking();

    [GeneratedRegex(@"\basync void\b")]
    private static partial Regex AsyncVoid();

    [GeneratedRegex(
        @"\$""+\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER)\s[^""]*\{|""\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER)\s[^""]*""\s*\+"
    )]
    private static partial Regex SqlByHand();

    [GeneratedRegex(
        @"\b(File|Directory|Process|Environment|Console)\.\w+\(|\bnew (Socket|TcpClient|HttpClient|ClientWebSocket)\("
    )]
    private static partial Regex Machine();

    [GeneratedRegex(@"\bMath\.random\b")]
    private static partial Regex WeakRandom();

    [GeneratedRegex(
        @"(?<![\w.])(Date\.now|performance\.now|setTimeout|setInterval|new WebSocket|new Date\(\)|crypto\.getRandomValues|(window|document|localStorage|sessionStorage|indexedDB|navigator)\.)"
    )]
    private static partial Regex WorldOutside();
}
