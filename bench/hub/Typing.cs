using System.Diagnostics;
using Coterie.Bench.Hub.Wire;

namespace Coterie.Bench.Hub;

/// <summary>
/// Types at a fixed rate, whatever the server does (open loop): key n is due at start + n / rate, and people take turns.
/// Keys are made before the clock starts.
/// </summary>
internal static class Typing
{
    private const int KeysPerTurn = 64; // when late: then read again, so that reading never starves
    private static readonly TimeSpan Spin = TimeSpan.FromMicroseconds(100); // nearer than this, poll without sleeping
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(50); // sleep
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(10);

    /// <summary>Types for the given time and returns keystrokes handed to other people per second, in that time.</summary>
    public static double Run(Crowd crowd, double keysPerSecond, TimeSpan time)
    {
        var people = crowd.People;
        var keys = Math.Max(1, (int)(keysPerSecond * time.TotalSeconds));
        for (var i = 0; i < people.Count; i++)
            people[i].Prepare((keys / people.Count) + (i < keys % people.Count ? 1 : 0));

        var interval = Stopwatch.Frequency / keysPerSecond;
        var start = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 500);
        var before = crowd.Tally.Deliveries;
        for (var key = 0; key < keys; key++)
        {
            var due = start + (long)(key * interval);
            WaitUntil(crowd.Loop, due);
            people[key % people.Count].Type(due);
            if (key % KeysPerTurn == 0)
                crowd.Loop.Turn(TimeSpan.Zero);
        }
        crowd.Loop.Flush();
        WaitUntil(crowd.Loop, start + (long)(time.TotalSeconds * Stopwatch.Frequency));
        return (crowd.Tally.Deliveries - before) / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Reads and sends until the stopwatch's time has come.</summary>
    private static void WaitUntil(Loop loop, long due)
    {
        while (true)
        {
            var ahead = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (ahead <= TimeSpan.Zero)
                return;
            loop.Turn(
                ahead <= Spin ? TimeSpan.Zero
                : ahead < Longest ? ahead - Spin
                : Longest
            );
        }
    }

    /// <summary>Everybody types so many keys at once, which have left when this returns and have not been answered.</summary>
    public static void Burst(Crowd crowd, int keys)
    {
        foreach (var person in crowd.People)
        {
            person.Prepare(keys);
            for (var key = 0; key < keys; key++)
                person.Type(Stopwatch.GetTimestamp());
        }
        crowd.Loop.Flush();
    }

    /// <summary>Waits until everybody has every key, or gives up. False if keys are still missing.</summary>
    public static bool Drain(Crowd crowd, int perRoom)
    {
        long wanted = 0;
        foreach (var person in crowd.People)
            wanted += (long)person.Typed * (perRoom - 1);
        var start = Stopwatch.GetTimestamp();
        while (!Done() && Stopwatch.GetElapsedTime(start) < DrainLimit)
            crowd.Loop.Turn(TimeSpan.FromMilliseconds(1));
        return Done();

        bool Done() => crowd.Tally.AllDeliveries >= wanted && crowd.People.TrueForAll(person => person.Settled);
    }
}
