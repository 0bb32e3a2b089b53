using System.Globalization;
using System.Text.Json;
using Coterie.Bench.Crdt;

if (args is ["measure", var input, var repetitions, var seconds, var warmUp])
{
    static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    var rows = new Measure(ScenarioJson.Read(input)).Run(
        Number(repetitions),
        TimeSpan.FromSeconds(Number(seconds)),
        TimeSpan.FromSeconds(Number(warmUp))
    );
    Console.WriteLine(JsonSerializer.Serialize(rows));
    return 0;
}
if (args.Contains("--help", StringComparer.Ordinal))
{
    Console.WriteLine(Options.Usage);
    return 0;
}
Options options;
try
{
    options = Options.Parse(args);
}
catch (FormatException error)
{
    Console.Error.WriteLine(error.Message + "\n\n" + Options.Usage);
    return 2;
}

var inputs = Directory.CreateDirectory("artifacts/bench/crdt-inputs");
var results = new Results();
var failures = 0;

// Interleaved: one scenario with every contender, before the next, so that a slow minute of the machine hits them all.
foreach (var scenario in Scenarios.All(options.Seed, options.Traces).Where(options.Wants))
{
    var file = Path.Combine(inputs.FullName, scenario.Id + ".json");
    ScenarioJson.Write(file, scenario);
    foreach (var contender in Contender.All.Where(one => options.WantsContender(one.Name)))
    {
        if (scenario.Without.Contains(contender.Name, StringComparer.Ordinal))
            continue;
        Console.Error.WriteLine($"{scenario.Id}, {contender.Name}");
        try
        {
            results.Add(scenario, contender, await contender.RunAsync(file, options));
            results.Write(options.Out, options); // after each, so that a run that is cut short leaves what it measured
        }
        catch (InvalidOperationException error)
        {
            failures++;
            Console.Error.WriteLine(error.Message);
        }
    }
}
results.Print(Console.Out);
if (options.Traces is null)
    Console.WriteLine("\nNot run, for want of a folder with traces (--traces): B4, B4×100, friendsforever.");
Console.WriteLine($"\nwritten to {options.Out}");
return failures == 0 ? 0 : 1;
