using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Coterie.Bench.Runs;
using Coterie.Server.Runs;
using Coterie.Server.Runs.Sandboxes;

// Ours and the others run by turns, so that a slow second of the machine hits them all; medians, and what each takes over the bare command.
var repetitions = 30;
if (args is ["--only", "typing"])
{
    Write(await BesideTyping.MeasureAsync());
    return 0;
}
if (args is ["--repetitions", var given])
    repetitions = int.Parse(given, CultureInfo.InvariantCulture);
else if (args.Length > 0)
{
    Console.Error.WriteLine("bench/runs takes --repetitions N, --only typing and --help");
    return 2;
}
var (sandbox, problem) = await Sandbox.OpenAsync(4);
if (sandbox is null)
{
    Console.Error.WriteLine(problem);
    return 1;
}
using var opened = sandbox;
Console.WriteLine($"the sandbox: {sandbox.Protections}\n");
var folder = Directory.CreateTempSubdirectory("coterie-bench-").FullName;
var contenders = new List<Contender> { Contender.Bare, Contender.Bubblewrap, Contender.Coterie(sandbox) };
foreach (var other in new[] { Contender.Runc(folder), Contender.Podman(folder) })
    try
    {
        await other.RunAsync(["true"]);
        contenders.Add(other);
    }
    catch (InvalidOperationException missing)
    {
        Console.WriteLine($"{other.Name} is left out: {missing.Message}");
    }

var results = new Dictionary<string, Dictionary<string, double>>(StringComparer.Ordinal);
string[][] programs =
[
    ["true"],
    ["python3", "-c", "1"],
    ["node", "-e", "1"],
];
Console.WriteLine(
    "| ms, median of " + repetitions + " | " + string.Join(" | ", contenders.Select(one => one.Name)) + " |"
);
Console.WriteLine("|---" + string.Concat(contenders.Select(_ => "|---")) + "|");
foreach (var program in programs)
{
    var taken = contenders.ToDictionary(one => one.Name, _ => new List<double>(), StringComparer.Ordinal);
    for (var nth = -2; nth < repetitions; nth++)
        foreach (var contender in contenders)
        {
            var begun = Stopwatch.GetTimestamp();
            await contender.RunAsync(program);
            if (nth >= 0)
                taken[contender.Name].Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }
    var medians = taken.ToDictionary(one => one.Key, one => Median(one.Value), StringComparer.Ordinal);
    results[string.Join(' ', program)] = medians;
    var bare = medians["bare"];
    Console.WriteLine(
        $"| {string.Join(' ', program)} | "
            + string.Join(" | ", contenders.Select(one => Text(medians[one.Name]) + Over(medians[one.Name] - bare)))
            + " |"
    );
}

string[] hello = ["python3", "-c", "print('hello')"];
foreach (var atOnce in new[] { 1, 2, 4 })
{
    var rates = new Dictionary<string, double>(StringComparer.Ordinal);
    foreach (var contender in contenders)
    {
        var begun = Stopwatch.GetTimestamp();
        var count = 0;
        async Task LaneAsync()
        {
            while (Stopwatch.GetElapsedTime(begun).TotalSeconds < 3)
            {
                await contender.RunAsync(hello);
                Interlocked.Increment(ref count);
            }
        }
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => LaneAsync()));
        rates[contender.Name] = count / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
    results[$"hello a second, {atOnce} at once"] = rates;
    Console.WriteLine(
        $"| hello in Python a second, {atOnce} at once | " + string.Join(" | ", rates.Values.Select(Text)) + " |"
    );
}
Directory.Delete(folder, recursive: true);
results["beside typing"] = await BesideTyping.MeasureAsync();
Write(results);
return 0;

static void Write(object results)
{
    Directory.CreateDirectory("artifacts/bench");
    File.WriteAllText("artifacts/bench/runs.json", JsonSerializer.Serialize(results));
    Console.WriteLine("\nwritten to artifacts/bench/runs.json");
}

static double Median(List<double> all) => all.Order().ElementAt(all.Count / 2);
static string Text(double number) => number.ToString("0.0", CultureInfo.InvariantCulture);
static string Over(double more) =>
    more == 0 ? "" : " (" + more.ToString("+0.0;-0.0", CultureInfo.InvariantCulture) + ")";
