using System.Diagnostics;
using System.Globalization;
using System.Net;
using Coterie.Bench.Floods;
using Coterie.Bench.Hub;
using Coterie.Bench.Hub.Report;

const int People = 20;
const int KeysPerSecond = 5; // of one person
const double Tenth = 0.1; // of a core
const string Usage = """
    bench/floods/run [options]      a room of twenty at work, left alone and beside one attacker

      --repetitions N    interleaved repetitions (default 3); the table shows medians
      --seconds N        of each measurement (default 8)
      --scenarios A,B    edits, signals, joins, guesses, blobs, pings, pieces, reconnects, storm
      --priority         high priority (nice -15, needs root) for server and people, a little less for attackers, against noise from others
      --out FILE         where the JSON goes (default artifacts/bench/floods.json)
    """;

if (args.Contains("--help", StringComparer.Ordinal))
{
    Console.WriteLine(Usage);
    return 0;
}
if (args.Length == 4 && args[0] == "--attack")
{
    Attacks.Run(args[1], IPEndPoint.Parse(args[2]), Insider.Read(args[3]));
    return 0;
}
var seconds = 8;
var at = Array.IndexOf(args, "--seconds");
if (at >= 0)
{
    seconds = int.Parse(args[at + 1], CultureInfo.InvariantCulture);
    args = [.. args[..at], .. args[(at + 2)..]];
}
Options.Parse([.. args.Contains("--out") ? args : [.. args, "--out", "artifacts/bench/floods.json"]]);

var results = new Results();
var date = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
for (var repetition = 1; repetition <= Options.Repetitions; repetition++)
{
    foreach (var attack in Attacks.All.Where(Options.Wants))
    {
        Console.Error.WriteLine($"repetition {repetition} of {Options.Repetitions}: {attack}");
        await MeasureAsync(attack);
        results.Write(Options.Out, date);
    }
}
Print();
return 0;

// Quiet, held and unheld behind one another with the same people on the same server, so that what the machine does meanwhile meets all three.
async Task MeasureAsync(string attack)
{
    var contender = new LimitedServer();
    using var crowd = new Crowd(contender);
    await crowd.GatherAsync(1, People, files: 8);
    Typing.Run(crowd, People * KeysPerSecond, TimeSpan.FromSeconds(3));
    var founded = contender.Room.Founded;
    var insider = new Insider(founded.Room, founded.Manifest, founded.EpochKey, founded.Owner.Sign).Write();
    var quiet = Measure(attack, "quiet", crowd, null);
    if (attack != "storm") // it is counted in connections, not in processor time
        using (var held = Held.Start(Tenth, attack, $"{crowd.Server.Address}", insider))
            results.Add(attack, "held", "p99 of quiet's", "×", Measure(attack, "held", crowd, held) / quiet);
    using (var unheld = Held.Start(0, attack, $"{crowd.Server.Address}", insider))
        results.Add(attack, "unheld", "p99 of quiet's", "×", Measure(attack, "unheld", crowd, unheld) / quiet);
}

double Measure(string attack, string how, Crowd crowd, Held? attacker)
{
    if (attacker is not null)
        Typing.Run(crowd, People * KeysPerSecond, TimeSpan.FromSeconds(2)); // until it is under way
    Typing.Drain(crowd, People);
    crowd.Tally.Restart();
    var (processor, its, start) = (crowd.Server.ProcessorTime, attacker?.ProcessorTime, Stopwatch.GetTimestamp());
    var memory = crowd.Server.ResidentBytes;
    // A storm lasts ten seconds and is measured while it comes in.
    for (var second = 0; second < seconds; second++)
    {
        Typing.Run(crowd, People * KeysPerSecond, TimeSpan.FromSeconds(1));
        memory = Math.Max(memory, crowd.Server.ResidentBytes);
    }
    var took = Stopwatch.GetElapsedTime(start);
    if (!Typing.Drain(crowd, People))
        results.Note($"{attack}, {how}: keys were missing 10 s after the last one was typed");
    if (attacker?.HasEnded == true)
        results.Note($"{attack}, {how}: the attacker gave up");
    var tally = crowd.Tally;
    results.Add(attack, how, "delivered p50", "ms", tally.Delivery.Milliseconds(0.50));
    results.Add(attack, how, "delivered p99", "ms", tally.Delivery.Milliseconds(0.99));
    results.Add(attack, how, "acknowledged p99", "ms", tally.Ack.Milliseconds(0.99));
    results.Add(attack, how, "server's processor", "cores", (crowd.Server.ProcessorTime - processor) / took);
    if (attacker is not null)
        results.Add(attack, how, "attacker's processor", "cores", (attacker.ProcessorTime - its!.Value) / took);
    results.Add(attack, how, "most resident memory", "MB", memory / 1e6);
    return tally.Delivery.Milliseconds(0.99);
}

void Print()
{
    var load = File.ReadAllText("/proc/loadavg").Trim();
    Console.WriteLine($"medians of {Options.Repetitions}; load at the end {load}");
    foreach (var line in results.Lines)
        Console.WriteLine(
            $"{line.Scenario, -11} {line.Contender, -7} {line.Metric, -22} {line.Median, 9:0.##} {line.Unit}"
        );
}
