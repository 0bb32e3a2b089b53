using Coterie.Crdt.Structs;
using Coterie.Crdt.Tests.Vectors;

namespace Coterie.Crdt.Tests;

/// <summary>Updates of real Yjs in four orders: in order, reversed, shuffled, and shuffled with duplicates; both formats.</summary>
public sealed class DeliveryTests
{
    [Fact]
    public void Every_delivery_gives_the_content_and_the_state_vector_of_Yjs() =>
        Corpus.ForEach(static session => Check(session, Shortcuts.All));

    [Fact]
    public void Every_delivery_gives_them_without_short_cuts_too() =>
        Corpus.ForEach(static session => Check(session, Shortcuts.None));

    /// <summary>Sessions in which copies of Yjs itself end up different: any end is right, as long as the structure holds.</summary>
    [Fact]
    public void Where_Yjs_disagrees_with_itself_the_structure_still_holds()
    {
        var count = 0;
        foreach (var session in Corpus.Divergent())
        {
            foreach (var delivery in session.Deliveries)
            {
                var doc = new YDoc(new YDocOptions { Gc = delivery["gc"] is true });
                foreach (var update in Session.Ints(delivery["seq"]))
                {
                    Apply(doc, session.Update(update, (string)delivery["codec"]!), (string)delivery["codec"]!);
                    doc.CheckInvariants();
                }
                State.Of(doc, session.Roots);
                Assert.Equal(session.Final["stateVector"], Convert.ToBase64String(doc.StateVector.Encode()));
            }
            count++;
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"{count} sessions; only the larger corpus has such");
    }

    internal static void Check(Session session, Shortcuts shortcuts)
    {
        for (var at = 0; at < session.Deliveries.Length; at++)
            Deliver(session, session.Deliveries[at], $"delivery {at}", shortcuts);
    }

    private static void Deliver(Session session, ValueObject delivery, string what, Shortcuts shortcuts)
    {
        var codec = (string)delivery["codec"]!;
        var doc = new YDoc(new YDocOptions { Gc = delivery["gc"] is true, Shortcuts = shortcuts });
        doc.Store.StepsBeforeOrder = 0;
        var sequence = Session.Ints(delivery["seq"]);
        var checkpoints = Session.Objects(delivery["checkpoints"]);
        for (var at = 0; at < sequence.Length; at++)
        {
            Apply(doc, session.Update(sequence[at], codec), codec);
            doc.CheckInvariants();
            foreach (var checkpoint in checkpoints)
                if ((double)checkpoint["after"]! == at + 1)
                    Check(session, doc, checkpoint, $"{what} after {at + 1}");
        }
        Assert.Equal(State.Expected(session.Final["state"]), State.Of(doc, session.Roots));
        CheckBytes(session, doc, delivery, what);
    }

    private static void Check(Session session, YDoc doc, ValueObject checkpoint, string what)
    {
        Assert.True(Equals(checkpoint["pending"], doc.HasPendingStructs), $"{what}: structs wait or not");
        Assert.True(Equals(checkpoint["pendingDs"], doc.HasPendingDeletes), $"{what}: deletions wait or not");
        Assert.Equal(Session.Base64(checkpoint["sv"]), doc.StateVector.Encode());
        Assert.Equal(State.Expected(checkpoint["state"]), State.Of(doc, session.Roots));
    }

    /// <summary>
    /// The state is encoded as Yjs does it. Clean-up of rich text depends on the order of delivery, so there the session gives no
    /// bytes but for some orders.
    /// </summary>
    private static void CheckBytes(Session session, YDoc doc, ValueObject delivery, string what)
    {
        Assert.True(
            doc.StateVector.Encode().AsSpan().SequenceEqual(Session.Base64(session.Final["stateVector"])),
            $"{what}: another state vector"
        );
        if (delivery.TryGetValue("encodedV1", out var v1))
            Assert.Equal((string)v1!, Convert.ToBase64String(doc.EncodeStateAsUpdate()));
        if (delivery.TryGetValue("encodedV2", out var v2))
            Assert.Equal((string)v2!, Convert.ToBase64String(doc.EncodeStateAsUpdateV2()));
    }

    private static void Apply(YDoc doc, byte[] update, string codec)
    {
        if (codec == "v1")
            doc.ApplyUpdate(update);
        else
            doc.ApplyUpdateV2(update);
    }
}
