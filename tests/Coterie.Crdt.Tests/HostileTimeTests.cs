using Coterie.Crdt.Bytes;

namespace Coterie.Crdt.Tests;

/// <summary>Few bytes from outside that took minutes once, for work grew with their square. They take less than a second now.</summary>
public sealed class HostileTimeTests
{
    private const int Patience = 60_000;

    [Fact(Timeout = Patience)]
    public Task Ranges_that_overlap_are_gone_over_once() =>
        Run(() =>
        {
            const int values = 100_000;
            var doc = new YDoc(new YDocOptions { ClientId = 7 });
            var array = doc.GetArray("a");
            doc.Transact(_ =>
            {
                for (var at = 0; at < values; at++)
                    array.Insert(0, at);
            });
            array.Delete(0, values);
            var state = doc.EncodeStateAsUpdate();
            doc.ApplyUpdate(Deletions(7, Enumerable.Range(0, values).Select(static at => (at % 3, values - 3))));
            Assert.Equal(state, doc.EncodeStateAsUpdate());
        });

    /// <summary>Ranges in any order, of clients by turns, delete the same as the same ranges in order.</summary>
    [Fact]
    public void Ranges_that_overlap_delete_what_each_of_them_names()
    {
        var seed = Environment.TickCount & 0xff_ffff;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var (doc, expected) = (new YDoc(new YDocOptions { ClientId = 1 }), new YDoc());
            for (var client = 1UL; client <= 3; client++)
            {
                doc.ClientId = client;
                for (var at = 0; at < 5; at++)
                    doc.GetText("t")
                        .Insert(random.Next(doc.GetText("t").Length + 1), new string('x', random.Next(1, 5)));
            }
            expected.ApplyUpdate(doc.EncodeStateAsUpdate());
            byte[] told = [],
                toldThere = [];
            doc.Updated += (update, _) => told = update;
            expected.Updated += (update, _) => toldThere = update;
            var ranges = new List<(ulong Client, int Clock, int Length)>();
            for (var at = 0; at < 6; at++)
                ranges.Add(((ulong)random.Next(1, 4), random.Next(8), random.Next(1, 12)));
            var (all, ordered) = (new ByteWriter(), new DeleteSet());
            all.VarUint(0);
            all.VarUint(ranges.Count);
            foreach (var (client, clock, length) in ranges)
            {
                all.VarUint(client);
                all.VarUint(1);
                all.VarUint(clock);
                all.VarUint(length);
                ordered = DeleteSet.Merge(ordered, Of(client, clock, length));
            }
            var each = new ByteWriter();
            each.VarUint(0);
            ordered.Write(new Updates.UpdateWriterV1(each));
            doc.ApplyUpdate(all.Written);
            expected.ApplyUpdate(each.Written);
            doc.CheckInvariants();
            Assert.True(toldThere.AsSpan().SequenceEqual(told), $"seed {seed}, round {round}");
            Assert.Equal(expected.EncodeStateAsUpdate(), doc.EncodeStateAsUpdate());
        }
    }

    /// <summary>Which client lost something first decides which marks Yjs cleans up, as it told in these bytes.</summary>
    [Fact]
    public void Ranges_that_overlap_delete_in_the_order_of_Yjs()
    {
        var doc = new YDoc();
        doc.GetText("t");
        doc.GetArray("a");
        doc.ApplyUpdate(
            Convert.FromBase64String(
                "AwcDAMYBEwEUAWkEdHJ1ZcQDAAEUAWHGAwEBFAFpBG51bGzGARABEQFiBHRydWXGAwADAQFiBG51bGwHAQFhASgAAwUBeAF9BAECAMYBAAEBAWIEdHJ1"
                    + "ZRQBAAQBAXQBYYQBAAFihAEBAWOEAQIBZMEBAQECAYEBAwGGAQUBYgRudWxsxAEFAQYBYcQBBwEGAWLBAQgBBgLEAQoBBgFlxgEDAQUBYgRudWxs"
                    + "xgEHAQgBYgR0cnVlxgECAQMBYgRudWxsxAEOAQMCYWLEARABAwJjZMEBEgEDAcYBEwEDAWIEdHJ1ZcQBBwENAWHBARUBDQIBAQQEAgkCEwEWAg=="
            )
        );
        List<string> told = [];
        doc.Updated += (update, _) => told.Add(Convert.ToBase64String(update));
        doc.ApplyUpdate(Convert.FromBase64String("AAQCAwMCAQEDAwEDAQICBAAGAgMABgMBBAIBAwECAgMBAg=="));
        Assert.Equal(["AAICAQABAQEABA==", "AAEBAg4BFAE="], told);
    }

    [Fact(Timeout = Patience)]
    public Task A_gap_of_marks_is_cleaned_once_however_much_was_deleted_in_it() =>
        Run(() =>
        {
            const int letters = 50_000;
            var doc = new YDoc();
            var text = doc.GetText("t");
            doc.ApplyUpdate(LettersWithMarks(letters, attributes: 10));
            doc.ApplyUpdate(Deletions(1, Enumerable.Range(0, letters).Select(static at => (2 * at + 1, 1))));
            Assert.Equal(0, text.Length);
            doc.CheckInvariants();
            text.Insert(0, "y");
            Assert.Equal("y", text.ToString());
        });

    [Fact(Timeout = Patience)]
    public Task Marks_of_very_many_attributes_come_between_letters() =>
        Run(() =>
        {
            const int letters = 50_000;
            var doc = new YDoc();
            var text = doc.GetText("t");
            doc.ApplyUpdate(LettersWithMarks(letters, attributes: letters));
            Assert.Equal(letters, text.Length);
            doc.CheckInvariants();
        });

    [Fact(Timeout = Patience)]
    public Task Each_of_many_texts_that_got_a_mark_is_cleaned() =>
        Run(() =>
        {
            const int texts = 250_000;
            var doc = new YDoc();
            var array = doc.GetArray("a");
            doc.Transact(_ =>
            {
                for (var at = 0; at < texts; at++)
                    array.Push(new YText());
            });
            var first = doc.ClientId;
            var writer = Begin(client: 8, texts);
            for (var at = 0; at < texts; at++)
            {
                writer.Byte(6);
                Within(writer, first, at);
                writer.VarString("k");
                writer.VarString("1");
            }
            writer.VarUint(0);
            doc.ApplyUpdate(writer.Written);
            Assert.Equal(texts, doc.StateVector[8]);
        });

    /// <summary>Whatever the depth: an undo manager finds out once for each type whether it looks after it.</summary>
    [Fact(Timeout = Patience)]
    public Task Deep_types_are_deleted_and_come_back() =>
        Run(() =>
        {
            var doc = new YDoc();
            var array = doc.GetArray("a");
            doc.ApplyUpdate(Nested(150_000));
            using var undo = new UndoManager(doc, [array]);
            array.Delete(0);
            Assert.Empty(array);
            undo.Undo();
            Assert.Single(array);
            undo.Redo();
            Assert.Empty(array);
        });

    [Fact(Timeout = Patience)]
    public Task Changes_in_deep_types_that_nobody_hears_of_are_taken_in() =>
        Run(() =>
        {
            const int depth = 150_000;
            var doc = new YDoc();
            var array = doc.GetArray("a");
            doc.ApplyUpdate(Nested(depth));
            using var undo = new UndoManager(doc, [doc.GetArray("b")]);
            doc.ApplyUpdate(OneMoreInEach(depth));
            Assert.Equal(2, ((YArray)array[0]!).Count);
            Assert.False(undo.CanUndo);
        });

    /// <summary>38 bytes that make a hundred thousand types in one array: each that comes back finds its neighbours at once.</summary>
    [Fact(Timeout = Patience)]
    public Task What_a_deleted_array_held_comes_back() =>
        Run(() =>
        {
            const string update = "000004499F8D06010004039D8D0603070147030161010301000004409F8D060001A18D060000";
            var doc = new YDoc();
            var array = doc.GetArray("a");
            doc.ApplyUpdateV2(Convert.FromHexString(update));
            var before = array.Count;
            using var undo = new UndoManager(doc, [array]);
            array.Delete(0);
            undo.Undo();
            Assert.Equal(before, array.Count);
            doc.CheckInvariants();
        });

    /// <summary>Who hears of everything below is found for each type once.</summary>
    [Fact(Timeout = Patience)]
    public Task Changes_in_deep_types_are_heard_of_at_the_top() =>
        Run(() =>
        {
            const int depth = 150_000;
            var doc = new YDoc();
            var heard = 0;
            doc.GetArray("a").ChangedDeep += (changes, _) => heard = changes.Count;
            doc.ApplyUpdate(Nested(depth));
            doc.ApplyUpdate(OneMoreInEach(depth));
            Assert.Equal(depth, heard);
        });

    private static Task Run(Action act) => Task.Run(act, TestContext.Current.CancellationToken);

    /// <summary>A value in each of as many types as <see cref="Nested"/> made.</summary>
    private static byte[] OneMoreInEach(int depth)
    {
        var writer = Begin(client: 8, depth);
        for (var at = 0; at < depth; at++)
        {
            writer.Byte(8);
            Within(writer, 7, at);
            writer.VarUint(1);
            writer.Byte(120);
        }
        writer.VarUint(0);
        return writer.ToArray();
    }

    private static DeleteSet Of(ulong client, int clock, int length)
    {
        var set = new DeleteSet();
        set.Add(client, clock, length);
        return set;
    }

    private static ByteWriter Begin(ulong client, int structs)
    {
        var writer = new ByteWriter();
        writer.VarUint(1);
        writer.VarUint(structs);
        writer.VarUint(client);
        writer.VarUint(0);
        return writer;
    }

    private static void Within(ByteWriter writer, ulong client, int clock)
    {
        writer.Byte(0);
        writer.VarUint(client);
        writer.VarUint(clock);
    }

    /// <summary>An array in the root "a", in that another one, and so on; all of client 7.</summary>
    private static byte[] Nested(int depth)
    {
        var writer = Begin(client: 7, depth);
        for (var at = 0; at < depth; at++)
        {
            writer.Byte(7);
            if (at == 0)
            {
                writer.Byte(1);
                writer.VarString("a");
            }
            else
                Within(writer, 7, at - 1);
            writer.Byte(0);
        }
        writer.VarUint(0);
        return writer.ToArray();
    }

    /// <summary>Letters of client 1 in the root "t", each behind a mark.</summary>
    private static byte[] LettersWithMarks(int letters, int attributes)
    {
        var writer = Begin(client: 1, 2 * letters);
        for (var at = 0; at < 2 * letters; at++)
        {
            var isMark = at % 2 == 0;
            writer.Byte((byte)((isMark ? 6 : 4) | (at == 0 ? 0 : 0x80)));
            if (at == 0)
            {
                writer.Byte(1);
                writer.VarString("t");
            }
            else
            {
                writer.VarUint(1);
                writer.VarUint(at - 1);
            }
            writer.VarString(isMark ? $"{at / 2 % attributes}" : "x");
            if (isMark)
                writer.VarString("1");
        }
        writer.VarUint(0);
        return writer.ToArray();
    }

    private static byte[] Deletions(ulong client, IEnumerable<(int Clock, int Length)> ranges)
    {
        var all = ranges.ToList();
        var writer = new ByteWriter();
        writer.VarUint(0);
        writer.VarUint(1);
        writer.VarUint(client);
        writer.VarUint(all.Count);
        foreach (var (clock, length) in all)
        {
            writer.VarUint(clock);
            writer.VarUint(length);
        }
        return writer.ToArray();
    }
}
