using System.Text.RegularExpressions;

namespace Coterie.Style.Tests;

/// <summary>
/// PROTOCOL.md is proved rule by rule: each id it lists begins the name of a test, and tests name no id it does not list.
/// C#: <c>J7_a_counter_that_skips_is_refused</c>; TypeScript: <c>test("J7 a counter that skips is refused")</c>.
/// </summary>
public sealed partial class RuleTests
{
    [Fact]
    public void Every_rule_has_a_test() => Check.None(Rules().Except(Tested().Keys));

    [Fact]
    public void A_test_names_only_rules_that_exist() =>
        Check.None(Tested().Where(each => !Rules().Contains(each.Key)).Select(each => $"{each.Value}: {each.Key}"));

    [Fact]
    public void Rules_are_numbered_once() =>
        Check.None(
            Rule()
                .Matches(Repository.Read("PROTOCOL.md"))
                .GroupBy(match => match.Groups["id"].Value)
                .Where(group => group.Count() > 1)
                .Select(group => group.Key)
        );

    [Fact]
    public void Ids_are_read_from_both_languages()
    {
        Assert.Equal(["J7"], IdsInCSharp("public void J7_a_counter_that_skips_is_refused()"));
        Assert.Equal(["H5", "H8"], IdsInCSharp("public async Task H5_H8_only_owners_destroy()"));
        Check.None(IdsInCSharp("public void A_room_opens()"));
        Assert.Equal(["J7"], IdsInTypeScript("test(\"J7 a counter that skips\", () => {})"));
        Assert.Equal(["W1", "W8"], IdsInTypeScript("it.each(cases)(\"W1, W8: %s\", () => {})"));
        Check.None(IdsInTypeScript("describe(\"a room\", () => {})"));
    }

    private static HashSet<string> Rules() =>
        Rule().Matches(Repository.Read("PROTOCOL.md")).Select(match => match.Groups["id"].Value).ToHashSet();

    /// <summary>Each id that a test names, and one file that does.</summary>
    private static Dictionary<string, string> Tested()
    {
        var found = new Dictionary<string, string>();
        foreach (
            var file in Repository
                .Files("tests", ".cs")
                .Where(file => !file.Contains("Coterie.Style.Tests", StringComparison.Ordinal))
        )
        foreach (var id in IdsInCSharp(Repository.Read(file)))
            found.TryAdd(id, file);
        foreach (
            var file in Repository
                .Files("clients", ".test.ts", ".test.tsx")
                .Concat(Repository.Files("tests", ".test.ts"))
        )
        foreach (var id in IdsInTypeScript(Repository.Read(file)))
            found.TryAdd(id, file);
        return found;
    }

    private static IEnumerable<string> IdsInCSharp(string text) =>
        Method()
            .Matches(text)
            .SelectMany(match => Id().Matches(match.Groups["ids"].Value))
            .Select(match => match.Value);

    private static IEnumerable<string> IdsInTypeScript(string text) =>
        Title().Matches(text).SelectMany(match => Id().Matches(match.Groups["ids"].Value)).Select(match => match.Value);

    [GeneratedRegex(@"^- \*\*(?<id>[A-Z]\d+)\*\*", RegexOptions.Multiline)]
    private static partial Regex Rule();

    [GeneratedRegex(@"\b(void|Task|ValueTask)\s+(?<ids>([A-Z]\d{1,2}_)+)")]
    private static partial Regex Method();

    [GeneratedRegex(
        @"\b(test|it|describe)(\.\w+(\((?:[^()]|\([^()]*\))*\))?)*\(\s*[""'`](?<ids>([A-Z]\d{1,2}\b[ ,:/+]*)+)"
    )]
    private static partial Regex Title();

    [GeneratedRegex(@"[A-Z]\d{1,2}")]
    private static partial Regex Id();
}
