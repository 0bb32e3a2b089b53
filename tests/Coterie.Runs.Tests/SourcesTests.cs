using System.Text.Json;
using Coterie.Server.Runs.Languages;

namespace Coterie.Runs.Tests;

/// <summary>Which files are compiled with an entry: by the cases that run packages are held to as well.</summary>
public sealed class SourcesTests
{
    public sealed record Case(
        string Name,
        string Language,
        string Entry,
        IReadOnlyDictionary<string, string> Files,
        IReadOnlyList<string> Ends
    );

    public static TheoryData<string> Names => [.. Cases.Select(one => one.Name)];

    private static List<Case> Cases { get; } = Read();

    [Theory, MemberData(nameof(Names))]
    public void The_chosen_entry_is_compiled_with_its_own_files(string name)
    {
        var given = Cases.Single(one => one.Name == name);
        var (order, problem) = LanguageList
            .Shipped.Find(given.Language)!
            .Order([.. given.Files.Select(file => Orders.File(file.Key, file.Value))], given.Entry, []);
        Assert.Null(problem);
        Assert.Equal(given.Ends, order!.Compile!.TakeLast(given.Ends.Count));
    }

    private static List<Case> Read()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Coterie.slnx")))
            folder = Path.GetDirectoryName(folder)!;
        var json = File.ReadAllBytes(Path.Combine(folder, "tests/vectors/runs/sources.json"));
        return JsonSerializer.Deserialize<List<Case>>(json, JsonSerializerOptions.Web)!;
    }
}
