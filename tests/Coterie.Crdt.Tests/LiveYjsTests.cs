using System.Diagnostics;
using System.Globalization;
using Coterie.Crdt.Structs;
using Coterie.Crdt.Tests.Vectors;

namespace Coterie.Crdt.Tests;

/// <summary>
/// Sessions that a Yjs in Node makes at this moment, from a seed nobody chose: the same edits emit the same bytes, and every
/// order of delivery gives the same content and the same encoded state. COTERIE_FUZZ_SECONDS says how long,
/// COTERIE_FUZZ_OPERATIONS instead how many operations, COTERIE_FUZZ_SEED where to begin.
/// </summary>
public sealed class LiveYjsTests
{
    private const int SecondsByDefault = 4;
    private const int SessionLength = 40;

    /// <summary>Sessions between two lines that say how far a long run has come.</summary>
    private const int SessionsPerLine = 500;

    /// <summary>How long Node may be silent before it is taken to hang.</summary>
    private static readonly TimeSpan MostSilence = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Sessions_made_just_now_are_the_same_here_and_in_Yjs()
    {
        var output = TestContext.Current.TestOutputHelper!;
        var seed = Setting("COTERIE_FUZZ_SEED") ?? Environment.TickCount & 0xff_ffff;
        output.WriteLine($"seed {seed}");
        var most = Setting("COTERIE_FUZZ_OPERATIONS");
        var time = TimeSpan.FromSeconds(Setting("COTERIE_FUZZ_SECONDS") ?? SecondsByDefault);
        var clock = Stopwatch.StartNew();
        using var yjs = Start(seed);
        using var silence = new CancellationTokenSource();
        var (sessions, operations) = (0, 0);
        while (most is null ? clock.Elapsed < time : operations < most)
        {
            silence.CancelAfter(MostSilence);
            if (await yjs.StandardOutput.ReadLineAsync(silence.Token) is not { } line)
                break;
            var session = Session.Parse($"seed {seed}, session {sessions}", line);
            try
            {
                Check(session, seed + sessions);
            }
            catch
            {
                yjs.Kill();
                throw;
            }
            operations += Operations(session);
            if (++sessions % SessionsPerLine == 0 && most is not null)
                await Console.Out.WriteLineAsync($"{operations} operations in {sessions} sessions, seed {seed}");
        }
        yjs.Kill();
        output.WriteLine($"{operations} operations in {sessions} sessions, {clock.Elapsed.TotalSeconds:0} s");
        Assert.True(sessions > 0 && operations >= (most ?? 0), $"Node made only {sessions} sessions");
    }

    private static void Check(Session session, int seed)
    {
        try
        {
            UpdateTests.CheckObfuscated(session);
            foreach (var shortcuts in Ways(seed))
            {
                ReplayTests.Check(session, shortcuts);
                DeliveryTests.Check(session, shortcuts);
                PastTests.CheckSnapshots(session, shortcuts);
            }
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Assert.Fail(
                $"{session.Name} ({session.Kind}, node generate.mjs {seed} 1 {SessionLength} {session.Kind}): {error}"
            );
        }
    }

    /// <summary>Edits, undos and received updates of a session, those of its four orders of delivery too.</summary>
    private static int Operations(Session session) =>
        session.Steps.Sum(static step =>
            (string)step["t"]! switch
            {
                "tx" => Session.Objects(step["ops"]).Length,
                "recv" => Session.Ints(step["u"]).Length,
                _ => 1,
            }
        ) + session.Deliveries.Sum(static delivery => Session.Ints(delivery["seq"]).Length);

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : null;

    /// <summary>With every path that exists for speed, with none, and with some.</summary>
    private static Shortcuts[] Ways(int seed) =>
        [Shortcuts.All, Shortcuts.None, (Shortcuts)new Random(seed).Next((int)Shortcuts.All)];

    private static Process Start(int seed)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "../../../yjs/generate.mjs");
        return Process.Start(
            new ProcessStartInfo("node", [script, $"{seed}", "1000000", $"{SessionLength}"])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
    }
}
