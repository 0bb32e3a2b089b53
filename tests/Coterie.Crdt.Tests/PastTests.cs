using Coterie.Crdt.Tests.Vectors;

namespace Coterie.Crdt.Tests;

/// <summary>Snapshots and positions that Yjs took in the course of a session.</summary>
public sealed class PastTests
{
    [Fact]
    public void A_snapshot_is_that_of_Yjs_and_restores_what_was() =>
        Corpus.ForEach(session =>
        {
            var snapshots = Session.Objects(session["snapshots"]);
            var replay = new Replay(session);
            replay.AfterStep = step =>
            {
                foreach (var recorded in snapshots)
                    if ((double)recorded["afterStep"]! == step)
                        Take(replay.Doc((int)(double)recorded["c"]!), session, recorded);
            };
            replay.Run();
            foreach (var recorded in snapshots)
                Restore(replay.Doc((int)(double)recorded["c"]!), session, recorded);
        });

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
