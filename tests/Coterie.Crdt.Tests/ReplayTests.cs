using Coterie.Crdt.Structs;
using Coterie.Crdt.Tests.Vectors;

namespace Coterie.Crdt.Tests;

/// <summary>The same edits at the same clients emit the bytes that Yjs emitted.</summary>
public sealed class ReplayTests
{
    [Fact]
    public void Every_step_emits_the_update_of_Yjs_byte_for_byte() =>
        Corpus.ForEach(static session => Check(session, Shortcuts.All));

    [Fact]
    public void Every_step_emits_it_without_short_cuts_too() =>
        Corpus.ForEach(static session => Check(session, Shortcuts.None));

    internal static void Check(Session session, Shortcuts shortcuts)
    {
        var replay = new Replay(session, shortcuts);
        replay.Run();
        for (var at = 0; at < replay.Updates.Length; at++)
        {
            Same(session, at, "v1", replay.Updates[at].V1);
            Same(session, at, "v2", replay.Updates[at].V2);
        }
        if (session["encoded"] is object?[] states)
            for (var client = 0; client < states.Length; client++)
                Assert.Equal(states[client], Convert.ToBase64String(replay.Doc(client).EncodeStateAsUpdate()));
    }

    private static void Same(Session session, int at, string codec, byte[] emitted) =>
        Assert.True(
            emitted.AsSpan().SequenceEqual(session.Update(at, codec)),
            $"update {at}: {Convert.ToBase64String(emitted)} instead of {session.Updates[at][codec]}"
        );
}
