using System.Globalization;

namespace Coterie.Bench.Crdt;

/// <summary>What one run of the benchmark was asked to do.</summary>
internal sealed record Options
{
    public const string Usage = """
        bench/crdt/run [options]     measures Coterie.Crdt and its peers on the same inputs, one after the other

          --repetitions N    of each scenario by each contender (default 7); the table shows medians
          --seconds N        at most so long for one contender at one scenario (default 60); at least one repetition is made
          --warm-up N        seconds for which each repeats the scenario before it is measured (default 3); once at least
          --only A,B         contenders: coterie, yjs, ywasm, loro, diamond-types
          --scenarios A,B    their names, or how these begin: B1, B2.3, B4, growth, friendsforever
          --without A,B      scenarios that are left out, named in full
          --traces DIR       folder with the editing traces that B4 and friendsforever need (default $COTERIE_TRACES)
          --seed N           of the drawn inputs (default 1)
          --out FILE         where the JSON goes (default artifacts/bench/crdt.json)
          --help             this text
        """;

    public int Repetitions { get; init; } = 7;

    public int Seconds { get; init; } = 60;

    public int WarmUp { get; init; } = 3;

    public string[] Only { get; init; } = [];

    public string[] Scenarios { get; init; } = [];

    public string[] Without { get; init; } = [];

    public string? Traces { get; init; } = Environment.GetEnvironmentVariable("COTERIE_TRACES");

    public int Seed { get; init; } = 1;

    public string Out { get; init; } = "artifacts/bench/crdt.json";

    public bool Wants(Scenario scenario) =>
        !Without.Contains(scenario.Id, StringComparer.Ordinal)
        && (Scenarios.Length == 0 || Scenarios.Any(name => scenario.Id.StartsWith(name, StringComparison.Ordinal)));

    public bool WantsContender(string name) => Only.Length == 0 || Only.Contains(name, StringComparer.Ordinal);

    /// <exception cref="FormatException">An option that does not exist, or a value that does not fit; the text says which.</exception>
    public static Options Parse(IReadOnlyList<string> arguments)
    {
        var options = new Options();
        for (var n = 0; n < arguments.Count; n += 2)
        {
            if (n + 1 == arguments.Count)
                throw new FormatException($"{arguments[n]} wants a value.");
            var value = arguments[n + 1];
            options = arguments[n] switch
            {
                "--repetitions" => options with { Repetitions = Number(arguments[n], value) },
                "--seconds" => options with { Seconds = Number(arguments[n], value) },
                "--warm-up" => options with { WarmUp = Number(arguments[n], value) },
                "--only" => options with { Only = value.Split(',') },
                "--scenarios" => options with { Scenarios = value.Split(',') },
                "--without" => options with { Without = value.Split(',') },
                "--traces" => options with { Traces = value },
                "--seed" => options with { Seed = Number(arguments[n], value) },
                "--out" => options with { Out = value },
                _ => throw new FormatException($"There is no option {arguments[n]}."),
            };
        }
        return options;
    }

    private static int Number(string option, string value) =>
        int.TryParse(value, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new FormatException($"{option} wants a number from 1, not '{value}'.");
}
