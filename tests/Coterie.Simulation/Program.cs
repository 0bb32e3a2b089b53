using System.Diagnostics;
using System.Globalization;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Coterie.Simulation;

/// <summary>The tests, or with <c>--seeds N</c>, <c>--from S</c> or <c>--seed S</c> a run of one's own.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args.Contains("--seed") || args.Contains("--seeds"))
            return Simulate(args);
        return args.Contains("--server") || args.Contains("--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(args);
    }

    private static int Simulate(string[] args)
    {
        var choice = new Choice(
            Value(args, "--honest") is { } honest ? honest == "yes" : null,
            Value(args, "--only")?.Split(','),
            Value(args, "--without")?.Split(',')
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
