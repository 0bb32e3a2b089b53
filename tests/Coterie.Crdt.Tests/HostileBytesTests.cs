using System.Diagnostics;
using Coterie.Crdt.Tests.Vectors;

namespace Coterie.Crdt.Tests;

/// <summary>Whatever takes bytes without a document gives a value or an <see cref="InvalidUpdateException"/>, whatever the bytes.</summary>
public sealed class HostileBytesTests
{
    /// <summary>COTERIE_FUZZ_SECONDS says otherwise.</summary>
    private static readonly int Seconds = Environment.GetEnvironmentVariable("COTERIE_FUZZ_SECONDS") is { } text
        ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)
        : 2;

    /// <summary>What takes an update of either format, with another one to work on together.</summary>
    private static readonly Dictionary<string, Action<byte[], byte[]>> Takers = new(StringComparer.Ordinal)
    {
        ["merge"] = static (update, other) => Update.Merge(update, other, update),
        ["merge v2"] = static (update, other) => Update.MergeV2(other, update),
        ["diff"] = static (update, other) => Update.Diff(update, Known(other)),
        ["diff v2"] = static (update, other) => Update.DiffV2(update, Known(other)),
        ["diff of anything"] = static (update, other) => Update.Diff(other, update),
        ["to v2"] = static (update, _) => Update.ToV2(update),
        ["to v1"] = static (update, _) => Update.ToV1(update),
        ["obfuscate"] = static (update, _) => Update.Obfuscate(update),
        ["obfuscate v2"] = static (update, _) => Update.ObfuscateV2(update),
        ["state vector of"] = static (update, _) => Update.StateVectorOf(update),
        ["state vector of v2"] = static (update, _) => Update.StateVectorOfV2(update),
        ["meta"] = static (update, _) => Update.MetaOf(update),
        ["meta v2"] = static (update, _) => Update.MetaOfV2(update),
        ["contains"] = static (update, _) => Snapshot.Empty.Contains(update),
        ["contains v2"] = static (update, _) => Snapshot.Empty.ContainsV2(update),
        ["state vector"] = static (update, _) => StateVector.Decode(update),
        ["snapshot"] = static (update, _) => Snapshot.Decode(update),
        ["snapshot v2"] = static (update, _) => Snapshot.DecodeV2(update),
        ["position"] = static (update, _) => RelativePosition.Decode(update),
        ["websocket"] = static (update, _) => WebsocketMessage.Read(update),
        ["sync"] = static (bytes, other) => SyncProtocol.Read(bytes, out var _),
        ["awareness"] = static (update, _) => new Awareness(new YDoc()).Apply(update),
    };

    [Fact]
    public void Damaged_bytes_are_taken_or_refused()
    {
        var seed = Environment.TickCount & 0xff_ffff;
        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var sessions = Corpus.Sessions().Take(40).ToArray();
        var (taken, refused) = (0, 0);
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < Seconds)
        {
            var (update, other) = (Drawn(random, sessions), Drawn(random, sessions));
            if (random.Next(4) > 0)
                HostileTests.Damage(random, ref update);
            foreach (var (name, take) in Takers)
                try
                {
                    take(update, other);
                    taken++;
                }
                catch (InvalidUpdateException)
                {
                    refused++;
                }
                catch (Exception error) when (error is not OutOfMemoryException)
                {
                    Assert.Fail(
                        $"seed {seed}, {name} of {Convert.ToHexString(update)} with {Convert.ToHexString(other)}: {error}"
                    );
                }
        }
        output.WriteLine($"{taken} taken, {refused} refused");
        Assert.True(taken > 0 && refused > 0);
    }

    /// <summary>What merge, diff and conversion make of bytes that they take is an update again, and means the same.</summary>
    [Fact]
    public void What_was_made_of_damaged_updates_is_an_update()
    {
        var seed = Environment.TickCount & 0xff_ffff;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var sessions = Corpus.Sessions().Take(40).ToArray();
        var made = 0;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < Seconds)
        {
            var (update, other) = (Drawn(random, sessions), Drawn(random, sessions));
            HostileTests.Damage(random, ref update);
            byte[][] results;
            try
            {
                results = [Update.Merge(update, other), Update.Diff(update, [0]), Update.Obfuscate(update)];
            }
            catch (InvalidUpdateException)
            {
                continue;
            }
            made++;
            foreach (var result in results)
                Assert.True(
                    Update
                        .ToV1(Update.ToV2(result))
                        .AsSpan()
                        .SequenceEqual(Update.ToV1(Update.ToV2(Update.ToV1(Update.ToV2(result))))),
                    $"seed {seed}: {Convert.ToHexString(update)} with {Convert.ToHexString(other)}"
                );
        }
        Assert.True(made > 0, "every update was refused");
    }

    /// <summary>A snapshot may come from anywhere: of a document that has no such clocks, or with a cut inside a surrogate pair.</summary>
    [Fact]
    public void Any_snapshot_shows_some_past_of_a_document()
    {
        var seed = Environment.TickCount & 0xff_ffff;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var sessions = Corpus.Sessions().Where(static session => session.Roots.ContainsValue("text")).ToArray();
        var shown = 0;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < Seconds)
        {
            var session = sessions[random.Next(sessions.Length)];
            var doc = new YDoc(new YDocOptions { Gc = random.Next(2) == 0 });
            State.Of(doc, session.Roots);
            var moments = new List<byte[]>();
            foreach (var update in session.Updates)
            {
                doc.ApplyUpdate(Session.Base64(update["v1"]));
                moments.Add(Snapshot.Of(doc).Encode());
            }
            var state = doc.EncodeStateAsUpdate();
            for (var n = 0; n < 10; n++)
                if (TrySnapshot(random, moments) is { } then && TrySnapshot(random, moments) is { } previous)
                {
                    foreach (var (name, type) in session.Roots)
                        if (type is "text")
                            doc.GetText(name).ToDelta(then, previous);
                    if (!doc.Gc)
                        then.Restore(doc).CheckInvariants();
                    doc.CheckInvariants();
                    shown++;
                }
            // Cuts are mended; only a pair that was cut stays two replacement characters, as in Yjs.
            if (session.Kind is not ("surrogate" or "mixed" or "bulk"))
                Assert.True(state.AsSpan().SequenceEqual(doc.EncodeStateAsUpdate()), $"seed {seed}: {session.Name}");
        }
        Assert.True(shown > 0, "no snapshot could be read");
    }

    private static Snapshot? TrySnapshot(Random random, List<byte[]> moments)
    {
        var bytes = moments[random.Next(moments.Count)];
        if (random.Next(2) == 0)
            HostileTests.Damage(random, ref bytes);
        try
        {
            return Snapshot.Decode(bytes);
        }
        catch (InvalidUpdateException)
        {
            return null;
        }
    }

    private static byte[] Drawn(Random random, Session[] sessions)
    {
        var session = sessions[random.Next(sessions.Length)];
        return session.Update(random.Next(session.Updates.Length), random.Next(2) == 0 ? "v1" : "v2");
    }

    private static byte[] Known(byte[] update)
    {
        try
        {
            return Update.StateVectorOf(update).Encode();
        }
        catch (InvalidUpdateException)
        {
            return [0];
        }
    }
}
