using Coterie.Crdt.Tests.Vectors;

namespace Coterie.Crdt.Tests;

/// <summary>A document that stays bytes is the same document: what it knows, what it gives to others, what it is when it is loaded.</summary>
public sealed class ColdDocumentTests
{
    [Fact]
    public void It_knows_gives_and_becomes_what_a_loaded_one_does() =>
        Corpus.ForEach(session =>
        {
            var cold = new ColdDocument();
            var warm = new YDoc();
            var half = new YDoc();
            var updates = session.Updates.ToArray();
            new Random(updates.Length).Shuffle(updates);
            for (var n = 0; n < updates.Length; n++)
            {
                var v1 = Session.Base64(updates[n]["v1"]);
                if (n % 2 == 0)
                    cold.ApplyUpdate(v1);
                else
                    cold.ApplyUpdateV2(Session.Base64(updates[n]["v2"]));
                warm.ApplyUpdate(v1);
                if (n < updates.Length / 2)
                    half.ApplyUpdate(v1);
            }
            Assert.Equal(warm.StateVector.Encode(), cold.StateVector.Encode());
            half.ApplyUpdate(cold.EncodeStateAsUpdate(half.StateVector.Encode()));
            var again = new ColdDocument(cold.EncodeStateAsUpdateV2());
            foreach (var same in new[] { cold.Load(), again.Load(), half })
            {
                same.CheckInvariants();
                Assert.Equal(warm.EncodeStateAsUpdate(), same.EncodeStateAsUpdate());
            }
        });

    [Fact]
    public void It_holds_its_bytes_and_refuses_what_is_no_update_without_a_trace()
    {
        var doc = new YDoc();
        var cold = new ColdDocument();
        doc.UpdatedV2 += (update, _) => cold.ApplyUpdateV2(update);
        var text = doc.GetText("t");
        for (var n = 0; n < 3_000; n++)
            text.Insert(n, "x");
        Assert.InRange(cold.Size, 1, 16_000);
        var before = cold.EncodeStateAsUpdateV2();
        Assert.Equal(cold.Size, before.Length);
        Assert.Throws<InvalidUpdateException>(() => cold.ApplyUpdate([1, 2, 3]));
        Assert.Throws<InvalidUpdateException>(() => cold.ApplyUpdateV2(before.AsSpan(0, before.Length - 1)));
        Assert.Throws<InvalidUpdateException>(() => new ColdDocument([1, 2, 3]));
        Assert.Throws<InvalidUpdateException>(() => cold.EncodeStateAsUpdate([255]));
        Assert.Equal(before, cold.EncodeStateAsUpdateV2());
        Assert.Equal(new string('x', 3_000), cold.Load().GetText("t").ToString());
    }
}
