using Coterie.Bench.Hub.Contenders;
using Coterie.Bench.Hub.Report;

namespace Coterie.Bench.Hub.Scenarios;

/// <summary>A document of ten thousand keystrokes, in the server's memory: how long until a newcomer holds all of it.</summary>
internal static class Join
{
    private const int Keystrokes = 10_000;
    private const int Batch = 2_500; // a record must be within 4,096 positions of what its author had seen
    private const double KeysPerSecond = 4_000;
    private const int Joins = 5; // of which the first is not counted: it warms the path

    public static void Run(Contender contender, Results results)
    {
        using var crowd = new Crowd(contender);
        crowd.Gather(1, 2);
        for (var typed = 0; typed < Keystrokes; typed += Batch)
        {
            Typing.Run(crowd, KeysPerSecond, TimeSpan.FromSeconds(Batch / KeysPerSecond));
            if (!Typing.Drain(crowd, 2))
                throw new TimeoutException($"{contender.Name}: {Keystrokes} keystrokes did not arrive");
        }
        crowd.JoinLate();
        for (var join = 1; join < Joins; join++)
            results.Add("join 10,000", contender, "newcomer has everything", "ms", crowd.JoinLate());
    }
}
