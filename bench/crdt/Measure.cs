using System.Diagnostics;
using Coterie.Crdt;

namespace Coterie.Bench.Crdt;

/// <summary>One scenario done by our own engine; the twin of `peers/measure.mjs`, which does it for the peers. Times in milliseconds.</summary>
internal sealed class Measure(Scenario scenario)
{
    private readonly Dictionary<string, List<double>> rows = new(StringComparer.Ordinal);
    private List<byte[]>? others;

    /// <returns>Per row as many values as repetitions fitted into the time, at least one.</returns>
    public Dictionary<string, List<double>> Run(int repetitions, TimeSpan time, TimeSpan warmUp)
    {
        var clock = Stopwatch.StartNew();
        // Code is compiled again and better once it ran for a while, in .NET and in Node: what is measured is a program that runs.
        do Once();
        while (clock.Elapsed < warmUp && clock.Elapsed < time);
        if (clock.Elapsed < time)
            rows.Clear();
        for (var n = 0; n < repetitions && clock.Elapsed < time; n++)
            Once();
        return rows;
    }

    private void Once()
    {
        switch (scenario.Kind)
        {
            case "local":
                Local();
                break;
            case "two":
                Two();
                break;
            case "many":
                Many();
                break;
            case "remote":
                Remote();
                break;
            case "growth":
                Grow();
                break;
            case "memory":
                Memory();
                break;
            default:
                throw new InvalidOperationException($"There is no scenario of kind {scenario.Kind}.");
        }
    }

    private void Local()
    {
        var doc = new YDoc();
        long sent = 0;
        doc.Updated += (update, _) => sent += update.Length;
        if (scenario.Values is { } values)
        {
            var list = doc.GetArray("array");
            object?[][] boxed = [.. values.Select(one => one.Inserted.Select(value => (object?)value).ToArray())];
            Timed(
                "time",
                () =>
                {
                    for (var n = 0; n < values.Length; n++)
                        list.Insert(values[n].At, boxed[n]);
                }
            );
            Must(list.Count == scenario.Length, $"the list is {list.Count} long");
        }
        else
        {
            var text = doc.GetText("text");
            Timed(
                "time",
                () =>
                {
                    for (var time = 0; time < scenario.Times; time++)
                        foreach (var edit in scenario.Edits!)
                            Do(doc, text, edit);
                }
            );
            Must(text.ToString().Length == scenario.Length, $"the text is {text.Length} long");
        }
        Put("update, B", (double)sent / (scenario.Values?.Length ?? scenario.Edits!.Length) / scenario.Times);
        State(doc, scenario.Length);
    }

    /// <summary>One transaction, as a person's editor makes it.</summary>
    private static void Do(YDoc doc, YText text, Edit edit)
    {
        if (edit.Removed > 0 && edit.Inserted.Length > 0)
            doc.Transact(_ => Splice(text, edit));
        else
            Splice(text, edit);
    }

    private static void Splice(YText text, Edit edit)
    {
        if (edit.Removed > 0)
            text.Delete(edit.At, edit.Removed);
        if (edit.Inserted.Length > 0)
            text.Insert(edit.At, edit.Inserted);
    }

    /// <summary>The state as bytes, and back. Loaded means read, too.</summary>
    private void State(YDoc doc, int? length)
    {
        var encoded = Timed("encode", () => doc.EncodeStateAsUpdate());
        Put("size, B", encoded.Length);
        Timed("load", () => Loaded(copy => copy.ApplyUpdate(encoded), length));
        if (length is null)
            return;
        if (scenario.Values is null)
        {
            var bytes = new BytesAlone(encoded);
            Must(Timed("load, reading the bytes alone", bytes.Read) == length, "the bytes alone hold another text");
        }
        var second = Timed("encode v2", () => doc.EncodeStateAsUpdateV2());
        Put("size v2, B", second.Length);
        Timed("load v2", () => Loaded(copy => copy.ApplyUpdateV2(second), length));
    }

    private YDoc Loaded(Action<YDoc> load, int? length)
    {
        var copy = new YDoc();
        load(copy);
        if (scenario.Values is null)
        {
            var text = copy.GetText("text").ToString();
            Must(length is null || text.Length == length, $"loaded, the text is {text.Length} long");
        }
        else
        {
            Must(copy.GetArray("array").Count == length, "loaded, the list has another length");
        }
        return copy;
    }

    private void Two()
    {
        YDoc[] docs = [new(), new()];
        List<byte[]>[] made =
        [
            [],
            [],
        ];
        docs[0].GetText("text").Insert(0, scenario.Initial!);
        docs[1].ApplyUpdate(docs[0].EncodeStateAsUpdate());
        for (var n = 0; n < 2; n++)
        {
            var own = made[n];
            docs[n].Updated += (update, transaction) =>
            {
                if (transaction.IsLocal)
                    own.Add(update);
            };
        }
        Edit[][] edits = [scenario.First!, scenario.Second!];
        Timed(
            "time",
            () =>
            {
                for (var n = 0; n < 2; n++)
                {
                    var text = docs[n].GetText("text");
                    var mine = edits[n];
                    docs[n]
                        .Transact(_ =>
                        {
                            foreach (var edit in mine)
                                Splice(text, edit);
                        });
                }
                foreach (var update in made[0])
                    docs[1].ApplyUpdate(update);
                foreach (var update in made[1])
                    docs[0].ApplyUpdate(update);
            }
        );
        Must(docs[0].GetText("text").ToString() == docs[1].GetText("text").ToString(), "the two differ");
        State(docs[0], null);
    }

    private void Many()
    {
        var updates = new List<byte[]>();
        for (var n = 0; n < scenario.Clients; n++)
        {
            var doc = new YDoc();
            doc.Updated += (update, _) => updates.Add(update);
            switch (scenario.What)
            {
                case "list":
                    doc.GetArray("array").Insert(0, [$"{n}"]);
                    break;
                case "text":
                    doc.GetText("text").Insert(0, $"{n}");
                    break;
                default:
                    doc.GetMap("map")["v"] = ValueOf(n);
                    break;
            }
        }
        var all = new YDoc();
        Timed(
            "time",
            () =>
                all.Transact(_ =>
                {
                    foreach (var update in updates)
                        all.ApplyUpdate(update);
                })
        );
        var encoded = Timed("encode", () => all.EncodeStateAsUpdate());
        Put("size, B", encoded.Length);
        var again = new YDoc();
        Timed("load", () => again.ApplyUpdate(encoded));
        if (scenario.What == "list")
            Must(again.GetArray("array").Count == scenario.Clients, "the list has another length");
    }

    private object ValueOf(int n) =>
        scenario.What switch
        {
            "number" => n,
            "object" => new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["name"] = $"{n}",
                ["address"] = "here",
            },
            _ => string.Concat(Enumerable.Repeat($"{n}", scenario.Clients)),
        };

    private void Remote()
    {
        others ??= Others();
        var doc = new YDoc();
        Timed(
            "time",
            () =>
            {
                foreach (var update in others)
                    doc.ApplyUpdate(update);
            }
        );
        Must(doc.GetText("text").ToString().Length == scenario.Length, "the text has another length");
        if (scenario.Merged)
            Timed("merge", () => Update.Merge(others));
    }

    private List<byte[]> Others()
    {
        if (scenario.Updates is { } given)
            return [.. given.Select(Convert.FromBase64String)];
        var updates = new List<byte[]>();
        var doc = new YDoc();
        doc.Updated += (update, _) => updates.Add(update);
        foreach (var edit in scenario.Edits!)
            Do(doc, doc.GetText("text"), edit);
        return updates;
    }

    private void Grow()
    {
        foreach (var (size, edits) in scenario.Sizes!)
        {
            var doc = new YDoc();
            var text = doc.GetText("text");
            doc.Updated += (_, _) => { };
            for (var at = 0; at < size; at += 1_000)
                text.Insert(at, new string('x', 1_000));
            var clock = Stopwatch.StartNew();
            foreach (var edit in edits)
                Do(doc, text, edit);
            Put($"µs per edit at {size / 1_000} kB", clock.Elapsed.TotalMicroseconds / edits.Length);
        }
    }

    private void Memory()
    {
        const int copies = 10;
        var doc = new YDoc();
        foreach (var edit in scenario.Edits!)
            Do(doc, doc.GetText("text"), edit);
        var encoded = doc.EncodeStateAsUpdate();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        YDoc[] kept =
        [
            .. Enumerable.Range(0, copies).Select(_ => Loaded(copy => copy.ApplyUpdate(encoded), scenario.Length)),
        ];
        Put("MB", (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)copies / 1e6);
        foreach (var copy in kept)
            copy.GetText("text").Insert(0, "x");
        Put("MB, edited", (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)copies / 1e6);
        Must(kept[^1].GetText("text").ToString().Length == scenario.Length + 1, "edited, it differs");
    }

    private void Must(bool holds, string what)
    {
        if (!holds)
            throw new InvalidOperationException($"coterie, {scenario.Id}: {what}");
    }

    private void Timed(string row, Action work) =>
        Timed(
            row,
            () =>
            {
                work();
                return 0;
            }
        );

    private T Timed<T>(string row, Func<T> work)
    {
        var start = Stopwatch.GetTimestamp();
        var result = work();
        Put(row, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        return result;
    }

    private void Put(string row, double value)
    {
        if (!rows.TryGetValue(row, out var values))
            rows[row] = values = [];
        values.Add(value);
    }
}
