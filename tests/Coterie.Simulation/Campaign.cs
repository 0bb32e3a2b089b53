using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Coterie.Simulation.Moves;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation;

/// <summary>Runs worlds of many seeds, several at once, each by itself.</summary>
internal sealed class Campaign(Choice choice)
{
    public const int StepsOfSeed = 200;

    public Report Report { get; } = new();

    /// <summary>By person; of a run that is recorded.</summary>
    public ConcurrentBag<JsonObject> Recorded { get; } = [];

    /// <summary>Runs seeds <paramref name="from"/> … until there were so many, or the time is over, or one fails.</summary>
    /// <returns>The failure of the lowest seed that failed, ready to print; null: none did.</returns>
    public string? Run(ulong from, int seeds, TimeSpan? within = null)
    {
        var began = Stopwatch.GetTimestamp();
        var gate = new Lock();
        (ulong Seed, string Text)? first = null;
        Parallel.For(
            0,
            seeds,
            (index, loop) =>
            {
                if (within is { } most && Stopwatch.GetElapsedTime(began) > most)
                {
                    loop.Stop();
                    return;
                }
                var seed = from + (ulong)index;
                if (RunOne(seed, lines: 60) is not { } failure)
                    return;
                lock (gate)
                {
                    if (first is null || seed < first.Value.Seed)
                        first = (seed, failure);
                }
                loop.Break();
            }
        );
        return first?.Text;
    }

    /// <summary>Runs one seed. What failed, with what happened before; null: nothing.</summary>
    public string? RunOne(ulong seed, int lines)
    {
        World? world = null;
        try
        {
            world = new World(seed, choice, Report);
            for (var step = 0; step < StepsOfSeed; step++)
                world.Step();
            if (world.IsHonest)
            {
                world.Settle();
                world.CheckAtRest();
            }
            foreach (var person in world.People)
            {
                if (person.Recorded($"seed {seed}, {person.Name}") is { } recorded)
                    Recorded.Add(recorded);
            }
            Report.Ended(world.StepsTaken, world.Truth.Judged);
            return null;
        }
        catch (Exception error)
        {
            var told = world is null ? [] : world.Told.TakeLast(lines);
            return $"""
                seed {seed}, step {world?.StepsTaken}: {error.Message}
                {(error is SimulationException ? "" : error.ToString())}
                What happened before, by step:
                  {string.Join("\n  ", told)}
                Again: --seed {seed}
                """;
        }
        finally
        {
            world?.Dispose();
        }
    }
}
