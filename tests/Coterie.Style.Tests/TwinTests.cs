namespace Coterie.Style.Tests;

/// <summary>The protocol's two implementations have one map: who knows a file in one language finds it in the other.</summary>
public sealed class TwinTests
{
    private static readonly string[] Folders = ["Wire", "Keys", "Rooms", "Runs"];

    /// <summary>A file without a twin ("Wire/Name"), and why it has none.</summary>
    private static readonly Dictionary<string, string> Alone = WithoutTwin.Reasons;

    [Fact]
    public void Every_protocol_file_has_its_twin() => Check.None(Faults(InCSharp(), InTypeScript(), Alone));

    [Fact]
    public void A_file_without_a_twin_is_found()
    {
        Assert.Single(Faults(["Wire/Frame"], [], []));
        Assert.Single(Faults([], ["Wire/Frame"], []));
        Assert.Single(
            Faults(["Wire/Frame"], ["Wire/Frame"], new() { ["Wire/Frame"] = "a reason that no longer holds" })
        );
        Check.None(Faults(["Wire/Frame"], ["Wire/Frame"], []));
    }

    private static IEnumerable<string> Faults(
        HashSet<string> sharp,
        HashSet<string> script,
        Dictionary<string, string> alone
    )
    {
        foreach (var name in sharp.Except(script).Where(name => !alone.ContainsKey(name)))
            yield return $"{name}.cs has no twin in clients/core/src";
        foreach (var name in script.Except(sharp).Where(name => !alone.ContainsKey(name)))
            yield return $"{name}.ts has no twin in src/Coterie.Protocol";
        foreach (var name in alone.Keys.Where(name => sharp.Contains(name) == script.Contains(name)))
            yield return $"{name} need not stand in the list of files without a twin";
    }

    private static HashSet<string> InCSharp() =>
        Names(folder => Repository.Files("src/Coterie.Protocol/" + folder, ".cs"));

    private static HashSet<string> InTypeScript() =>
        Names(folder => Repository.Files("clients/core/src/" + folder.ToLowerInvariant(), ".ts"));

    private static HashSet<string> Names(Func<string, IReadOnlyList<string>> files) =>
        Folders
            .SelectMany(folder => files(folder).Select(file => folder + "/" + Path.GetFileNameWithoutExtension(file)))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
}
