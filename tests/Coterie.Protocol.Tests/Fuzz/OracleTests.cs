using System.Diagnostics;
using System.Text.Json.Nodes;
using Coterie.Protocol.Tests.Vectors;
using Coterie.Protocol.Tests.Worlds;

namespace Coterie.Protocol.Tests.Fuzz;

/// <summary>The TypeScript parsers are asked the same as ours: same verdict, same value, same name of the error.</summary>
public sealed class OracleTests(ITestOutputHelper output)
{
    private const int Rounds = 40; // of every sample

    [Fact]
    public async Task R1_K8_M1_P1_W1_both_languages_say_the_same_of_any_bytes()
    {
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(Repository.Root, "node_modules", "rolldown")),
            "The oracle is TypeScript: run npm ci in the repository's root first."
        );
        var dice = Dice.Throw(output);
        using var world = new World(dice.Next());
        var questions = new List<(string Kind, byte[] Bytes)>();
        foreach (var (_, kind, bytes) in Samples.Of(world))
        {
            questions.Add((kind, bytes));
            for (var round = 0; round < Rounds; round++)
                questions.Add((kind, round % 10 == 0 ? dice.Bytes(dice.Below(300)) : Mutation.Bend(bytes, dice)));
        }
        var answers = await Ask(questions);
        Assert.Equal(questions.Count, answers.Count);
        var differences = new List<string>();
        for (var i = 0; i < questions.Count; i++)
        {
            var ours = Answer.To(questions[i].Kind, questions[i].Bytes);
            if (!JsonNode.DeepEquals(ours, JsonNode.Parse(answers[i])))
                differences.Add(
                    $"{questions[i].Kind} {Convert.ToHexStringLower(questions[i].Bytes)}\n  ours   {ours.ToJsonString()}\n  theirs {answers[i]}"
                );
        }
        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(10)));
    }

    private static async Task<List<string>> Ask(List<(string Kind, byte[] Bytes)> questions)
    {
        using var node = Process.Start(
            new ProcessStartInfo("node", "clients/core/oracle/oracle.mjs")
            {
                WorkingDirectory = Repository.Root,
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        var reading = Task.Run(async () =>
        {
            var lines = new List<string>();
            while (await node.StandardOutput.ReadLineAsync() is { } line)
                lines.Add(line);
            return lines;
        });
        foreach (var (kind, bytes) in questions)
            await node.StandardInput.WriteLineAsync($"{kind} {Convert.ToHexStringLower(bytes)}");
        node.StandardInput.Close();
        var answers = await reading;
        await node.WaitForExitAsync();
        Assert.Equal(0, node.ExitCode);
        return answers;
    }
}
