using System.Globalization;

namespace Coterie.Bench.Hub.Report;

/// <summary>
/// The results as a Markdown table: a row for each number, a column for each contender with its median, and behind a
/// peer's median how ours compares, as ours / theirs.
/// </summary>
internal static class Table
{
    public const string Ours = "coterie";

    public static void Print(Results results, TextWriter to)
    {
        var contenders = results.Lines.Select(line => line.Contender).Distinct(StringComparer.Ordinal).ToArray();
        to.WriteLine("| | unit | " + string.Join(" | ", contenders) + " |");
        to.WriteLine("|---|---|" + string.Concat(contenders.Select(_ => "---|")));
        foreach (var row in results.Lines.GroupBy(line => (line.Scenario, line.Metric, line.Unit)))
        {
            var ours = row.FirstOrDefault(line => IsOurs(line))?.Median;
            to.Write($"| {row.Key.Scenario}: {row.Key.Metric} | {row.Key.Unit} |");
            foreach (var contender in contenders)
                to.Write(
                    $" {Cell(row.FirstOrDefault(line => string.Equals(line.Contender, contender, StringComparison.Ordinal)), ours)} |"
                );
            to.WriteLine();
        }
    }

    private static string Cell(Results.Line? line, double? ours)
    {
        if (line is null)
            return "–";
        var text = Number(line.Median);
        return IsOurs(line) || ours is null or 0 || line.Median == 0
            ? text
            : $"{text} (×{Number(ours.Value / line.Median)})";
    }

    private static bool IsOurs(Results.Line line) => string.Equals(line.Contender, Ours, StringComparison.Ordinal);

    private static string Number(double value) =>
        Math.Abs(value) switch
        {
            >= 1_000 => value.ToString("N0", CultureInfo.InvariantCulture),
            >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
            >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
            0 => "0",
            _ => value.ToString("0.00", CultureInfo.InvariantCulture),
        };
}
