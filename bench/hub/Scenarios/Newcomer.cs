using Coterie.Bench.Hub.Contenders;
using Coterie.Bench.Hub.Report;

namespace Coterie.Bench.Hub.Scenarios;

/// <summary>A document of ten thousand keystrokes, in the server's memory: how long until a newcomer holds all of it.</summary>
internal static class Newcomer
{
    private const int Keystrokes = 10_000;
    private const int Batch = 2_500; // a record must be within 4,096 positions of what its author had seen
    private const double KeysPerSecond = 4_000;
    private const int Joins = 5; // of which the first is not counted: it warms the path

    public static async Task RunAsync(Contender contender, Results results)
    {
        using var crowd = new Crowd(contender);
        await crowd.GatherAsync(1, 2);
        for (var typed = 0; typed < Keystrokes; typed += Batch)
        {
            Typing.Run(crowd, KeysPerSecond, TimeSpan.FromSeconds(Batch / KeysPerSecond));
            if (!Typing.Drain(crowd, 2))
                throw new TimeoutException($"{contender.Name}: {Keystrokes} keystrokes did not arrive");
        }
        MeasureJoins("newcomer has everything");
        if (!crowd.People[0].WriteSnapshot(Keystrokes))
            return;
        crowd.Loop.RunFor(TimeSpan.FromSeconds(0.5));
        MeasureJoins("newcomer has everything, by a snapshot");

        void MeasureJoins(string metric)
        {
            crowd.JoinLate();
            for (var join = 1; join < Joins; join++)
                results.Add("join 10,000", contender, metric, "ms", crowd.JoinLate());
        }
    }
}
