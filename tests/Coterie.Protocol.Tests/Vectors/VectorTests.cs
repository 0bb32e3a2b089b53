using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Tests.Worlds;
using Coterie.Protocol.Wire;
using static Coterie.Protocol.Tests.Vectors.Computed;

namespace Coterie.Protocol.Tests.Vectors;

/// <summary>
/// Writes tests/vectors/from-csharp (only with COTERIE_WRITE_VECTORS=1; otherwise checks that it is up to date), and checks every case of both
/// languages. Files and schema: tests/vectors/README.md.
/// </summary>
public sealed class VectorTests
{
    private const ulong Seed = 2026;
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "vectors");

    [Fact]
    public void L1_our_vectors_on_disk_are_what_our_code_makes()
    {
        foreach (var (name, cases) in Made())
        {
            var path = Path.Combine(Folder, "from-csharp", $"{name}.json");
            var text = new JsonArray([.. cases]).ToJsonString(Format) + "\n";
            if (Environment.GetEnvironmentVariable("COTERIE_WRITE_VECTORS") == "1")
                File.WriteAllText(path, text);
            Assert.True(
                File.Exists(path) && File.ReadAllText(path) == text,
                $"{name}.json is out of date: run this test with COTERIE_WRITE_VECTORS=1."
            );
        }
    }

    [Theory]
    [InlineData("from-csharp")]
    [InlineData("from-typescript")]
    public void L1_every_case_of_both_languages_comes_out_the_same_here(string language)
    {
        var folder = Path.Combine(Folder, language);
        Assert.SkipUnless(Directory.Exists(folder), $"There is no {folder} yet.");
        foreach (var path in Directory.GetFiles(folder, "*.json"))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            foreach (var item in JsonNode.Parse(File.ReadAllText(path))!.AsArray())
                Check(name, item!.AsObject());
        }
    }

    private static Dictionary<string, List<JsonObject>> Made()
    {
        using var world = new World(Seed, deterministic: true);
        var judging = new Judging(world);
        var made = Inputs.Of(world);
        foreach (var (name, cases) in made)
        {
            for (var i = 0; i < cases.Count; i++)
                cases[i] = Complete(name, JsonNode.Parse(cases[i].ToJsonString())!.AsObject());
        }
        made["manifests"] = [.. judging.Manifests()];
        made["members"] = [.. judging.Members()];
        using var another = new World(Seed + 1, deterministic: true);
        made["roomstate"] = [.. judging.RoomState(), Returning.Replacing(another), Returning.AfterClosing(another)];
        made["records"] = [.. RecordCases.Of(world)];
        using var court = new World(Seed + 2, deterministic: true);
        made["evidence"] =
        [
            .. EvidenceCases
                .Of(court)
                .Select(each => Complete("evidence", JsonNode.Parse(each.ToJsonString())!.AsObject())),
        ];
        made["hpke"] = [.. WrapCases.Sealed(world)];
        return made;
    }

    private static void Check(string file, JsonObject item)
    {
        var name = $"{file}: {item["name"]}";
        switch (file)
        {
            case "manifests":
            case "roomstate":
                using (var transcript = new Transcript(item))
                {
                    foreach (var step in item["steps"]!.AsArray())
                        Same(
                            name,
                            step!["expect"]!,
                            file == "manifests"
                                ? transcript.Manifest(Bytes(step.AsObject(), "bytes"))
                                : transcript.Step(step.AsObject())
                        );
                }
                break;
            case "members":
                using (var transcript = new Transcript(item))
                {
                    foreach (var manifest in item["manifests"]!.AsArray())
                        Same(
                            name,
                            Transcript.Of(Verdict.Ok),
                            transcript.Manifest(Convert.FromHexString((string)manifest!))
                        );
                    Same(name, item["expect"]!, transcript.Member(item));
                }
                break;
            case "records":
                RecordCases.Check(item);
                break;
            case "hpke":
                WrapCases.CheckSealed(item);
                break;
            case "letters":
                WrapCases.CheckLetter(item);
                break;
            case "run-orders":
                WrapCases.CheckRunOrder(item);
                break;
            case "wraps":
                WrapCases.Check(item);
                break;
            default:
                Same(name, item, Complete(file, item.DeepClone().AsObject()));
                break;
        }
    }

    private static void Same(string name, JsonNode expected, JsonNode actual) =>
        Assert.True(
            JsonNode.DeepEquals(expected, actual),
            $"{name}\n  vector {expected.ToJsonString()}\n  ours   {actual.ToJsonString()}"
        );
}
