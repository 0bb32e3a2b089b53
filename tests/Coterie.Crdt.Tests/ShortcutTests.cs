using System.Text;
using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Tests;

/// <summary>
/// What exists for speed changes nothing else: copies of a document that take different short cuts, or none, do the same edits,
/// emit the same bytes and are the same. The general paths are held against Yjs by the recorded sessions.
/// </summary>
public sealed class ShortcutTests
{
    private const int Rounds = 60;
    private const int Steps = 150;

    /// <summary>Three people with one document each, who all take the same short cuts.</summary>
    private sealed class Group
    {
        private readonly YDoc[] _docs;
        private readonly List<(int From, byte[] Update)>[] _inboxes =
        [
            [],
            [],
            [],
        ];

        public Group(Shortcuts shortcuts, bool gc)
        {
            _docs =
            [
                .. Enumerable
                    .Range(0, 3)
                    .Select(n => new YDoc(
                        new YDocOptions
                        {
                            ClientId = n == 1 ? 5UL : 1UL << (20 * n),
                            Gc = gc,
                            Shortcuts = shortcuts,
                        }
                    )),
            ];
            for (var n = 0; n < _docs.Length; n++)
            {
                var own = n;
                _docs[n].Updated += (update, transaction) =>
                {
                    Emitted.Add(Convert.ToBase64String(update) + (transaction.IsLocal ? "" : " relayed"));
                    Emitted.Add(string.Join(' ', transaction.DeleteSet.Clients));
                    if (transaction.IsLocal)
                        for (var to = 0; to < 3; to++)
                            if (to != own)
                                _inboxes[to].Add((own, update));
                };
            }
        }

        public List<string> Emitted { get; } = [];

        public YText Text(int person) => _docs[person].GetText("t");

        public int Waiting(int person) => _inboxes[person].Count;

        /// <summary>One update arrives, not always the oldest.</summary>
        public void Receive(int person, int which)
        {
            _docs[person].ApplyUpdate(_inboxes[person][which].Update, "sent");
            _inboxes[person].RemoveAt(which);
        }

        public void Check()
        {
            foreach (var doc in _docs)
                doc.CheckInvariants();
        }

        public IEnumerable<string> States() =>
            _docs.SelectMany(doc =>
                new[]
                {
                    doc.GetText("t").ToString(),
                    Convert.ToBase64String(doc.EncodeStateAsUpdate()),
                    Convert.ToBase64String(doc.EncodeStateAsUpdateV2()),
                    Convert.ToBase64String(doc.StateVector.Encode()),
                }
            );
    }

    [Fact]
    public void Copies_that_take_different_short_cuts_emit_and_hold_the_same()
    {
        var seed = Environment.TickCount & 0xff_ffff;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        for (var round = 0; round < Rounds; round++)
            Round(seed + round);
    }

    [Fact]
    public void What_was_deleted_takes_over_only_what_was_written_at_the_same_place()
    {
        Assert.Equal(Ahead(Shortcuts.None), Ahead(Shortcuts.All));

        static byte[] Ahead(Shortcuts shortcuts)
        {
            var (one, other) = (
                new YDoc(new() { ClientId = 1, Shortcuts = shortcuts }),
                new YDoc(new() { ClientId = 2 })
            );
            other.GetText("t").Insert(0, "<>");
            one.ApplyUpdate(other.EncodeStateAsUpdate());
            one.GetText("t").Insert(1, "a");
            other.ApplyUpdate(one.EncodeStateAsUpdate());
            other.GetText("t").Insert(2, "|");
            one.ApplyUpdate(other.EncodeStateAsUpdate());
            one.GetText("t").Insert(2, "bbb"); // before another neighbour than "a"
            one.GetText("t").Delete(1, 1);
            one.GetText("t").Delete(1, 1);
            one.GetText("t").Delete(1, 1);
            Assert.Equal("<b|>", one.GetText("t").ToString());
            one.CheckInvariants();
            return one.EncodeStateAsUpdate();
        }
    }

    private static void Round(int seed)
    {
        var random = new Random(seed);
        var gc = random.Next(4) > 0;
        Group[] groups =
        [
            new(Shortcuts.None, gc),
            new(Shortcuts.All, gc),
            new((Shortcuts)random.Next((int)Shortcuts.All + 1), gc),
        ];
        var cursors = new int[3];
        var bold = random.Next(2) == 0;
        for (var step = 0; step < Steps; step++)
        {
            var person = random.Next(3);
            var edit = Draw(random, groups[0], person, ref cursors[person], bold);
            foreach (var group in groups)
            {
                edit(group);
                group.Check();
            }
            for (var other = 1; other < groups.Length; other++)
            {
                Assert.True(groups[0].Emitted.SequenceEqual(groups[other].Emitted), $"seed {seed}, step {step}");
                groups[other].Emitted.Clear();
            }
            groups[0].Emitted.Clear();
        }
        for (var other = 1; other < groups.Length; other++)
            Assert.True(groups[0].States().SequenceEqual(groups[other].States()), $"seed {seed}");
    }

    /// <summary>What people do: type on, take back, go elsewhere, delete forwards, read what others wrote.</summary>
    private static Action<Group> Draw(Random random, Group group, int person, ref int cursor, bool bold)
    {
        var text = group.Text(person);
        var at = cursor = random.Next(12) == 0 ? random.Next(text.Length + 1) : Math.Min(cursor, text.Length);
        switch (random.Next(14))
        {
            case 1 when text.Length > 0:
                var from = random.Next(text.Length);
                var length = random.Next(1, Math.Min(6, text.Length - from) + 1);
                return each => each.Text(person).Delete(from, length);
            case 2 when bold && text.Length > 0:
                var start = random.Next(text.Length);
                object?[] values = [true, true, true, null, null, null, double.NaN, Undefined.Value];
                var attributes = new Dictionary<string, object?> { ["b"] = values[random.Next(values.Length)] };
                return each => each.Text(person).Format(start, Math.Min(3, text.Length - start), attributes);
            case 3 or 4 or 5 when group.Waiting(person) > 0:
                var which = random.Next(4) == 0 ? random.Next(group.Waiting(person)) : 0;
                return each => each.Receive(person, which);
            case 6 or 7 or 8 when at > 0:
                var back = random.Next(6) == 0 ? Math.Min(at, 3) : 1;
                cursor = at - back;
                return each => each.Text(person).Delete(at - back, back);
            case 9 or 10 when at < text.Length:
                var ahead = random.Next(6) == 0 ? Math.Min(text.Length - at, 3) : 1;
                var here = at;
                return each => each.Text(person).Delete(here, ahead);
            default:
                var typed = Key(random);
                cursor = at + typed.Length;
                return each => each.Text(person).Insert(at, typed);
        }
    }

    private static string Key(Random random)
    {
        string[] keys = ["a", "b", " ", "é", "…", "😀", "word", "\uD83D", "\uDE00", new('x', 70)];
        var typed = new StringBuilder(keys[random.Next(keys.Length)]);
        while (random.Next(8) == 0)
            typed.Append(keys[random.Next(4)]);
        return typed.ToString();
    }
}
