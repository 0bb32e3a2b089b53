using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Tests;

/// <summary>Many who insert at one place without knowing of each other: the same order by the general way and by its short cut, whoever comes when.</summary>
public sealed class SiblingTests
{
    private const int Rounds = 40;

    [Fact]
    public void Those_who_insert_at_one_place_stand_in_one_order()
    {
        var seed = Environment.TickCount & 0xff_ffff;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        for (var round = 0; round < Rounds; round++)
        {
            var random = new Random(seed + round);
            var updates = Written(random, random.Next(2, 40));
            var expected = Merged(updates, Shortcuts.None);
            for (var order = 0; order < 3; order++)
            {
                random.Shuffle(updates);
                Assert.Equal(expected, Merged(updates, Shortcuts.All));
                Assert.Equal(expected, Merged(updates, Shortcuts.All & ~Shortcuts.Siblings));
            }
        }
    }

    private static string Merged(byte[][] updates, Shortcuts shortcuts)
    {
        var doc = new YDoc(new YDocOptions { Shortcuts = shortcuts });
        foreach (var update in updates)
            doc.ApplyUpdate(update);
        doc.CheckInvariants();
        return $"{doc.GetText("t")} {Convert.ToBase64String(doc.EncodeStateAsUpdate())}";
    }

    /// <summary>Everyone begins with the same text, or with that of somebody before them, and types at few places, also behind what they typed.</summary>
    private static byte[][] Written(Random random, int people)
    {
        var first = new YDoc(new YDocOptions { ClientId = 1 });
        first.GetText("t").Insert(0, "ab");
        List<byte[]> states = [first.EncodeStateAsUpdate()];
        for (var person = 0; person < people; person++)
        {
            var doc = new YDoc(new YDocOptions { ClientId = (ulong)random.NextInt64(2, 1L << 53) });
            doc.ApplyUpdate(states[random.Next(3) == 0 ? random.Next(states.Count) : 0]);
            for (var edit = random.Next(1, 4); edit > 0; edit--)
            {
                var text = doc.GetText("t");
                text.Insert(random.Next(4) == 0 ? random.Next(text.Length + 1) : 1, $"{(char)('c' + random.Next(20))}");
            }
            states.Add(doc.EncodeStateAsUpdate());
        }
        return [.. states];
    }
}
