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

    /// <summary>An update of client 1 with one struct in the root "t", up to its content.</summary>
    private static ByteWriter UpdateOf(byte kind)
    {
        var writer = new ByteWriter();
        writer.VarUint(1);
        writer.VarUint(1);
        writer.VarUint(1);
        writer.VarUint(0);
        writer.Byte(kind);
        writer.Byte(1);
        writer.VarString("t");
        return writer;
    }
}
