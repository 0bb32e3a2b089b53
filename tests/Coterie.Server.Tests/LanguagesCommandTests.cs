using System.Text.Json;
using Coterie.Server.Runs.Languages;
using Coterie.Server.Tests.World;

namespace Coterie.Server.Tests;

/// <summary>`coterie languages`, on a machine that can hold programs in as on one that cannot.</summary>
public sealed class LanguagesCommandTests
{
    [Theory]
    [InlineData("pyhton", "coterie: there is no language 'pyhton'; did you mean 'python'?\n")]
    [InlineData("xyzzy", "coterie: there is no language 'xyzzy'\n")]
    [InlineData("--tyr", "coterie: there is no option '--tyr'\n")]
    [InlineData("--tr", "coterie: there is no option '--tr'; did you mean '--try'?\n")]
    public async Task What_there_is_none_of_is_named_2(string given, string sentence)
    {
        var (code, said, complained) = await ServerProcess.RunCommandAsync("languages", "python", given);
        Assert.Equal((2, "", sentence), (code, said, complained));
    }

    [Fact]
    public async Task Each_is_listed_or_says_how_it_is_installed()
    {
        var (code, said, _) = await ServerProcess.RunCommandAsync("languages");
        Assert.Equal(0, code);
        Assert.Matches("^(a run is held by: namespaces|nothing runs here: )", said);
        foreach (var language in LanguageList.Shipped.All)
        {
            var line = Assert.Single(
                said.Split('\n'),
                one => one.StartsWith(language.Id + " ", StringComparison.Ordinal)
            );
            Assert.Equal(
                Toolchain.Missing(language) is not null,
                line.EndsWith(Toolchain.InstallOf(language), StringComparison.Ordinal)
            );
        }
    }

    [Theory]
    [InlineData(
        "--run-engine",
        "/run/podman.sock",
        "'/run/podman.sock' is no socket such as unix:///run/podman/podman.sock"
    )]
    [InlineData("--run-images", "cobolt=x", "there is no language 'cobolt'; `coterie languages` lists them")]
    public async Task An_engine_that_cannot_be_meant_2(string option, string given, string sentence)
    {
        string[] named = option == "--run-engine" ? [] : ["--run-engine", "unix:///nowhere"];
        var (code, said, complained) = await ServerProcess.RunCommandAsync(["languages", .. named, option, given]);
        Assert.Equal((2, "", $"coterie: {option}: {sentence}\n"), (code, said, complained));
    }

    [Fact]
    public async Task What_holds_programs_is_read_as_a_server_reads_it()
    {
        using var scratch = new Scratch();
        var file = scratch.Write("coterie.json", """{ "runEngine": "unix:///nowhere/by-file.sock" }""");
        var (_, said, _) = await ServerProcess.RunCommandAsync("languages", "c", "--config", file);
        Assert.StartsWith(
            "nothing runs here: No container engine answers at /nowhere/by-file.sock: ",
            said,
            StringComparison.Ordinal
        );
        (var code, said, var complained) = await ServerProcess.RunCommandAsync(
            "languages",
            "c",
            "--run-isolation",
            "none"
        );
        Assert.Equal(
            (2, "", "coterie: --run-isolation: 'none' is none of auto, groups and namespaces\n"),
            (code, said, complained)
        );
    }

    [Fact]
    public async Task Where_no_engine_answers_it_is_said()
    {
        string[] nowhere = ["--run-engine", "unix:///nowhere/engine.sock"];
        var (code, said, _) = await ServerProcess.RunCommandAsync(["languages", "c", "--try", .. nowhere]);
        Assert.Equal(1, code);
        Assert.StartsWith(
            "nothing runs here: No container engine answers at /nowhere/engine.sock: ",
            said,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task As_JSON_for_programs()
    {
        var (code, said, _) = await ServerProcess.RunCommandAsync("languages", "--json", "sed", "c");
        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(said);
        var languages = json.RootElement.GetProperty("languages").EnumerateArray().ToArray();
        Assert.Equal(["c", "sed"], languages.Select(one => one.GetProperty("id").GetString()));
        Assert.True(languages[1].GetProperty("installed").GetBoolean());
        Assert.Equal("apt-get install gcc libc6-dev", languages[0].GetProperty("install").GetString());
    }

    [Fact]
    public async Task A_hello_is_tried_0_or_nothing_runs_1()
    {
        var (code, said, _) = await ServerProcess.RunCommandAsync("languages", "--try", "sed", "bash");
        if (said.StartsWith("nothing runs here: ", StringComparison.Ordinal))
            Assert.Equal(1, code);
        else
        {
            Assert.Equal(0, code);
            Assert.Matches(@"\nok +bash +\d+ ms +\d+ MB\n", said);
            Assert.EndsWith("2 greeted, 0 failed\n", said, StringComparison.Ordinal);
        }
    }
}
