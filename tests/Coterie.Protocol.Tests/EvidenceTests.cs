using System.Text.Json.Nodes;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Tests.Vectors;
using Coterie.Protocol.Tests.Worlds;

namespace Coterie.Protocol.Tests;

/// <summary>Files that anybody may have made up. What true ones prove, and which error others give, is in evidence.json of both languages.</summary>
public sealed class EvidenceTests(ITestOutputHelper output)
{
    [Fact]
    public void V1_a_file_that_anybody_changed_at_whatever_place_is_an_error_and_never_an_exception()
    {
        using var world = new World(5);
        var dice = Dice.Throw(output);
        foreach (var item in EvidenceCases.Of(world).Take(3))
        {
            var file = (string)item["text"]!;
            Assert.NotNull(Evidence.Read(file, out _));
            for (var round = 0; round < 100; round++)
            {
                var at = dice.Below(file.Length);
                var changed = $"{file[..at]}{(char)(32 + dice.Below(95))}{file[(at + 1)..]}";
                var left = Math.Min(file.Length, at + dice.Below(9));
                foreach (var hostile in (string[])[changed, file[..at], file[..at] + file[left..]])
                {
                    var finding = Evidence.Read(hostile, out var error);
                    Assert.Equal(finding is null, error != EvidenceError.None);
                    Assert.True(finding is null != Same(hostile, file), $"at {at}"); // white space, or the same letter
                }
            }
        }
    }

    [Fact]
    public void L1_V1_a_file_has_32_Mi_characters_at_most()
    {
        using var world = new World(5);
        var file = (string)EvidenceCases.Of(world).First()["text"]!;
        Assert.NotNull(Evidence.Read(file.PadRight(Limits.MaxEvidenceCharacters), out _));
        Assert.Null(Evidence.Read(file.PadRight(Limits.MaxEvidenceCharacters + 1), out var error));
        Assert.Equal(EvidenceError.NotEvidence, error);
    }

    private static bool Same(string hostile, string file)
    {
        try
        {
            return JsonNode.DeepEquals(JsonNode.Parse(hostile), JsonNode.Parse(file));
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }
}
