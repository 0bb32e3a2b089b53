using System.Diagnostics;
using Coterie.Bench.Hub.Contenders;
using Coterie.Bench.Hub.Report;

namespace Coterie.Bench.Hub.Scenarios;

/// <summary>From starting the process on a directory that holds a room to the first person in that room.</summary>
internal static class Start
{
    public static void Run(Contender contender, Results results)
    {
        using var crowd = new Crowd(contender);
        crowd.Gather(1, 1);
        crowd.KillAndRestart();
        crowd.JoinLate();
        var time = Stopwatch.GetElapsedTime(crowd.Server.Started).TotalMilliseconds;
        results.Add("start", contender, "process to first sync", "ms", time);
    }
}
