using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;
using Coterie.Crdt.Updates;

namespace Coterie.Crdt.Tests;

/// <summary>Format v2 states many structs in few bytes; what they cost in memory is bounded by the bytes nevertheless.</summary>
public sealed class StructLimitTests
{
    public static TheoryData<int> Kinds =>
        [
            .. new[]
            {
                ContentKind.Gc,
                ContentKind.Deleted,
                ContentKind.Binary,
                ContentKind.String,
                ContentKind.Embed,
                ContentKind.Format,
                ContentKind.Type,
                ContentKind.Any,
                ContentKind.Doc,
            }.Select(static kind => (int)kind),
        ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_struct_costs_what_it_weighs(int number)
    {
        const int structs = 20_000;
        var kind = (ContentKind)number;
        var update = Run(kind, structs);
        var most = structs * Limits.WeightOf(kind) * 130L;
        Assert.InRange(Allocated(() => new YDoc().ApplyUpdateV2(update)), structs * 60, most);
        Assert.InRange(Allocated(() => Update.DiffV2(update, [0])), 0, most);
        Assert.InRange(Allocated(() => _ = new ColdDocument(update)), 0, most);
        Assert.InRange(Allocated(() => Update.ToV1(update)), 0, most);
    }

    /// <summary>Of other kinds each takes a byte.</summary>
    [Theory]
    [InlineData((int)ContentKind.Gc)]
    [InlineData((int)ContentKind.Deleted)]
    [InlineData((int)ContentKind.Type)]
    public void What_weighs_more_than_its_bytes_may_is_refused(int number)
    {
        const int padding = 10_000;
        var kind = (ContentKind)number;
        var most = (int)Limits.StructsIn(padding) / Limits.WeightOf(kind);
        var update = Run(kind, most);
        byte[] padded = [.. update, .. new byte[padding - update.Length]];
        Assert.Equal(most, Update.StateVectorOfV2(padded)[7]);
        var heavy = Run(kind, most + 1);
        padded = [.. heavy, .. new byte[padding - heavy.Length]];
        Assert.Throws<InvalidUpdateException>(() => Update.StateVectorOfV2(padded));
        Assert.Throws<InvalidUpdateException>(() => new ColdDocument(padded));
        Assert.Throws<InvalidUpdateException>(() => new YDoc().ApplyUpdateV2(padded));
    }

    /// <summary>Yjs states a name each time; who states one by its number a thousand times makes a thousand of it wherever it is written.</summary>
    [Fact]
    public void A_name_that_is_stated_once_counts_each_time()
    {
        static byte[] Elements(string sizes, int letters, string length) =>
            Convert.FromHexString(
                $"000301E6070349E607040003E4070003070087{sizes}61{string.Concat(Enumerable.Repeat("4E", letters))}01{length}01010343E6070001E8070000"
            );
        var doc = new YDoc();
        doc.ApplyUpdateV2(Elements("EE07E907", 1_000, "A80F"));
        Assert.Equal(1_000, doc.GetXmlFragment("a").Count);
        var heavy = Elements("BE17B917", 3_000, "B82E");
        Assert.Throws<InvalidUpdateException>(() => new YDoc().ApplyUpdateV2(heavy));
        Assert.Throws<InvalidUpdateException>(() => Update.ToV1(heavy));
    }

    /// <summary>Nothing honest states more than one value in a byte, a million tombstones or empty types apart.</summary>
    [Fact]
    public void What_Yjs_states_in_the_fewest_bytes_is_taken_in()
    {
        var doc = new YDoc();
        var (array, text, map) = (doc.GetArray("a"), doc.GetText("t"), doc.GetMap("m"));
        doc.Transact(_ =>
        {
            for (var at = 0; at < 100_000; at++)
                array.Insert(0, (object?)null);
            for (var at = 0; at < 100_000; at++)
                text.Insert(0, "x");
            for (var at = 0; at < 100_000; at++)
                doc.GetArray("b").Insert(0, new YMap());
            for (var at = 0; at < 100_000; at++)
                map[at % 2 == 0 ? "x" : "y"] = at;
        });
        var state = doc.EncodeStateAsUpdateV2();
        Assert.InRange(state.Length, 200_000, 200_200);
        Assert.Equal(state, new ColdDocument(state).Load().EncodeStateAsUpdateV2());
    }

    /// <summary>Each weighs no more than it may; what waits is put together nevertheless, whatever it weighs then.</summary>
    [Fact]
    public void The_past_of_a_document_with_more_structs_than_any_update_may_state_can_be_seen()
    {
        var doc = new YDoc(new YDocOptions { Gc = false });
        var map = doc.GetMap("m");
        doc.Transact(_ =>
        {
            for (var at = 0; at <= Limits.StructsAlways / 2; at++)
                (map["x"], map["y"]) = (at, at);
        });
        var then = Snapshot.Of(doc);
        map["x"] = "later";
        Assert.Equal((double)(Limits.StructsAlways / 2), then.Restore(doc).GetMap("m")["x"]);
    }

    [Fact]
    public void What_waits_keeps_nobody_from_the_rest()
    {
        const int structs = 700_000;
        var doc = new YDoc();
        doc.GetText("t").Insert(0, "precious");
        for (var client = 1UL; client <= 2; client++)
            doc.ApplyUpdateV2(Run(ContentKind.Gc, structs, client, clock: 5));
        Assert.True(doc.HasPendingStructs);
        var copy = new YDoc();
        copy.ApplyUpdate(doc.EncodeStateAsUpdate());
        Assert.Equal("precious", copy.GetText("t").ToString());
        Assert.True(copy.HasPendingStructs);
        for (var client = 1UL; client <= 2; client++)
            copy.ApplyUpdateV2(Run(ContentKind.Gc, 5, client));
        Assert.False(copy.HasPendingStructs);
        Assert.Equal(structs + 5, copy.StateVector[2]);
    }

    private static long Allocated(Action act)
    {
        act();
        var before = GC.GetAllocatedBytesForCurrentThread();
        act();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>Structs of one kind, each put in before the one that came earlier, as runs wherever the format has them.</summary>
    private static byte[] Run(ContentKind kind, int structs, ulong client = 7, int clock = 0)
    {
        var columns = new UpdateWriterV2.Columns();
        var writer = new UpdateWriterV2(columns);
        writer.Rest.VarUint(1);
        writer.Rest.VarUint(structs);
        writer.Client(client);
        writer.Rest.VarUint(clock);
        for (var at = 0; at < structs; at++)
        {
            var block = new UpdateBlock
            {
                Kind = kind,
                Length = 1,
                ParentName = "t",
                HasRightOrigin = at > 0,
                RightOriginClient = client,
                RightOriginClock = clock + at - 1,
                Content = kind switch
                {
                    ContentKind.Binary => Array.Empty<byte>(),
                    ContentKind.String => "x",
                    ContentKind.Format => new FormatMark("k", true),
                    ContentKind.Type => new TypeContent(TypeRef.Map, null),
                    ContentKind.Any => new List<object?> { true },
                    ContentKind.Doc => new SubdocContent("", Gc: true, AutoLoad: false, ShouldLoad: false, Meta: null),
                    _ => true,
                },
            };
            block.Write(writer, 0);
        }
        writer.Rest.VarUint(0);
        return columns.ToArray();
    }
}
