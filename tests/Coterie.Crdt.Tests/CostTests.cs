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
        const int names = 1_000_000;
        var writer = Update(kind: 8);
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
        Assert.Equal(Enumerable.Range(1, names).Select(static name => $"{name}").Append("last"), value.Keys);
        Assert.True(Coterie.Crdt.Update.Merge([.. writer.Written], doc.EncodeStateAsUpdate()).Length > names);
    }

    /// <summary>An update of client 1 with one struct in the root "t", up to its content.</summary>
    private static ByteWriter Update(byte kind)
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
