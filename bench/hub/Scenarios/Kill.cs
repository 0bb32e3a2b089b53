using Coterie.Bench.Hub.Contenders;
using Coterie.Bench.Hub.Report;

namespace Coterie.Bench.Hub.Scenarios;

/// <summary>
/// Ten people type without a pause; in the middle of it the server is killed with -9 and started again on what it had
/// stored. A keystroke is lost if it was acknowledged to its author, or shown to somebody else, and is not there any more.
/// </summary>
internal static class Kill
{
    private const int People = 10;
    private const double KeysPerSecond = 100; // of all together
    private const int KeysInFlight = 3; // of each, on their way when the server dies

    public static async Task RunAsync(Contender contender, Results results)
    {
        if (!contender.Keeps)
            return;
        using var crowd = new Crowd(contender);
        await crowd.GatherAsync(1, People);
        Typing.Run(crowd, KeysPerSecond, Options.Seconds(8, 5));
        Typing.Burst(crowd, KeysInFlight);
        var before = crowd.Tally;
        crowd.KillAndRestart();
        crowd.JoinLate();
        var after = crowd.Tally;

        int acked = 0;
        int seen = 0;
        int ackedLost = 0;
        int seenLost = 0;
        for (var author = 0; author < People; author++)
        {
            acked += before.AckedOf(author);
            seen += before.ReachedOf(author);
            ackedLost += Math.Max(0, before.AckedOf(author) - after.ReachedOf(author));
            seenLost += Math.Max(0, before.ReachedOf(author) - after.ReachedOf(author));
        }
        results.Add("kill -9", contender, "acknowledged", "keys", acked);
        results.Add("kill -9", contender, "acknowledged, then lost", "keys", ackedLost);
        results.Add("kill -9", contender, "seen by others", "keys", seen);
        results.Add("kill -9", contender, "seen by others, then lost", "keys", seenLost);
    }
}
