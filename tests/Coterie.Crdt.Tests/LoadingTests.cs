using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Tests;

/// <summary>Whole documents, of hundreds of structs, taken in at once with and without the short cuts for that: the same comes of it.</summary>
public sealed class LoadingTests
{
    private const int Rounds = 20;
    private const int Steps = 600;
    private static readonly string[] Words =
    [
        "a",
        "b",
        "word",
        "é",
        "😀",
        "\uD83D",
        "\uDE00",
        new('x', 17),
        new('y', 70),
    ];

    [Fact]
    public void A_document_that_is_loaded_is_the_same_with_any_short_cuts()
    {
        var seed = Environment.TickCount & 0xff_ffff;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        for (var round = 0; round < Rounds; round++)
            Round(seed + round);
    }

    private static void Round(int seed)
    {
        var random = new Random(seed);
        YDoc[] writers =
        [
            .. Enumerable.Range(0, random.Next(1, 4)).Select(n => new YDoc(new() { ClientId = 7UL << (14 * n) })),
        ];
        var halfway = Array.Empty<byte>();
        for (var step = 0; step < Steps; step++)
        {
            var writer = writers[random.Next(writers.Length)];
            Edit(writer, random);
            if (random.Next(6) == 0)
                writer.ApplyUpdate(
                    writers[random.Next(writers.Length)].EncodeStateAsUpdate(writer.StateVector.Encode())
                );
            if (step == Steps / 2)
                halfway = writer.EncodeStateAsUpdate();
        }
        var all = Update.Merge(writers.Select(static each => each.EncodeStateAsUpdate()).ToArray());
        foreach (var before in new[] { [], halfway, writers[0].EncodeStateAsUpdate() })
        {
            var expected = Loaded(before, all, Shortcuts.None, seed);
            Shortcuts[] ways =
            [
                Shortcuts.All,
                Shortcuts.All & ~Shortcuts.Loading,
                Shortcuts.Loading,
                (Shortcuts)random.Next((int)Shortcuts.All + 1),
            ];
            foreach (var way in ways)
                Assert.True(expected.SequenceEqual(Loaded(before, all, way, seed)), $"seed {seed}, {way}");
        }
    }

    private static void Edit(YDoc doc, Random random)
    {
        var text = doc.GetText("text");
        var at = random.Next(text.Length + 1);
        switch (random.Next(10))
        {
            case 0 when random.Next(8) == 0:
                text.InsertEmbed(at, new ValueObject { ["n"] = 1 });
                break;
            case 1 when text.Length > at && random.Next(8) == 0:
                text.Format(
                    at,
                    Math.Min(3, text.Length - at),
                    new ValueObject { ["b"] = random.Next(2) == 0 ? true : null }
                );
                break;
            case 2 or 3 or 4 when text.Length > at:
                text.Delete(at, Math.Min(random.Next(1, 6), text.Length - at));
                break;
            case 5:
                doc.GetMap("map")[$"{random.Next(3)}"] = random.Next(3) == 0 ? new YText("inside") : 1;
                break;
            case 6:
                doc.GetArray("list").Insert(random.Next(doc.GetArray("list").Count + 1), "x", 2);
                break;
            default:
                text.Insert(at, Words[random.Next(Words.Length)]);
                break;
        }
    }

    /// <summary>What a document says of itself after one update and another.</summary>
    private static string[] Loaded(byte[] first, byte[] then, Shortcuts shortcuts, int seed)
    {
        var doc = new YDoc(
            new()
            {
                ClientId = 1,
                Gc = seed % 4 > 0,
                Shortcuts = shortcuts,
            }
        );
        var told = new List<string>();
        doc.Updated += (update, transaction) =>
        {
            told.Add(Convert.ToBase64String(update));
            told.Add(string.Join(' ', transaction.DeleteSet.Clients.SelectMany(id => transaction.DeleteSet[id])));
        };
        if (seed % 2 == 0)
            doc.GetText("text").Changed += change => told.Add($"{change.Delta.Count}");
        foreach (var update in new[] { first, then })
        {
            if (update.Length > 0)
                doc.ApplyUpdate(update);
            doc.CheckInvariants();
        }
        return
        [
            .. told,
            doc.GetText("text").ToString(),
            Convert.ToBase64String(doc.EncodeStateAsUpdate()),
            Convert.ToBase64String(doc.EncodeStateAsUpdateV2()),
        ];
    }
}
