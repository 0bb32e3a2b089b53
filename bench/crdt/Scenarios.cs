using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Coterie.Bench.Crdt;

/// <summary>
/// The inputs: B1 to B4 as github.com/dmonad/crdt-benchmarks defines them (N = 6,000), drawn here from one seed so that every contender
/// gets the same; real traces where a folder with them is given; and texts that grow.
/// </summary>
internal static class Scenarios
{
    private const int N = 6_000;

    /// <summary>20·√N, as B3 has it.</summary>
    private const int Crowd = 1_549;

    /// <summary>Of Kleppmann's paper: the trace that B4 is about.</summary>
    private const string Paper = "sequential/automerge-paper.json.gz";

    /// <param name="traces">A folder as the README says; null: no scenario that needs one.</param>
    public static IEnumerable<Scenario> All(int seed, string? traces)
    {
        foreach (var scenario in OnePerson(new Random(seed)).Concat(TwoPeople(new Random(seed))).Concat(ManyPeople()))
            yield return scenario;
        yield return Grown(new Random(seed));
        if (traces is null)
            yield break;
        var (edits, length) = Trace(Path.Combine(traces, Paper));
        yield return Text("B4", "a paper as it was written, 259,778 edits", edits, length);
        yield return new("B4 remote", "the same, from updates one by one", "remote") { Edits = edits, Length = length };
        yield return new("B4 memory", "the same, loaded and kept", "memory") { Edits = edits, Length = length };
        yield return new("B4×100", "the same a hundred times over", "local")
        {
            Edits = edits,
            Length = 100 * length,
            Times = 100,
            Without = ["ywasm"],
        };
        var updates = Path.Combine(traces, "yjs-encoded/conc-friendsforever.upd.json.gz");
        yield return new("friendsforever", "two people, 26,078 updates", "remote")
        {
            Updates = JsonSerializer.Deserialize<string[]>(Unzip(updates)),
            Length = File.ReadAllText(Path.Combine(traces, "concurrent/conc-friendsforever.upd.txt")).Length,
            Merged = true,
        };
    }

    private static IEnumerable<Scenario> OnePerson(Random random)
    {
        var all = Word(random, N);
        yield return Text("B1.1", "append N characters", [.. all.Select((c, n) => new Edit(n, 0, $"{c}"))], N);
        yield return Text("B1.2", "insert a text of length N", [new(0, 0, all)], N);
        yield return Text("B1.3", "prepend N characters", [.. all.Select(c => new Edit(0, 0, $"{c}"))], N);
        yield return Drawn("B1.4", "insert N characters at random places", random, 1, 1, 0);
        yield return Drawn("B1.5", "insert N words at random places", random, 2, 10, 0);
        yield return Text("B1.6", "insert a text, then delete it", [new(0, 0, all), new(0, N, "")], 0);
        yield return Drawn("B1.7", "insert and delete at random places", random, 2, 10, 0.5);
        int[] numbers = [.. Enumerable.Range(0, N).Select(_ => random.Next())];
        yield return List("B1.8", "append N numbers", [.. numbers.Select((value, n) => new Values(n, [value]))]);
        yield return List("B1.9", "insert a list of N numbers", [new(0, numbers)]);
        yield return List("B1.10", "prepend N numbers", [.. numbers.Select(value => new Values(0, [value]))]);
        Values[] scattered = [.. numbers.Select((value, n) => new Values(random.Next(n + 1), [value]))];
        yield return List("B1.11", "insert N numbers at random places", scattered);
    }

    private static IEnumerable<Scenario> TwoPeople(Random random)
    {
        var initial = Word(random, 100);
        Scenario Two(string id, string title, Func<Edit[]> edits) =>
            new(id, title, "two")
            {
                Initial = initial,
                First = edits(),
                Second = edits(),
            };
        yield return Two("B2.1", "both insert a text of length N at the start", () => [new(0, 0, Word(random, N))]);
        yield return Two(
            "B2.2",
            "both insert N characters at random places",
            () => Edits(random, N, 100, 1, 1, 0).Edits
        );
        yield return Two("B2.3", "both insert N words at random places", () => Edits(random, N, 100, 3, 9, 0).Edits);
        yield return Two("B2.4", "both insert and delete", () => Edits(random, 2 * N, 100, 2, 10, 0.25).Edits);
    }

    private static IEnumerable<Scenario> ManyPeople()
    {
        string[] what = ["number", "object", "string", "list", "text"];
        return what.Select(
            (one, n) =>
                new Scenario($"B3.{n + 1}", $"{Crowd:N0} set or insert a {one} at once", "many")
                {
                    Clients = Crowd,
                    What = one,
                }
        );
    }

    private static Scenario Grown(Random random)
    {
        const int edits = 2_000;
        int[] sizes = [10_000, 100_000, 1_000_000, 10_000_000];
        return new("growth", "edits at random places of a text of some size", "growth")
        {
            Sizes = [.. sizes.Select(size => new Growth(size, Edits(random, edits, size, 1, 1, 0.3).Edits))],
        };
    }

    private static Scenario Drawn(string id, string title, Random random, int least, int most, double deletes)
    {
        var (edits, length) = Edits(random, N, 0, least, most, deletes);
        return Text(id, title, edits, length);
    }

    private static Scenario Text(string id, string title, Edit[] edits, int length) =>
        new(id, title, "local") { Edits = edits, Length = length };

    private static Scenario List(string id, string title, Values[] values) =>
        new(id, title, "local") { Values = values, Length = values.Sum(one => one.Inserted.Length) };

    private static (Edit[] Edits, int Length) Edits(
        Random random,
        int count,
        int length,
        int least,
        int most,
        double deletes
    )
    {
        var edits = new Edit[count];
        foreach (ref var edit in edits.AsSpan())
        {
            var at = random.Next(length + 1);
            if (at < length && random.NextDouble() < deletes)
                edit = new(at, random.Next(1, Math.Min(9, length - at) + 1), "");
            else
                edit = new(at, 0, Word(random, random.Next(least, most + 1)));
            length += edit.Inserted.Length - edit.Removed;
        }
        return (edits, length);
    }

    private static string Word(Random random, int length)
    {
        var word = new StringBuilder(length);
        for (var n = 0; n < length; n++)
            word.Append((char)random.Next('a', 'z' + 1));
        return word.ToString();
    }

    private static (Edit[] Edits, int Length) Trace(string path)
    {
        using var trace = JsonDocument.Parse(Unzip(path));
        var edits = new List<Edit>();
        foreach (var transaction in trace.RootElement.GetProperty("txns").EnumerateArray())
        foreach (var patch in transaction.GetProperty("patches").EnumerateArray())
            edits.Add(new(patch[0].GetInt32(), patch[1].GetInt32(), patch[2].GetString()!));
        return ([.. edits], trace.RootElement.GetProperty("endContent").GetString()!.Length);
    }

    private static byte[] Unzip(string path)
    {
        using var file = File.OpenRead(path);
        using var unzipped = new MemoryStream();
        using (var zip = new GZipStream(file, CompressionMode.Decompress))
            zip.CopyTo(unzipped);
        return unzipped.ToArray();
    }
}
