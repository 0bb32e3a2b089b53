using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Tests.Vectors;
using Coterie.Protocol.Tests.Worlds;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Tests.Fuzz;

/// <summary>
/// What is bent: samples of every kind, made of one world and taken from the vectors of both languages. Of what is sealed, the bytes are those under
/// the seal, and <c>Seal</c> makes the question of them.
/// </summary>
internal sealed class Corpus
{
    private const int MostTitle = 256 - Sealing.NonceBytes - Sealing.TagBytes;
    private readonly Dictionary<string, List<Seed>> seeds = [];

    public Corpus(World world)
    {
        foreach (var (_, kind, bytes) in Samples.Of(world))
            Add(kind, bytes);
        foreach (var item in FromVectors("parse"))
            if (item.ContainsKey("ok"))
                Add((string)item["kind"]!, Convert.FromHexString((string)item["bytes"]!));
        foreach (var item in FromVectors("recovery"))
            if ((string)item["passphrase"]! == "")
                Add("recovery", Encoding.UTF8.GetBytes((string)item["text"]!));
        foreach (var kit in Kits(world))
            Add("recovery", Encoding.UTF8.GetBytes(kit));
        foreach (var (_, exhibit, file) in EvidenceCases.Made(world).ToArray())
        {
            Add("evidence", exhibit, bent => Encoding.UTF8.GetBytes(file(bent)));
            Add("evidence", Encoding.UTF8.GetBytes(file(exhibit)));
        }
        foreach (var item in FromVectors("evidence"))
            Add("evidence", Encoding.UTF8.GetBytes((string)item["text"]!));
        foreach (var item in FromVectors("evidence").Where(item => item.ContainsKey("ok")))
            Add("testimony", TestimonyIn((string)item["text"]!));
        Sealed(world);
    }

    private static byte[] TestimonyIn(string file) =>
        Base64Url.DecodeFromChars((string)JsonNode.Parse(file)!["testimony"]!);

    public IReadOnlyCollection<string> Kinds => seeds.Keys;

    /// <summary>One of this kind that can be read.</summary>
    public byte[] Whole(string kind) =>
        seeds[kind][0] is { Seal: { } seal } sealedSeed ? seal(sealedSeed.Bytes) : seeds[kind][0].Bytes;

    /// <summary>A question of this kind: now and then as it is, or any bytes; mostly bent.</summary>
    public byte[] Draw(string kind, Dice dice)
    {
        if (kind is "name" or "shown-names" && dice.Below(3) == 0)
            return kind is "name" ? Word(dice) : Folder(dice);
        var all = seeds[kind];
        var seed = all[dice.Below(all.Count)];
        var bytes = dice.Below(50) switch
        {
            0 => seed.Bytes,
            1 => dice.Bytes(dice.Below(300)),
            _ => Mutation.Bend(seed.Bytes, all[dice.Below(all.Count)].Bytes, dice),
        };
        return seed.Seal is null ? bytes : seed.Seal(bytes);
    }

    /// <summary>Any code points, so that no table of one language knows what the other's does not.</summary>
    private static byte[] Word(Dice dice)
    {
        var word = "";
        for (var length = 1 + dice.Below(3); length > 0; length--)
        {
            var point = dice.Below(dice.Below(2) == 0 ? 0x3000 : 0x110000);
            word += Rune.IsValid(point) ? new Rune(point).ToString() : ".";
        }
        return Encoding.UTF8.GetBytes(word);
    }

    /// <summary>Names, each also in lower case, in upper case, taken apart and put together.</summary>
    private static byte[] Folder(Dice dice)
    {
        var word = Encoding.UTF8.GetString(Word(dice));
        string[] names =
        [
            word,
            word.ToLowerInvariant(),
            word.ToUpperInvariant(),
            word.Normalize(NormalizationForm.FormD),
            word.Normalize(NormalizationForm.FormKC),
        ];
        return [(byte)names.Length, .. names.SelectMany(name => B16(Encoding.UTF8.GetBytes(name)))];
    }

    private void Add(string kind, byte[] bytes, Func<byte[], byte[]>? seal = null)
    {
        if (!seeds.TryGetValue(kind, out var list))
            seeds[kind] = list = [];
        list.Add(new Seed(bytes, seal));
    }

    private static IEnumerable<JsonObject> FromVectors(string name) =>
        from language in new[] { "from-csharp", "from-typescript" }
        from item in JsonNode
            .Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "vectors", language, $"{name}.json")))!
            .AsArray()
        select item.AsObject();

    private static IEnumerable<string> Kits(World world)
    {
        var kit = new Recovery(
            world.Genesis,
            world.Owner.ToPkcs8(),
            world.OwnerDh.ToPkcs8(),
            [.. Enumerable.Repeat((byte)7, 32)]
        ).Write();
        yield return kit;
        string[] versions = ["\"2\"", "2.0", "2e0", "20e-1", "1", "3", "-2", "2.0000000000000000000001", "null"];
        foreach (var version in versions)
            yield return kit.Replace("\"version\": 2", $"\"version\": {version}", StringComparison.Ordinal);
        string[] more =
        [
            "\"more\": \"\\ud800\"",
            "\"\\ud800\": 1",
            "\"room\": \"\\ud800\"",
            "\"sealed\": \"\\ud800\"",
            "\"sealed\": \"AA\"",
            "\"signKey\": 1234",
            "\"genesis\": null",
            "\"format\": \"x\"",
            "\"__proto__\": {\"sealed\": 1}",
            $"\"deep\": {new string('[', 100)}{new string(']', 100)}",
            $"\"long\": \"{new string('x', 7_000)}\"",
        ];
        foreach (var member in more)
            yield return kit.Replace("\n}", $",\n  {member}\n}}", StringComparison.Ordinal);
    }

    private void Sealed(World world)
    {
        byte[] room = new byte[16];
        world.Genesis.Room.CopyTo(room);
        var scalar = world.OwnerDh.ToScalar();
        byte[] own = [.. scalar, .. world.OwnerDh.Public];

        byte[] Titled(byte[] plain)
        {
            var title = plain.Length == 0 ? [0] : plain.AsSpan(0, Math.Min(plain.Length, MostTitle)).ToArray();
            var key = Kdf.ForRoom(world.EpochKey, world.Genesis.Room, "title"u8, []);
            var nonce = new byte[Sealing.NonceBytes];
            byte[] sealedTitle = [.. nonce, .. Sealing.Seal(key, nonce, [.. room, 0, 0, 0, 0], title)];
            var draft = world.First with { Title = sealedTitle };
            return [.. world.EpochKey, .. draft.Body(0), .. new byte[64]];
        }
        Add("title", "A room"u8.ToArray(), Titled);
        Add("title", [.. Enumerable.Repeat((byte)'a', Limits.MaxTitleBytes)], Titled);

        using var memberKey = world.NewKey();
        var cert = world.Cert(memberKey, Role.Editor, world.Owner, 1);
        var member = new byte[16];
        cert.Member.CopyTo(member);
        byte[] head = [.. room, 0, 0, 0, 0, .. member];
        byte[] manifest = world.Manifest0.Encoded.ToArray();
        byte[] Wrapped(byte[] plain)
        {
            var sealedKeys = Hpke.Seal(world.OwnerDh.Public, [.. "coterie/1/wrap\0"u8, .. room], head, plain);
            return [.. own, .. B16(manifest), 1, .. head, 0, .. B16(sealedKeys), .. new byte[64]];
        }
        Add(
            "opened-wrap",
            [1, 2, .. world.EpochKey, .. world.AdmissionEditor.ToScalar(), .. world.Random(32)],
            Wrapped
        );
        Add(
            "opened-wrap",
            [1, 1, .. world.EpochKey, .. world.AdmissionViewer.ToScalar(), .. world.Random(32)],
            Wrapped
        );
        Add("opened-wrap", [2, .. world.EpochKey, .. cert.Encoded], Wrapped);

        byte[] letterHead = [.. own, .. room, .. memberKey.Public, .. world.OwnerDh.Public, .. world.EpochKey];
        byte[] along = [.. memberKey.Public, .. world.OwnerDh.Public];
        byte[] Lettered(byte[] plain) =>
            [.. letterHead, .. Hpke.Seal(world.OwnerDh.Public, [.. "coterie/1/letter\0"u8, .. room], along, plain)];
        foreach (var name in new[] { "Zoë", "a", "Ada Lovelace 🙂" })
            Add(
                "opened-letter",
                [3, .. Letter.KeyOf(world.Genesis.Room, world.EpochKey, 3), .. Encoding.UTF8.GetBytes(name)],
                Lettered
            );
    }

    private static byte[] B16(byte[] bytes) => [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];

    private sealed record Seed(byte[] Bytes, Func<byte[], byte[]>? Seal);
}
