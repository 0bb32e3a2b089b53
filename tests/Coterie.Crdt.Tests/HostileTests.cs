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
}
