using Coterie.Bench.Hub.Contenders;
using Coterie.Bench.Hub.Report;

namespace Coterie.Bench.Hub.Scenarios;

/// <summary>People who joined rooms of fifty and do nothing: resident memory of the server for each, and what stays after they left.</summary>
internal static class IdleMemory
{
    private const int PerRoom = 50;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(Contender contender, int people, Results results)
    {
        using var crowd = new Crowd(contender);
        crowd.Loop.RunFor(TimeSpan.FromSeconds(1));
        var before = crowd.Server.ResidentBytes;
        await crowd.GatherAsync(people / PerRoom, PerRoom);
        crowd.Loop.RunFor(Settling);
        var during = crowd.Server.ResidentBytes;
        crowd.Leave();
        crowd.Loop.RunFor(Settling);
        var after = crowd.Server.ResidentBytes;

        var scenario = $"idle {people:N0}";
        results.Add(scenario, contender, "memory per connection", "kB", (during - before) / 1e3 / people);
        results.Add(scenario, contender, "server before", "MB", before / 1e6);
        results.Add(scenario, contender, "kept after leaving", "MB", (after - before) / 1e6);
    }
}
