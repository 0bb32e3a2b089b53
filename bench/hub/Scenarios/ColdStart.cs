using System.Diagnostics;
using Coterie.Bench.Hub.Contenders;
using Coterie.Bench.Hub.Report;

namespace Coterie.Bench.Hub.Scenarios;

/// <summary>From starting the process on a directory that holds a room to the first person in that room.</summary>
internal static class ColdStart
{
    public static async Task RunAsync(Contender contender, Results results)
    {
        if (!contender.Keeps)
            return;
        using var crowd = new Crowd(contender);
        await crowd.GatherAsync(1, 1);
        crowd.KillAndRestart();
        crowd.JoinLate();
        var time = Stopwatch.GetElapsedTime(crowd.Server.Started).TotalMilliseconds;
        results.Add("start", contender, "process to first sync", "ms", time);
    }
}
