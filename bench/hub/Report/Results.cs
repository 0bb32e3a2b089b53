using System.Text.Json;
using System.Text.Json.Serialization;
using Coterie.Bench.Hub.Contenders;

namespace Coterie.Bench.Hub.Report;

/// <summary>Every number of a run, in the order it was first measured; each repetition adds one value to its line.</summary>
internal sealed class Results
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };
    private readonly List<Line> lines = [];
    private readonly List<string> notes = [];

    public IReadOnlyList<Line> Lines => lines;
    public IReadOnlyList<string> Notes => notes;

    public void Add(string scenario, Contender contender, string metric, string unit, double value) =>
        Add(scenario, contender.Name, metric, unit, value);

    public void Add(string scenario, string contender, string metric, string unit, double value)
    {
        var name = (scenario, contender, metric);
        var line = lines.Find(line => (line.Scenario, line.Contender, line.Metric) == name);
        if (line is null)
            lines.Add(line = new Line(scenario, contender, metric, unit, []));
        line.Values.Add(Math.Round(value, 4));
    }

    /// <summary>Something a reader of the numbers must know.</summary>
    public void Note(string text)
    {
        notes.Add(text);
        Console.WriteLine("note: " + text);
    }

    public void Write(string file, string date)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var report = new
        {
            date,
            machine = $"{Environment.GetEnvironmentVariable("COTERIE_BENCH_CORES") ?? "?"} cores, Linux x64",
            quick = Options.Quick,
            priority = Options.Priority,
            repetitions = Options.Repetitions,
            results = lines,
            notes = notes,
        };
        File.WriteAllText(file, JsonSerializer.Serialize(report, Json) + "\n");
    }

    internal sealed record Line(string Scenario, string Contender, string Metric, string Unit, List<double> Values)
    {
        public double Median
        {
            get
            {
                var sorted = Values.Order().ToArray();
                return sorted.Length % 2 == 1
                    ? sorted[sorted.Length / 2]
                    : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
            }
        }
    }
}
