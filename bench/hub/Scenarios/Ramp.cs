using System.Runtime.InteropServices;
using Coterie.Bench.Hub.Contenders;
using Coterie.Bench.Hub.Report;

namespace Coterie.Bench.Hub.Scenarios;

/// <summary>
/// More and more keys per second, until the 99th percentile passes 100 ms or a tenth is missing; the answer is what was
/// really delivered in the best second before that. A step that fails is tried once more, because a busy disk can stall for longer
/// than the bound; after the second failure one step in between is tried.
/// </summary>
internal static class Ramp
{
    private const double FirstDeliveriesPerSecond = 2_000;
    private const double Factor = 1.5;
    private const double MostMilliseconds = 100; // of the 99th percentile
    private const double LeastShare = 0.9; // delivered of offered
    private const int MostSteps = 22; // 2,000 × 1.5^21 is 10 million, more than the generator can take

    public static async Task RunAsync(Contender contender, int rooms, int perRoom, Results results)
    {
        using var crowd = new Crowd(contender);
        await crowd.GatherAsync(rooms, perRoom, files: rooms == 1 ? 16 : 2);
        Typing.Run(crowd, FirstDeliveriesPerSecond / (perRoom - 1), Options.Seconds(2, 1));

        var best = default(Step);
        var offered = FirstDeliveriesPerSecond;
        for (var step = 0; step < MostSteps && (Holds(offered) || Holds(offered)); step++)
            offered *= Factor;
        Holds(offered / Math.Sqrt(Factor));

        var scenario = $"ramp {rooms}×{perRoom}";
        results.Add(scenario, contender, "deliveries per second", "/s", best.Rate);
        results.Add(scenario, contender, "processor per delivery", "µs", best.ProcessorMicroseconds);
        if (best.AllocatedBytes > 0)
            results.Add(scenario, contender, "allocated per delivery", "B", best.AllocatedBytes);

        bool Holds(double deliveriesPerSecond)
        {
            if (!Typing.Drain(crowd, perRoom))
                return false;
            crowd.Tally.Restart();
            var processor = crowd.Server.ProcessorTime;
            var allocated = crowd.Server.AllocatedBytes;
            var rate = Typing.Run(crowd, deliveriesPerSecond / (perRoom - 1), Options.Seconds(1.5, 0.8));
            var p99 = crowd.Tally.Delivery.Milliseconds(0.99);
            if (!(p99 <= MostMilliseconds) || rate < LeastShare * deliveriesPerSecond)
                return false;
            var deliveries = (double)crowd.Tally.Deliveries;
            best = new Step(
                rate,
                (crowd.Server.ProcessorTime - processor).TotalMicroseconds / deliveries,
                (crowd.Server.AllocatedBytes - allocated) / deliveries
            );
            return true;
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Step(double Rate, double ProcessorMicroseconds, double AllocatedBytes);
}
