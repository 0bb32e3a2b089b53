using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coterie.Protocol.Tests.Vectors;
using Coterie.Protocol.Tests.Worlds;

namespace Coterie.Protocol.Tests.Fuzz;

/// <summary>
/// The TypeScript parsers are asked the same as ours, of bytes bent from every kind: same verdict, same value, same name of the error.
/// COTERIE_FUZZ_INPUTS says how many; <c>./test parsers</c> takes half a minute of them, and with COTERIE_FUZZ_INPUTS=1000000 as long as that takes.
/// </summary>
public sealed class OracleTests(ITestOutputHelper output)
{
    private const int Inputs = 8_000;
    private const int SealedOnceIn = 8; // what has to be opened costs a thousand times as much
    private static readonly JsonSerializerOptions AsTypeScript = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public async Task R1_K8_M1_P1_W1_J9_both_languages_say_the_same_of_any_bytes()
    {
        Assert.SkipUnless(Oracle.IsThere, "The oracle is TypeScript: run npm ci in the repository's root first.");
        var inputs = int.Parse(
            Environment.GetEnvironmentVariable("COTERIE_FUZZ_INPUTS") ?? $"{Inputs}",
            CultureInfo.InvariantCulture
        );
        var dice = Dice.Throw(output);
        using var world = new World(dice.Next());
        var corpus = new Corpus(world);
        Assert.Equal(Answer.Kinds.Order(), corpus.Kinds.Order());
        var tally = Answer.Kinds.ToDictionary(kind => kind, _ => (Ok: 0, Error: 0));
        var differences = new List<string>();
        using var oracle = new Oracle();
        await foreach (var (question, theirs) in oracle.AskAsync(Questions(corpus, inputs, dice), one => one))
        {
            var ours = Answer.To(question.Kind, question.Bytes);
            var (ok, error) = tally[question.Kind];
            tally[question.Kind] = ours.ContainsKey("ok") ? (ok + 1, error) : (ok, error + 1);
            if (ours.ToJsonString(AsTypeScript) == theirs || JsonNode.DeepEquals(ours, JsonNode.Parse(theirs)))
                continue;
            differences.Add(
                $"{question.Kind} {Convert.ToHexStringLower(question.Bytes)}\n  ours   {ours.ToJsonString()}\n  theirs {theirs}"
            );
        }
        foreach (var (kind, (ok, error)) in tally)
            output.WriteLine($"{kind, -18} {ok, 8} read {error, 8} refused");
        Assert.True(
            differences.Count == 0,
            $"{differences.Count} differ\n{string.Join('\n', differences.DistinctBy(one => one.Split('\n')[0].Split(' ')[0] + one.Split('\n')[1][..Math.Min(24, one.Split('\n')[1].Length)]).Take(20))}"
        );
        Assert.All(tally, kind => Assert.True(kind.Value is { Ok: > 0, Error: > 0 }, $"{kind.Key} {kind.Value}"));
    }

    private static IEnumerable<(string Kind, byte[] Bytes)> Questions(Corpus corpus, int inputs, Dice dice)
    {
        foreach (var kind in Answer.Kinds)
            yield return (kind, corpus.Whole(kind));
        for (var i = 0; i < inputs; )
        {
            var kind = Answer.Kinds[dice.Below(Answer.Kinds.Length)];
            if (OpenedAnswer.Kinds.Contains(kind) && dice.Below(SealedOnceIn) > 0)
                continue;
            i++;
            yield return (kind, corpus.Draw(kind, dice));
        }
    }
}
