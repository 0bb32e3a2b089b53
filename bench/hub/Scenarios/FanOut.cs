using Coterie.Bench.Hub.Contenders;
using Coterie.Bench.Hub.Report;

namespace Coterie.Bench.Hub.Scenarios;

/// <summary>Everybody types at a brisk human pace: how long until the others have a key, and until its author reads "saved".</summary>
internal static class FanOut
{
    private const int KeysPerSecond = 5; // of one person

    public static async Task RunAsync(Contender contender, int rooms, int perRoom, Results results)
    {
        using var crowd = new Crowd(contender);
        await crowd.GatherAsync(rooms, perRoom);
        var rate = (double)KeysPerSecond * crowd.People.Count;
        Typing.Run(crowd, rate, Options.Seconds(3, 1.5));
        Typing.Drain(crowd, perRoom);
        crowd.Tally.Restart();
        var processor = crowd.Server.ProcessorTime;
        var allocated = crowd.Server.AllocatedBytes;
        Typing.Run(crowd, rate, Options.Seconds(8, 3));
        processor = crowd.Server.ProcessorTime - processor;
        allocated = crowd.Server.AllocatedBytes - allocated;
        if (!Typing.Drain(crowd, perRoom))
            results.Note($"{contender.Name} {rooms}×{perRoom}: keys were missing 10 s after the last one was typed");

        var scenario = $"fan-out {rooms}×{perRoom}";
        var tally = crowd.Tally;
        results.Add(scenario, contender, "delivered p50", "ms", tally.Delivery.Milliseconds(0.50));
        results.Add(scenario, contender, "delivered p95", "ms", tally.Delivery.Milliseconds(0.95));
        results.Add(scenario, contender, "delivered p99", "ms", tally.Delivery.Milliseconds(0.99));
        if (tally.Ack.Count > 0)
        {
            results.Add(scenario, contender, "acknowledged p50", "ms", tally.Ack.Milliseconds(0.50));
            results.Add(scenario, contender, "acknowledged p99", "ms", tally.Ack.Milliseconds(0.99));
        }
        results.Add(
            scenario,
            contender,
            "processor per delivery",
            "µs",
            processor.TotalMicroseconds / tally.Deliveries
        );
        if (allocated > 0)
            results.Add(scenario, contender, "allocated per delivery", "B", (double)allocated / tally.Deliveries);
    }
}
