using System.Text.Json.Nodes;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Tests.Worlds;
using Coterie.Protocol.Wire;
using static Coterie.Protocol.Tests.Vectors.Answer;

namespace Coterie.Protocol.Tests.Vectors;

/// <summary>The inputs of our computed cases, by file.</summary>
internal static class Inputs
{
    private static readonly int[] PayloadLengths =
    [
        0,
        60,
        61,
        124,
        125,
        4_092,
        4_093,
        4_348,
        4_349,
        9_996,
        65_532,
        65_533,
        131_072,
    ];

    public static Dictionary<string, List<JsonObject>> Of(World world)
    {
        var room = world.Genesis.Room.ToHex();
        string Random(int count) => Hex(world.Random(count));
        JsonObject Door(string name, int door, int needs, string link, string password, bool byApproval = false) =>
            new()
            {
                ["name"] = name,
                ["roomId"] = room,
                ["salt"] = Hex(world.Genesis.Salt),
                ["door"] = door,
                ["needs"] = needs,
                ["link"] = link,
                ["password"] = password,
                ["epoch"] = 2,
                ["role"] = 2,
                ["epochKey"] = Hex(world.EpochKey),
                ["admission"] = byApproval ? "" : Hex(world.AdmissionEditor.ToScalar()),
                ["nonce"] = Random(12),
            };
        return new(StringComparer.Ordinal)
        {
            ["hash"] =
            [
                new()
                {
                    ["name"] = "K1 nothing",
                    ["label"] = "room",
                    ["data"] = "",
                },
                new()
                {
                    ["name"] = "K1 some bytes",
                    ["label"] = "record",
                    ["data"] = Random(100),
                },
            ],
            ["kdf"] =
            [
                new()
                {
                    ["name"] = "K1 a key",
                    ["ikm"] = Random(32),
                    ["salt"] = room,
                    ["label"] = "seed",
                    ["context"] = "01",
                    ["length"] = 32,
                },
                new()
                {
                    ["name"] = "K1 more than one block",
                    ["ikm"] = Random(64),
                    ["salt"] = room,
                    ["label"] = "kek",
                    ["context"] = "",
                    ["length"] = 80,
                },
            ],
            ["argon2id"] =
            [
                new()
                {
                    ["name"] = "K3 an ASCII password",
                    ["password"] = "correct horse",
                    ["salt"] = Random(16),
                },
                new()
                {
                    ["name"] = "K3 a password is normalized",
                    ["password"] = "Zoe\u0308",
                    ["salt"] = Random(16),
                },
            ],
            ["seal"] =
            [
                new()
                {
                    ["name"] = "K1 a seal",
                    ["key"] = Random(32),
                    ["nonce"] = Random(12),
                    ["aad"] = Random(20),
                    ["plaintext"] = Random(40),
                },
            ],
            ["blobs"] =
            [
                .. new[] { 0, 1, 64, 65, 5_000, 131_072, 131_073, 400_000 }.Select(size => new JsonObject
                {
                    ["name"] = $"B1 B2 a blob of {size} bytes",
                    ["roomId"] = room,
                    ["key"] = Hex(world.EpochKey),
                    ["size"] = size,
                }),
            ],
            ["signature"] = [.. Signatures(world)],
            ["genesis"] =
            [
                new() { ["name"] = "K4 R6 a genesis, its id and streams", ["genesis"] = Hex(world.Genesis.Encoded) },
            ],
            ["secrets"] =
            [
                new()
                {
                    ["name"] = "K5 one way down",
                    ["roomId"] = room,
                    ["secretEdit"] = Random(32),
                },
            ],
            ["doors"] =
            [
                Door("K5 a link", 1, 1, Random(32), ""),
                Door("K5 link and password", 2, 2, Random(32), "correct horse"),
                Door("K5 a password", 3, 3, "", "correct horse"),
                Door("Q1 a link to a room by approval", 1, 1, Random(32), "", byApproval: true),
            ],
            ["links"] =
            [
                LinkCase(Samples.LinkOf(world), "K8 a link"),
                LinkCase(
                    Samples.LinkOf(world) with
                    {
                        HostKey = "key",
                        Addresses = "10.0.0.1:9",
                    },
                    "K8 a hosted session"
                ),
            ],
            ["epochs"] =
            [
                new()
                {
                    ["name"] = "M4 what an epoch key seals in a manifest",
                    ["roomId"] = room,
                    ["epoch"] = 3,
                    ["version"] = 9,
                    ["epochKey"] = Random(32),
                    ["prevKey"] = Random(32),
                    ["nonce"] = Random(12),
                    ["title"] = "Grüße",
                    ["titleNonce"] = Random(12),
                },
            ],
            ["padding"] =
            [
                .. PayloadLengths.Select(length => new JsonObject { ["name"] = $"R2 {length}", ["length"] = length }),
            ],
            ["heads"] =
            [
                new()
                {
                    ["name"] = "J10 J14 a chain of two",
                    ["roomId"] = room,
                    ["stream"] = world.Streams.Chat.ToString(),
                    ["incarnation"] = world.Incarnation.ToString(),
                    ["manifestHash"] = world.Manifest0.Hash.ToString(),
                    ["records"] = new JsonArray(
                        new JsonObject
                        {
                            ["record"] = Random(200),
                            ["seq"] = "1",
                            ["serverTime"] = "1700000000000",
                        },
                        new JsonObject
                        {
                            ["record"] = Random(90),
                            ["seq"] = "2",
                            ["serverTime"] = "1700000000001",
                        }
                    ),
                },
            ],
            ["words"] =
            [
                new()
                {
                    ["name"] = "K11 six words",
                    ["genesis"] = Hex(world.Genesis.Encoded),
                    ["manifestHash"] = world.Manifest0.Hash.ToString(),
                },
            ],
            ["member-words"] =
            [
                new()
                {
                    ["name"] = "K13 six words of a member",
                    ["roomId"] = world.Genesis.Room.Value.ToString(),
                    ["memberId"] = "00112233445566778899aabbccddeeff",
                },
            ],
            ["limits"] =
            [
                .. Computed.Limits.Select(limit => new JsonObject
                {
                    ["name"] = $"L1 {limit.Name}",
                    ["limit"] = limit.Name,
                }),
            ],
            ["name-rules"] =
            [
                .. new[]
                {
                    "a.md",
                    "…",
                    "",
                    ".",
                    "..",
                    "a/b",
                    "a\\b",
                    "a\u0085",
                    new string('a', 200),
                    new string('a', 201),
                    "a\u202egnp.exe",
                    "\u2066a\u2069",
                    "a\u061c",
                    "a\u200b",
                    "\u200b",
                    " \u3000\ufe0f",
                    "\u2800",
                    "\U000e0041",
                    "a\U000e0041",
                    "a\u2028b",
                    "\ufeffa",
                    "\u3164",
                    "\U0001f468\u200d\U0001f4bb", // a man at a computer: one emoji of three code points
                    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", // Persian needs its non-joiner
                    "Ann/Bob",
                }.Select(text => new JsonObject { ["name"] = $"T9 {text.Length} characters", ["text"] = text }),
            ],
            ["names"] =
            [
                .. new string[][]
                {
                    ["a.md", "A.MD", "a.md", "a (2).md"],
                    ["\u00e5", "A\u030a", "\u212b"], // one letter in three spellings
                    ["\u03bf\u03c3", "\u039f\u03a3", "\u03bf\u03c2"], // a final sigma is another letter
                    ["\u0130", "i\u0307", "i", "\u0131", "I"],
                    ["\u00df", "ss", "\u1e9e"],
                    ["\U00010400.x", "\U00010428.x"], // capital and small letter beyond the first plane
                }.Select(siblings => new JsonObject
                {
                    ["name"] = $"T6 {string.Join(' ', siblings)}",
                    ["siblings"] = new JsonArray([.. siblings.Select(name => JsonValue.Create(name))]),
                }),
            ],
            ["recovery"] = [.. Kits(world)],
            ["parse"] = [.. Parses(world)],
        };
    }

    private static JsonObject LinkCase(Link link, string name) =>
        new()
        {
            ["name"] = name,
            ["server"] = link.Server,
            ["roomId"] = link.Room.ToHex(),
            ["door"] = link.Door,
            ["secret"] = Hex(link.Secret),
            ["version"] = link.Version,
            ["hash"] = Hex(link.Hash),
            ["hostKey"] = link.HostKey,
            ["addresses"] = link.Addresses,
        };

    private static IEnumerable<JsonObject> Signatures(World world)
    {
        var data = world.Random(50);
        var low = Rfc6979.Sign(world.Owner, "record", data);
        byte[] high = [.. low[..32], .. Rfc6979.Fixed(Rfc6979.N - Rfc6979.Number(low.AsSpan(32)))];
        JsonObject Case(string name, string label, byte[] signature) =>
            new()
            {
                ["name"] = name,
                ["publicKey"] = Hex(world.Owner.Public),
                ["label"] = label,
                ["data"] = Hex(data),
                ["signature"] = Hex(signature),
            };
        yield return Case("K2 a signature", "record", low);
        yield return Case("K2 a high s", "record", high);
        yield return Case("K1 another label", "cert", low);
        yield return Case("K2 r is zero", "record", [.. new byte[32], .. low[32..]]);
        yield return Case("K2 r is the order", "record", [.. Rfc6979.Fixed(Rfc6979.N), .. low[32..]]);
        yield return Case("K2 s is zero", "record", [.. low[..32], .. new byte[32]]);
    }

    private static IEnumerable<JsonObject> Kits(World world)
    {
        var kit = new Recovery(world.Genesis, world.Owner.ToPkcs8(), world.OwnerDh.ToPkcs8());
        var secured = kit.Write("correct horse", world.Random(16), world.Random(12));
        JsonObject Case(string name, string text, string passphrase) =>
            new()
            {
                ["name"] = name,
                ["text"] = text,
                ["passphrase"] = passphrase,
            };
        yield return Case("K10 a plain kit", kit.Write(), "");
        yield return Case("K10 a kit under a passphrase", secured, "correct horse");
        var second = kit with { EditSecret = [.. Enumerable.Repeat((byte)7, 32)] };
        var securedSecond = second.Write("correct horse", new byte[16], new byte[12]);
        yield return Case("K10 a plain kit with the edit secret", second.Write(), "");
        yield return Case("K10 a kit with the edit secret under a passphrase", securedSecond, "correct horse");
        yield return Case("K10 a wrong passphrase", secured, "correct house");
        yield return Case("K10 a foreign text", "{}", "");
        yield return Case("K10 another owner's key", (kit with { SignKey = kit.DhKey }).Write(), "");
        var elsewhere = kit.SignKey.ToArray();
        elsewhere[elsewhere.AsSpan().IndexOf(Convert.FromHexString("2a8648ce3d030107"))] = 0x26;
        yield return Case("K10 a key of a curve that nobody knows", (kit with { SignKey = elsewhere }).Write(), "");
        string Bent(string from, string to) => second.Write().Replace(from, to, StringComparison.Ordinal);
        yield return Case("K10 a version as text", Bent("\"version\": 2", "\"version\": \"2\""), "");
        yield return Case(
            "K10 a version as another number for the same",
            Bent("\"version\": 2", "\"version\": 20e-1"),
            ""
        );
        yield return Case("K10 a member that is half a letter", Bent("\n}", ",\n\"more\": \"\\ud800\"\n}"), "");
        yield return Case("K10 a member named half a letter", Bent("\n}", ",\n\"\\ud800\": 1\n}"), "");
        yield return Case("K10 a key that is a number", Bent("\n}", ",\n\"signKey\": 1234\n}"), "");
        var deep = new string('[', 100) + new string(']', 100);
        yield return Case("K10 a member that lies deep", Bent("\n}", $",\n\"more\": {deep}\n}}"), "");
    }

    private static IEnumerable<JsonObject> Parses(World world)
    {
        JsonObject Case(string name, string kind, ReadOnlySpan<byte> bytes) =>
            new()
            {
                ["name"] = name,
                ["kind"] = kind,
                ["bytes"] = Hex(bytes),
            };
        foreach (var (name, kind, bytes) in Samples.Of(world))
        {
            yield return Case(name, kind, bytes);
            yield return Case($"{name}, cut", kind, bytes.AsSpan(0, bytes.Length - 1));
            yield return Case($"{name}, with a byte more", kind, [.. bytes, 0]);
            yield return Case($"{name}, another first byte", kind, [0xfe, .. bytes.AsSpan(1)]);
        }
        yield return Case("X8 nobody else may type any more", "run-shared", []); // no byte of it could be another
        foreach (var length in new[] { 1, Limits.MaxTitleBytes, Limits.MaxTitleBytes + 1 })
        {
            var name = new string('a', length);
            var title = EpochKey.SealTitle(world.Genesis.Room, 0, world.EpochKey, name, new byte[12]);
            var manifest = world.Manifest(world.First with { Title = title });
            yield return Case($"M1 a room's name of {length} bytes", "title", [.. world.EpochKey, .. manifest.Encoded]);
        }
    }
}
