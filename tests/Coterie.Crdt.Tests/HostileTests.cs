using System.Diagnostics;
using Coterie.Crdt.Tests.Vectors;

namespace Coterie.Crdt.Tests;

/// <summary>Any bytes give an effect or an <see cref="InvalidUpdateException"/>, and a refused update has none.</summary>
public sealed class HostileTests
{
    /// <summary>COTERIE_FUZZ_SECONDS says otherwise.</summary>
    private static readonly int Seconds = Environment.GetEnvironmentVariable("COTERIE_FUZZ_SECONDS") is { } text
        ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)
        : 2;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_damaged_update_is_applied_or_refused_whole(bool isV1)
    {
        var seed = Environment.TickCount;
        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var sessions = Corpus.Sessions().Take(40).ToArray();
        var (applied, refused) = (0, 0);
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < Seconds)
        {
            var session = sessions[random.Next(sessions.Length)];
            var doc = new YDoc(new YDocOptions { ClientId = 1 });
            State.Of(doc, session.Roots);
            for (var at = 0; at < session.Updates.Length; at++)
            {
                var update = session.Update(at, isV1 ? "v1" : "v2");
                if (random.Next(3) == 0)
                    Damage(random, ref update);
                var before = doc.EncodeStateAsUpdate();
                try
                {
                    Apply(doc, update, isV1);
                    applied++;
                }
                catch (InvalidUpdateException error)
                {
                    refused++;
                    Assert.True(
                        doc.EncodeStateAsUpdate().AsSpan().SequenceEqual(before),
                        $"seed {seed}: refused ({error.Message}), and yet it had an effect"
                    );
                }
                doc.CheckInvariants();
            }
            var copy = new YDoc();
            copy.ApplyUpdate(doc.EncodeStateAsUpdate());
            copy.CheckInvariants();
        }
        output.WriteLine($"{applied} applied, {refused} refused");
        Assert.True(applied > 0 && refused > 0);
    }

    private static void Apply(YDoc doc, byte[] update, bool isV1)
    {
        if (isV1)
            doc.ApplyUpdate(update);
        else
            doc.ApplyUpdateV2(update);
    }

    internal static void Damage(Random random, ref byte[] bytes)
    {
        bytes = random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : [.. bytes];
        for (var times = random.Next(4); times > 0 && bytes.Length > 0; times--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
    }

    public static TheoryData<string, string> Refused =>
        new()
        {
            { "", "nothing" },
            { "01", "only a count" },
            { "01ffffffffffffff0f0100", "2^53 structs announced" },
            { "010101000b00", "a struct of kind 11" },
            { "0101010004010174000000", "a string of no length" },
            { "010101008401010161" + "00", "a struct that is its own origin" },
            { "0101010004010174" + "02c328" + "00", "a string that is no UTF-8" },
            { "010101000801017405ff7f", "more values than bytes" },
            { "0101010000ffffffff0f00", "a length of more than 31 bits" },
        };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_is_no_update_is_refused(string hex, string what)
    {
        var doc = new YDoc();
        var error = Assert.Throws<InvalidUpdateException>(() => doc.ApplyUpdate(Convert.FromHexString(hex)));
        Assert.True(error.Reason.Length > 0, what);
        Assert.Empty(doc.StateVector.Clients);
        doc.CheckInvariants();
    }

    [Fact]
    public void Few_bytes_cannot_state_millions_of_structs()
    {
        // Format v2: a run of a thousand million collected structs of length 1.
        byte[] count = [0x80, 0x94, 0xeb, 0xdc, 0x03];
        byte[] infos = [0];
        byte[] lengths = [0x41, .. count];
        byte[] update =
        [
            0, // features
            0, // keys
            1,
            1, // client 1
            0,
            0, // clocks
            (byte)infos.Length,
            .. infos,
            0, // strings
            0, // parents
            0, // types
            (byte)lengths.Length,
            .. lengths,
            1, // one client
            .. count,
            0, // clock 0
            0, // no deletions
        ];
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidUpdateException>(() => new YDoc().ApplyUpdateV2(update));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void Types_may_nest_deeper_than_any_stack()
    {
        const int depth = 100_000;
        var writer = new Bytes.ByteWriter();
        writer.VarUint(1);
        writer.VarUint(depth);
        writer.VarUint(7);
        writer.VarUint(0);
        for (var at = 0; at < depth; at++)
        {
            writer.Byte(7);
            writer.Byte(at == 0 ? (byte)1 : (byte)0);
            if (at == 0)
                writer.VarString("a");
            else
            {
                writer.VarUint(7);
                writer.VarUint(at - 1);
            }
            writer.Byte(0);
        }
        writer.VarUint(0);
        var doc = new YDoc();
        var array = doc.GetArray("a");
        doc.ApplyUpdate(writer.Written);
        array.Delete(0);
        doc.CheckInvariants();
        Assert.Empty(array);
        Assert.True(doc.EncodeStateAsUpdate().Length < 50);
    }

    /// <summary>A cursor comes from others: it may name any unit, and is somewhere or nowhere.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 0)]
    [InlineData(40, 0)]
    [InlineData(40, -1)]
    public void A_position_at_a_value_under_a_key_is_where_Yjs_has_it(int values, int association)
    {
        var doc = new YDoc(new YDocOptions { ClientId = 5 });
        var map = doc.GetMap("m");
        map["k"] = 1;
        map["k"] = 2;
        var array = doc.GetArray("a");
        for (var at = 0; at < values; at++)
        {
            map[$"{at}"] = at;
            array.Insert(0, at);
        }
        var (gone, known) = (new StructId(5, 0), new StructId(5, 1));
        Assert.Equal((map, -association), new RelativePosition(null, "m", known, association).In(doc));
        Assert.Equal((map, 0), new RelativePosition(null, "m", gone, association).In(doc));
    }

    [Fact]
    public void Types_come_back_from_deeper_than_any_stack()
    {
        const int depth = 5_000;
        var writer = new Bytes.ByteWriter();
        void Begin(int client, int count)
        {
            writer.VarUint(count);
            writer.VarUint(client);
            writer.VarUint(0);
        }
        void Within(int client, int clock)
        {
            writer.Byte(7);
            writer.Byte(0);
            writer.VarUint(client);
            writer.VarUint(clock);
            writer.Byte(0);
        }
        writer.VarUint(2);
        // The outermost and the innermost are of one client, which undo goes over first.
        Begin(9, 2);
        writer.Byte(7);
        writer.Byte(1);
        writer.VarString("a");
        writer.Byte(0);
        Within(7, depth - 1);
        Begin(7, depth);
        for (var at = 0; at < depth; at++)
            Within(at == 0 ? 9 : 7, Math.Max(at - 1, 0));
        writer.VarUint(0);
        var doc = new YDoc();
        var array = doc.GetArray("a");
        doc.ApplyUpdate(writer.Written);
        using var undo = new UndoManager(doc, [array]);
        array.Delete(0);
        NestingTests.InSmallStack(undo.Undo);
        doc.CheckInvariants();
        var found = 0;
        for (var each = array; each.Count == 1; found++)
            each = (YArray)each[0]!;
        Assert.Equal(depth + 2, found);
    }

    /// <summary>What a document refuses, bytes without a document refuse too: they could never be loaded.</summary>
    [Fact]
    public void What_a_document_refuses_is_taken_in_nowhere()
    {
        var doc = new YDoc();
        doc.GetText("t").Insert(0, "precious");
        var cold = new ColdDocument(doc.EncodeStateAsUpdateV2());
        string[] selfish =
        [
            "01010100840101016100",
            "01010100440101016100",
            "0101010004000101016100",
            "0101010004000105016100",
        ];
        foreach (var hex in selfish)
        {
            var update = Convert.FromHexString(hex);
            Assert.Throws<InvalidUpdateException>(() => doc.ApplyUpdate(update));
            Assert.Throws<InvalidUpdateException>(() => Update.Merge(update, update));
            Assert.Throws<InvalidUpdateException>(() => cold.ApplyUpdate(update));
        }
        Assert.Equal("precious", cold.Load().GetText("t").ToString());
    }

    /// <summary>Each states no more structs than it may; together they compress to fewer bytes than may state so many.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(Limits.StructsAlways / 4)]
    public void What_was_taken_in_can_be_loaded_however_well_it_compresses(int padding)
    {
        var doc = new YDoc();
        doc.GetText("t").Insert(0, "precious");
        var cold = new ColdDocument(doc.EncodeStateAsUpdateV2());
        const int structs = Limits.StructsAlways / 4;
        var (taken, refused) = (0, 0);
        for (var client = 1; client <= 6; client++)
        {
            var lengths = new Bytes.ByteWriter();
            lengths.VarInt(1, negative: true);
            lengths.VarUint(structs - 2);
            var writer = new Bytes.ByteWriter();
            byte[] start = [0, 0, 1, (byte)client, 0, 0, 1, 0, 0, 0, 0];
            writer.Bytes(start);
            writer.VarBytes(lengths.Written);
            writer.VarUint(1);
            writer.VarUint(structs);
            writer.VarUint(0);
            writer.VarUint(0);
            writer.Bytes(new byte[padding]);
            try
            {
                cold.ApplyUpdateV2(writer.Written);
                taken++;
            }
            catch (InvalidUpdateException)
            {
                refused++;
            }
        }
        Assert.True(taken > 0 && refused > 0);
        Assert.Equal(taken + 1, cold.StateVector.Clients.Count);
        Assert.Equal("precious", cold.Load().GetText("t").ToString());
        Assert.Equal(structs, cold.Load().StateVector[1]);
        var copy = new YDoc();
        copy.ApplyUpdate(cold.EncodeStateAsUpdate());
        Assert.Equal("precious", copy.GetText("t").ToString());
    }
}
