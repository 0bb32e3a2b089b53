using Coterie.Crdt.Structs;
using Coterie.Crdt.Tests.Vectors;

namespace Coterie.Crdt.Tests;

/// <summary>Snapshots and positions that Yjs took in the course of a session.</summary>
public sealed class PastTests
{
    [Fact]
    public void A_snapshot_is_that_of_Yjs_and_restores_what_was() =>
        Corpus.ForEach(static session => CheckSnapshots(session, Shortcuts.All));

    internal static void CheckSnapshots(Session session, Shortcuts shortcuts)
    {
        var snapshots = Session.Objects(session["snapshots"]);
        var replay = new Replay(session, shortcuts);
        replay.AfterStep = step =>
        {
            foreach (var recorded in snapshots)
                if ((double)recorded["afterStep"]! == step)
                    Take(replay.Doc((int)(double)recorded["c"]!), session, recorded);
        };
        replay.Run();
        foreach (var recorded in snapshots)
        {
            var doc = replay.Doc((int)(double)recorded["c"]!);
            Restore(doc, session, recorded);
            Compare(doc, recorded, snapshots);
            if (recorded.GetValueOrDefault("contains") is object?[] contains)
                CheckContained(session, recorded, contains);
        }
    }

    [Fact]
    public void A_position_is_that_of_Yjs_and_is_found_again() =>
        Corpus.ForEach(session =>
        {
            var positions = Session.Objects(session["relativePositions"]);
            var replay = new Replay(session);
            replay.AfterStep = step =>
            {
                foreach (var recorded in positions)
                    if ((double)recorded["afterStep"]! == step)
                        Note(replay.Doc((int)(double)recorded["c"]!), session, recorded);
            };
            replay.Run();
            foreach (var recorded in positions)
            {
                // Only who undid knows what was made anew: it is the first client's document that Yjs asked.
                var doc = replay.Doc(0);
                foreach (var update in session.Updates)
                    doc.ApplyUpdate(Session.Base64(update["v1"]));
                var found = RelativePosition.Decode(Session.Base64(recorded["bin"])).In(doc);
                Assert.Equal(recorded["finalIndex"], (double?)found?.Index);
            }
        });

    private static void Take(YDoc doc, Session session, ValueObject recorded)
    {
        Assert.Equal(State.Expected(recorded["state"]), State.Of(doc, session.Roots));
        var snapshot = Snapshot.Of(doc);
        Assert.Equal((string)recorded["v1"]!, Convert.ToBase64String(snapshot.Encode()));
        Assert.Equal((string)recorded["v2"]!, Convert.ToBase64String(snapshot.EncodeV2()));
    }

    /// <summary>Half a surrogate pair that was cut since cannot be restored, in Yjs neither; then the two are still equal.</summary>
    private static void Restore(YDoc doc, Session session, ValueObject recorded)
    {
        foreach (
            var snapshot in new[]
            {
                Snapshot.Decode(Session.Base64(recorded["v1"])),
                Snapshot.DecodeV2(Session.Base64(recorded["v2"])),
            }
        )
        {
            var restored = snapshot.Restore(doc);
            restored.CheckInvariants();
            doc.CheckInvariants();
            Assert.Equal(State.Expected(recorded["restored"]), State.Of(restored, session.Roots));
        }
    }

    /// <summary>Each text then, since then, and between the client's snapshot before and this one.</summary>
    private static void Compare(YDoc doc, ValueObject recorded, ValueObject[] snapshots)
    {
        if (recorded.GetValueOrDefault("deltas") is not ValueObject deltas)
            return;
        var then = Snapshot.Decode(Session.Base64(recorded["v1"]));
        var before = snapshots.LastOrDefault(each =>
            (double)each["c"]! == (double)recorded["c"]! && (double)each["afterStep"]! < (double)recorded["afterStep"]!
        );
        var previous = before is null ? Snapshot.Empty : Snapshot.Decode(Session.Base64(before["v1"]));
        foreach (var (name, recordedDeltas) in deltas)
        {
            var text = doc.GetText(name);
            var expected = (ValueObject)recordedDeltas!;
            Assert.Equal(State.Expected(expected["was"]), State.Of(text.ToDelta(then)));
            Assert.Equal(State.Expected(expected["since"]), State.Of(text.ToDelta(null, then)));
            Assert.Equal(State.Expected(expected["between"]), State.Of(text.ToDelta(then, previous)));
            Assert.Equal(State.Expected(expected["who"]), State.Of(text.ToDelta(then, previous, Who)));
            doc.CheckInvariants();
        }
    }

    private static ValueObject Who(YChange change, StructId id) =>
        new() { ["user"] = (double)id.Client, ["type"] = change == YChange.Added ? "added" : "removed" };

    private static void CheckContained(Session session, ValueObject recorded, object?[] contains)
    {
        var snapshot = Snapshot.DecodeV2(Session.Base64(recorded["v2"]));
        for (var at = 0; at < contains.Length; at++)
        {
            Assert.Equal(contains[at], snapshot.Contains(session.Update(at, "v1")));
            Assert.Equal(contains[at], snapshot.ContainsV2(session.Update(at, "v2")));
        }
    }

    [Fact]
    public void A_past_is_restored_into_a_document_of_ones_own()
    {
        var doc = new YDoc(new YDocOptions { Gc = false });
        doc.GetText("t").Insert(0, "then");
        var then = Snapshot.Of(doc);
        doc.GetText("t").Delete(0, 4);
        var into = new YDoc(new YDocOptions { Gc = false, Guid = "own" });
        Assert.Same(into, then.Restore(doc, into));
        Assert.Equal("then", into.GetText("t").ToString());
        Assert.Throws<InvalidOperationException>(() => then.Restore(new YDoc()));
    }

    private static void Note(YDoc doc, Session session, ValueObject recorded)
    {
        var root = (string)recorded["root"]!;
        var type = State.Root(doc, root, (string)session.Roots[root]!);
        var index = (int)(double)recorded["index"]!;
        var position = RelativePosition.At(type, index, (int)(double)recorded["assoc"]!);
        Assert.Equal((string)recorded["bin"]!, Convert.ToBase64String(position.Encode()));
        Assert.Equal(position with { Root = null }, RelativePosition.Decode(position.Encode()) with { Root = null });
    }
}
