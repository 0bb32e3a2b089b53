using System.Globalization;
using System.Text.Json;

namespace Coterie.Bench.Crdt;

/// <summary>Every number of a run, and the table of medians with ours divided by theirs.</summary>
internal sealed class Results
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };
    private readonly List<Line> lines = [];

    public void Add(Scenario scenario, Contender contender, Dictionary<string, double[]> rows)
    {
        foreach (var (row, values) in rows)
            lines.Add(new(scenario.Id, scenario.Title, row, contender.Name, values));
    }

    public void Write(string file, Options options)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var date = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var report = new
        {
            date,
            cores = Environment.ProcessorCount,
            options.Seed,
            options.Repetitions,
            options.WarmUp,
            results = lines,
        };
        File.WriteAllText(file, JsonSerializer.Serialize(report, Json) + "\n");
    }

    /// <summary>A Markdown table; a ratio below 1 says that ours is faster or smaller.</summary>
    public void Print(TextWriter output)
    {
        string[] peers =
        [
            .. lines.Select(line => line.Contender).Where(name => name != "coterie").Distinct(StringComparer.Ordinal),
        ];
        output.WriteLine($"| | coterie | {string.Join(" | ", peers)} |");
        output.WriteLine($"|---|---|{string.Concat(peers.Select(_ => "---|"))}");
        foreach (var group in lines.GroupBy(line => (line.Scenario, line.Row)))
        {
            var ours = group.FirstOrDefault(line => line.Contender == "coterie")?.Median;
            var cells = peers.Select(peer => Cell(group.FirstOrDefault(line => line.Contender == peer), ours));
            var own = ours is { } value ? Text(value) : "";
            output.WriteLine($"| {group.Key.Scenario} {group.Key.Row} | {own} | {string.Join(" | ", cells)} |");
        }
    }

    private static string Cell(Line? theirs, double? ours)
    {
        if (theirs is null)
            return "";
        var few = theirs.Values.Length < 3 ? $", {theirs.Values.Length}×" : "";
        return ours is { } own ? $"{Text(theirs.Median)} ({Text(own / theirs.Median)}{few})" : Text(theirs.Median);
    }

    private static string Text(double value) =>
        value.ToString(
            value >= 100 ? "N0"
                : value >= 10 ? "N1"
                : "0.##",
            CultureInfo.InvariantCulture
        );

    internal sealed record Line(string Scenario, string Title, string Row, string Contender, double[] Values)
    {
        public double Median
        {
            get
            {
                double[] sorted = [.. Values.Order()];
                var middle = sorted.Length / 2;
                return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
            }
        }
    }
}
