using Coterie.Crdt.Bytes;

namespace Coterie.Crdt.Tests;

/// <summary>
/// Bytes from outside cost what they weigh. The sizes are such that a step for each pair would take from many minutes to hours.
/// </summary>
public sealed class CostTests
{
    [Fact]
    public void An_object_of_many_names_that_are_numbers_is_put_in_order()
    {
        const int names = 200_000;
        var writer = UpdateOf(kind: 8);
        writer.VarUint(1);
        writer.Byte(118);
        writer.VarUint(names + 1);
        writer.VarString("last");
        writer.Byte(126);
        for (var name = names; name > 0; name--)
        {
            writer.VarString($"{name}");
            writer.Byte(126);
        }
        writer.VarUint(0);
        var doc = new YDoc();
        doc.ApplyUpdate(writer.Written);
        var value = Assert.IsType<ValueObject>(doc.GetArray("t")[0]);
        Assert.True(
            value.Keys.SequenceEqual(Enumerable.Range(1, names).Select(static name => $"{name}").Append("last"))
        );
        Assert.True(Update.Merge([.. writer.Written], doc.EncodeStateAsUpdate()).Length > names);
    }

    [Fact]
    public void Bytes_with_many_subdocuments_make_no_documents_and_a_document_with_many_makes_small_ones()
    {
        const int subdocs = 20_000;
        var doc = new YDoc();
        doc.GetArray("a")
            .Push(Enumerable.Range(0, subdocs).Select(static _ => new YDoc(new YDocOptions { Guid = "" })));
        var update = doc.EncodeStateAsUpdateV2();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var merged = Update.ToV2(Update.ToV1(Update.MergeV2(update, update)));
        var told = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(update, merged);
        var copy = new YDoc();
        before = GC.GetAllocatedBytesForCurrentThread();
        copy.ApplyUpdateV2(update);
        var made = GC.GetAllocatedBytesForCurrentThread() - before;
        TestContext.Current.TestOutputHelper!.WriteLine($"{told / subdocs} and {made / subdocs} bytes for each");
        Assert.Equal(subdocs, copy.Subdocs.Count);
        Assert.Equal(update, copy.EncodeStateAsUpdateV2());
        // Four passes with a struct, its content and settings; then an item, a document and its place in a few sets.
        Assert.InRange(told / subdocs, 0, 2_500);
        Assert.InRange(made / subdocs, 0, 1_500);
    }

    [Fact]
    public void A_long_list_of_values_is_cut_without_being_copied()
    {
        const int values = 100_000;
        var doc = new YDoc(new YDocOptions { ClientId = 1 });
        var array = doc.GetArray("t");
        array.Push(Enumerable.Range(0, values).Select(static each => (object?)each));
        var writer = new ByteWriter();
        writer.VarUint(0);
        writer.VarUint(1);
        writer.VarUint(1);
        writer.VarUint(values / 2);
        for (var clock = 0; clock < values; clock += 2)
        {
            writer.VarUint(clock);
            writer.VarUint(1);
        }
        var copy = new YDoc();
        copy.ApplyUpdate(doc.EncodeStateAsUpdate());
        var before = GC.GetAllocatedBytesForCurrentThread();
        copy.ApplyUpdate(writer.Written);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, values * 500L);
        var odd = Enumerable.Range(0, values / 2).Select(static each => (object?)(each * 2.0 + 1));
        Assert.True(copy.GetArray("t").SequenceEqual(odd));
        copy.CheckInvariants();
        doc.ApplyUpdate(copy.EncodeStateAsUpdate());
        Assert.True(array.SequenceEqual(odd));
        Assert.Equal(copy.EncodeStateAsUpdate(), doc.EncodeStateAsUpdate());
    }

    [Fact]
    public void Each_of_many_keys_is_told_once()
    {
        const int keys = 100_000;
        var (doc, told) = (new YDoc(), new List<string>());
        var map = doc.GetMap("m");
        map.Changed += change => told.AddRange(change.KeysChanged);
        doc.Transact(_ =>
        {
            for (var at = 0; at < keys * 2; at++)
                map[$"{at % keys}"] = at;
        });
        Assert.True(told.SequenceEqual(Enumerable.Range(0, keys).Select(static key => $"{key}")));
    }

    [Fact]
    public void Very_many_clients_are_taken_in_and_given_out()
    {
        const int clients = 50_000;
        var writer = new ByteWriter();
        writer.VarUint(clients);
        for (var client = clients; client > 0; client--)
        {
            writer.VarUint(1);
            writer.VarUint(client);
            writer.VarUint(0);
            writer.Byte(1);
            writer.Byte(1);
            writer.VarString("t");
            writer.VarUint(1);
        }
        writer.VarUint(0);
        var doc = new YDoc();
        byte[]? told = null;
        doc.Updated += (update, _) => told = update;
        doc.ApplyUpdate(writer.Written);
        Assert.Equal(clients, doc.StateVector.Clients.Count);
        Assert.Equal(doc.EncodeStateAsUpdate(), told);
        var copy = new YDoc();
        copy.ApplyUpdate(doc.EncodeStateAsUpdate());
        Assert.Equal(told, copy.EncodeStateAsUpdate());
    }

    [Fact]
    public void Deep_changes_are_told_by_depth_and_build_no_path_that_nobody_asks_for()
    {
        const int depth = 2_000;
        var doc = new YDoc();
        List<YArray> arrays = [doc.GetArray("a")];
        for (var at = 1; at < depth; at++)
        {
            var below = new YArray();
            arrays[^1].Push(below);
            arrays.Add(below);
        }
        List<YEvent> told = [];
        arrays[0].ChangedDeep += (events, _) =>
        {
            told.AddRange(events);
            Assert.Equal(depth - 1, events[^1].Path.Count);
            Assert.Same(events[^1].Path, events[^1].Path);
        };
        var before = GC.GetAllocatedBytesForCurrentThread();
        doc.Transact(_ => arrays.ForEach(static each => each.Push(1)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, depth * 2_000L);
        Assert.Equal(arrays, told.Select(static each => each.Target));
    }

    [Fact]
    public void All_clients_leave_at_once()
    {
        var here = new Awareness(new YDoc { ClientId = 1 });
        var there = new Awareness(new YDoc { ClientId = 3 });
        there.Apply(Everyone("{}", 1));
        Assert.Equal(Awareness.MostClients, there.States.Count);
        var last = there.States.Keys.Last();
        there.Remove(there.States.Keys.Where(client => client % 2 == 0).ToList());
        Assert.Equal(last, there.States.Keys.Last());
        there.Apply(Everyone("null", 2));
        Assert.Equal([there.Client], there.States.Keys);
        there.Set(true);
        here.Apply(there.Encode(there.Client));
        Assert.Equal([here.Client, there.Client], here.States.Keys);
    }

    /// <summary>What is said of as many clients as there may be beside the own one, by even and odd ids.</summary>
    private static byte[] Everyone(string state, int clock)
    {
        const ulong first = 1UL << 40;
        var writer = new ByteWriter();
        writer.VarUint(Awareness.MostClients - 1);
        for (var at = 1; at < Awareness.MostClients; at++)
        {
            writer.VarUint(first + (ulong)at);
            writer.VarUint(clock);
            writer.VarString(state);
        }
        return writer.ToArray();
    }

    [Fact]
    public void What_waits_long_is_not_merged_each_time()
    {
        const int letters = 2_000;
        var (doc, updates) = (new YDoc(), new List<byte[]>());
        doc.Updated += (update, _) => updates.Add(update);
        for (var at = 0; at < letters; at++)
            doc.GetText("t").Insert(at, "k");
        var copy = new YDoc();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var at = letters - 1; at > 0; at--)
            copy.ApplyUpdate(updates[at]);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, letters * 10_000L);
        Assert.True(copy.HasPendingStructs);
        copy.ApplyUpdate(updates[0]);
        Assert.False(copy.HasPendingStructs);
        Assert.Equal(doc.EncodeStateAsUpdate(), copy.EncodeStateAsUpdate());
    }

    /// <summary>What merging keystrokes makes: a struct for each, which becomes one item.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    public void Many_structs_that_continue_each_other_are_put_together(byte kind)
    {
        const int structs = 100_000;
        var writer = UpdateOf(kind, structs);
        for (var at = 0; at < structs; at++)
        {
            if (at > 0)
            {
                writer.Byte((byte)(kind | 0x80));
                writer.VarUint(1);
                writer.VarUint(at - 1);
            }
            writer.VarUint(1);
            writer.Byte(kind == 4 ? (byte)'a' : (byte)120);
        }
        writer.VarUint(0);
        var doc = new YDoc();
        var before = GC.GetAllocatedBytesForCurrentThread();
        doc.ApplyUpdate(writer.Written);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, structs * 300L);
        doc.CheckInvariants();
        Assert.InRange(doc.EncodeStateAsUpdate().Length, structs, structs + 20);
        if (kind == 4)
            Assert.Equal(new string('a', structs), doc.GetText("t").ToString());
        else
            Assert.True(doc.GetArray("t").SequenceEqual(Enumerable.Repeat((object?)true, structs)));
    }

    [Fact]
    public void Very_many_attributes_come_and_go()
    {
        const int marks = 200_000;
        var writer = UpdateOf(kind: 6, marks);
        for (var at = 0; at < marks; at++)
        {
            if (at > 0)
            {
                writer.Byte(0x86);
                writer.VarUint(1);
                writer.VarUint(at - 1);
            }
            // The first half of them begin, then they end in the same order.
            writer.VarString($"{at % (marks / 2):x6}");
            writer.VarString(at < marks / 2 ? "1" : "null");
        }
        writer.VarUint(0);
        var doc = new YDoc();
        var text = doc.GetText("t");
        var steps = -1;
        text.Changed += change => steps = change.Delta.Count;
        doc.ApplyUpdate(writer.Written);
        text.Insert(0, "a");
        Assert.Equal(1, steps);
        Assert.Single(text.ToDelta());
        doc.CheckInvariants();
    }

    /// <summary>What was put in front and deleted stands for itself, struct by struct: runs of format v2 make all of it a few bytes.</summary>
    [Fact]
    public void A_list_that_grew_at_its_front_and_was_emptied_can_be_loaded()
    {
        const int values = 200_000;
        var doc = new YDoc();
        var array = doc.GetArray("a");
        doc.Transact(_ =>
        {
            for (var at = 0; at < values; at++)
                array.Insert(0, at);
        });
        array.Delete(0, values);
        var state = doc.EncodeStateAsUpdateV2();
        Assert.InRange(state.Length, 1, 100);
        var copy = new YDoc();
        copy.ApplyUpdateV2(state);
        Assert.Equal(state, copy.EncodeStateAsUpdateV2());
        Assert.Equal(doc.EncodeStateAsUpdate(), Update.ToV1(state));
    }

    /// <summary>Text that is gone, wherever it was and whatever was typed meanwhile, and items that were moved to grow.</summary>
    [Fact]
    public void A_document_keeps_no_more_text_than_twice_what_is_there()
    {
        const int pasted = 300_000;
        var doc = new YDoc(new YDocOptions { ClientId = 1 });
        var other = new YDoc(new YDocOptions { ClientId = 2 });
        byte[] told = [];
        other.Updated += (update, _) => told = update;
        var (text, theirs, array) = (doc.GetText("t"), other.GetText("t"), doc.GetArray("a"));
        text.Insert(0, "\n\n");
        other.ApplyUpdate(doc.EncodeStateAsUpdate());
        var paste = new string('x', pasted);
        for (var round = 0; round < 20; round++)
        {
            text.Insert(0, paste);
            array.Push(new YText(paste));
            for (var typed = 0; typed < 1_000; typed++)
            {
                doc.GetText("u").Insert(0, "k");
                text.Insert(pasted + 1 + round * 1_000 + typed, "a");
                theirs.Insert(1 + round * 1_000 + typed, "b");
                doc.ApplyUpdate(told);
            }
            text.Delete(0, pasted);
            array.Delete(0);
        }
        Assert.InRange(doc.Store.Text.Taken, 0, 4 * pasted);
        Assert.Equal(40_002, text.Length);
        Assert.Equal(20_000, text.ToString().Count(static unit => unit == 'b'));
        Assert.Equal(new string('k', 20_000), doc.GetText("u").ToString());
        doc.CheckInvariants();
        var copy = new YDoc();
        copy.ApplyUpdate(doc.EncodeStateAsUpdate());
        Assert.Equal(text.ToString(), copy.GetText("t").ToString());
    }

    [Fact]
    public void Two_who_type_by_turns_do_not_move_what_they_typed_at_each_key()
    {
        const int letters = 30_000;
        var (doc, other) = (new YDoc(), new YDoc());
        doc.GetText("t").Insert(0, "\n\n");
        other.ApplyUpdate(doc.EncodeStateAsUpdate());
        var (text, updates) = (doc.GetText("t"), new List<byte[]>());
        other.Updated += (update, _) => updates.Add(update);
        for (var at = 0; at < letters; at++)
            other.GetText("t").Insert(2 + at, "b");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var at = 0; at < letters; at++)
        {
            text.Insert(1 + at, "a");
            doc.ApplyUpdate(updates[at]);
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, letters * 100L);
        Assert.Equal($"\n{new string('a', letters)}\n{new string('b', letters)}", text.ToString());
        doc.CheckInvariants();
    }

    [Fact]
    public void What_waits_and_comes_again_and_again_is_kept_once()
    {
        var doc = new YDoc();
        doc.GetText("t").Insert(0, "a");
        var known = doc.StateVector.Encode();
        doc.GetText("t").Insert(1, new string('b', 100_000));
        var update = doc.EncodeStateAsUpdate(known);
        var copy = new YDoc();
        for (var times = 0; times < 300; times++)
            copy.ApplyUpdate(update);
        Assert.InRange(copy.WaitingBytes, update.Length, update.Length * 3);
        copy.ApplyUpdate(doc.EncodeStateAsUpdate());
        Assert.False(copy.HasPendingStructs);
        Assert.Equal(doc.EncodeStateAsUpdate(), copy.EncodeStateAsUpdate());
    }

    /// <summary>An update of client 1 with structs in the root "t", up to the content of the first.</summary>
    private static ByteWriter UpdateOf(byte kind, int structs = 1)
    {
        var writer = new ByteWriter();
        writer.VarUint(1);
        writer.VarUint(structs);
        writer.VarUint(1);
        writer.VarUint(0);
        writer.Byte(kind);
        writer.Byte(1);
        writer.VarString("t");
        return writer;
    }
}
