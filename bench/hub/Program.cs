using System.Globalization;
using Coterie.Bench.Hub;
using Coterie.Bench.Hub.Contenders;
using Coterie.Bench.Hub.Report;
using Coterie.Bench.Hub.Scenarios;
using Coterie.Protocol.Wire.Frames;

if (args.Contains("--help", StringComparer.Ordinal))
{
    Console.WriteLine(Options.Usage);
    return 0;
}
try
{
    Options.Parse(args);
}
catch (FormatException error)
{
    Console.Error.WriteLine(error.Message + "\n\n" + Options.Usage);
    return 2;
}

Contender[] all =
[
    new CoterieServer(RoomKind.Permanent),
    new CoterieServer(RoomKind.Memory),
    new Hocuspocus(),
    new YWebsocket(),
];
var contenders = Array.FindAll(
    all,
    one => Options.Only.Count == 0 || Options.Only.Contains(one.Name, StringComparer.Ordinal)
);
if (contenders.Length == 0)
{
    Console.Error.WriteLine("--only names none of: " + string.Join(", ", all.Select(one => one.Name)));
    return 2;
}

(string Name, Func<Contender, Results, Task> RunAsync)[] scenarios =
[
    ("fan-out", (one, results) => FanOut.RunAsync(one, 1, 2, results)),
    ("fan-out", (one, results) => FanOut.RunAsync(one, 1, 50, results)),
    ("fan-out", (one, results) => FanOut.RunAsync(one, 200, 3, results)),
    ("ramp", (one, results) => Ramp.RunAsync(one, 1, 2, results)),
    ("ramp", (one, results) => Ramp.RunAsync(one, 1, 50, results)),
    ("ramp", (one, results) => Ramp.RunAsync(one, 200, 3, results)),
    ("memory", (one, results) => IdleMemory.RunAsync(one, 1_000, results)),
    ("memory", (one, results) => IdleMemory.RunAsync(one, 5_000, results)),
    ("start", ColdStart.RunAsync),
    ("join", Newcomer.RunAsync),
    ("kill", Kill.RunAsync),
    ("verify", VerifyCeiling.RunAsync),
];

// Interleaved: one scenario with every contender, before the next, so that a slow minute of the machine hits them all.
var results = new Results();
var date = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
for (var repetition = 1; repetition <= Options.Repetitions; repetition++)
{
    foreach (var (name, runAsync) in scenarios.Where(scenario => Options.Wants(scenario.Name)))
    {
        foreach (var contender in contenders)
        {
            Console.Error.WriteLine($"repetition {repetition} of {Options.Repetitions}: {name}, {contender.Name}");
            await runAsync(contender, results);
            results.Write(Options.Out, date); // after each, so that a run that is cut short leaves what it measured
        }
    }
}

Table.Print(results, Console.Out);
Console.WriteLine($"\nwritten to {Options.Out}");
return 0;
