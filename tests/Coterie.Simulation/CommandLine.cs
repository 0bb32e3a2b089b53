using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Coterie.Simulation;

/// <summary>
/// <c>--seeds N</c> and <c>--from S</c> for many worlds, <c>--seed S</c> for one with all that happened in it; <c>--only</c> and
/// <c>--without</c> name moves, <c>--honest yes|no</c> says what servers are, <c>--record FILE</c> writes down
/// what judges were shown and said, for the judge in TypeScript.
/// </summary>
internal static class CommandLine
{
    public static bool Means(string[] args) => args.Contains("--seed") || args.Contains("--seeds");

    public static int Run(string[] args)
    {
        var choice = new Choice(
            Value(args, "--honest") is { } honest ? honest == "yes" : null,
            Value(args, "--only")?.Split(','),
            Value(args, "--without")?.Split(','),
            Recorded: args.Contains("--record")
        );
        var campaign = new Campaign(choice);
        if (Value(args, "--seed") is { } one)
        {
            var failed = campaign.RunOne(ulong.Parse(one, CultureInfo.InvariantCulture), lines: int.MaxValue);
            Console.WriteLine(failed ?? $"Seed {one} holds.");
            return failed is null ? 0 : 1;
        }
        var seeds = int.Parse(Value(args, "--seeds")!, CultureInfo.InvariantCulture);
        var from = ulong.Parse(Value(args, "--from") ?? "1", CultureInfo.InvariantCulture);
        var began = Stopwatch.GetTimestamp();
        var failure = campaign.Run(from, seeds);
        var report = campaign.Report;
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Console.WriteLine(report.Table(choice));
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Worlds} seeds, {report.Steps} steps, {report.Judged} positions judged in {seconds:0.0} s: {report.Steps / seconds:0} steps/s"
            )
        );
        if (Value(args, "--record") is { } file)
            File.WriteAllText(file, new JsonArray([.. campaign.Recorded]).ToJsonString());
        var missing = args.Contains("--all-met") ? report.Missing(choice).ToList() : [];
        foreach (var line in missing)
            Console.WriteLine(line);
        if (failure is not null)
            Console.WriteLine(failure);
        return failure is null && missing.Count == 0 ? 0 : 1;
    }

    private static string? Value(string[] args, string name)
    {
        var at = Array.IndexOf(args, name);
        return at < 0 || at + 1 == args.Length ? null : args[at + 1];
    }
}
