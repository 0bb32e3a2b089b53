using System.Diagnostics;
using System.Globalization;
using Coterie.Crdt.Structs;
using Coterie.Crdt.Tests.Vectors;

namespace Coterie.Crdt.Tests;

/// <summary>
/// Sessions that a Yjs in Node makes at this moment, from a seed nobody chose: the same edits emit the same bytes, and every
/// order of delivery gives the same content and the same encoded state. COTERIE_FUZZ_SECONDS says how long.
/// </summary>
public sealed class LiveYjsTests
{
    private const int SecondsByDefault = 4;
    private const int SessionLength = 40;

    /// <summary>Seconds after which Node is taken to hang.</summary>
    private const int MostSilence = 60;

    [Fact]
    public async Task Sessions_made_just_now_are_the_same_here_and_in_Yjs()
    {
        var output = TestContext.Current.TestOutputHelper!;
        var seed = Environment.TickCount & 0xff_ffff;
        output.WriteLine($"seed {seed}");
        var seconds = Environment.GetEnvironmentVariable("COTERIE_FUZZ_SECONDS") is { } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : SecondsByDefault;
        var clock = Stopwatch.StartNew();
        using var yjs = Start(seed);
        using var silence = new CancellationTokenSource(TimeSpan.FromSeconds(seconds + MostSilence));
        var count = 0;
        while (
            clock.Elapsed.TotalSeconds < seconds && await yjs.StandardOutput.ReadLineAsync(silence.Token) is { } line
        )
        {
            var session = Session.Parse($"seed {seed}, session {count}", line);
            try
            {
                UpdateTests.CheckObfuscated(session);
                foreach (var shortcuts in Ways(seed + count))
                {
                    ReplayTests.Check(session, shortcuts);
                    DeliveryTests.Check(session, shortcuts);
                    PastTests.CheckSnapshots(session, shortcuts);
                }
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                Assert.Fail(
                    $"{session.Name} ({session.Kind}, node generate.mjs {seed + count} 1 {SessionLength}): {error}"
                );
            }
            count++;
        }
        yjs.Kill();
        output.WriteLine($"{count} sessions in {seconds} s");
        Assert.True(count > 0, "Node made no session");
    }

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
