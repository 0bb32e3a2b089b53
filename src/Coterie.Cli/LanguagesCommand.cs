using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Coterie.Server;
using Coterie.Server.Runs.Languages;
using Coterie.Server.Settings;

namespace Coterie.Cli;

/// <summary>`coterie languages`: which can be run on this machine, how the others are installed, and whether each says its hello.</summary>
internal static class LanguagesCommand
{
    private const string Help = """
        List the languages that programs in a room can be written in, and try them on this machine.

        Programs run in a sandbox, and find what is installed below /usr. For what is not there, the Debian packages
        that bring it are named. Where the sandbox does not hold, nothing runs, and the reason is said.

        What holds them is read as `coterie serve` reads it: from --config, from the environment and from these options.
        So what a running server has is told by the settings that it has; it says the same itself at its address with
        /run behind it.

        Examples:
          coterie languages
              each with its extensions and version, or with how to install it
          coterie languages --try
              runs a program in each that is installed: it reads a name, and greets
          coterie languages --try python c
              these two alone; one that is not installed counts as failed
          coterie languages --try --run-engine unix:///run/podman/podman.sock --run-images coterie-languages
              the same in containers of that engine
          coterie languages --config /etc/coterie.json
              as the server that is started with that file has them
          coterie languages --json | jq -r '.languages[] | select(.installed | not) | .install'
              what would have to be installed


        """;

    /// <summary>Settings of what holds programs.</summary>
    private static readonly string[] Held = ["run-isolation", "run-engine", "run-images"];

    /// <summary>Two at once would disturb each other's times.</summary>
    private const int Slots = 1;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // it goes to a terminal or a file, not into a page
    };

    public static Command Create()
    {
        var command = new Command("languages", Help + ExitCode.LanguagesHelp);
        var ids = new Argument<string[]>("ID")
        {
            Description = "Only these; without any, all",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var attempt = new Option<bool>("--try")
        {
            Description = "Run each one's hello in the sandbox, and say what came of it",
            Arity = ArgumentArity.Zero,
        };
        var json = new Option<bool>("--json") { Description = "Print JSON", Arity = ArgumentArity.Zero };
        command.Add(ids);
        command.Add(attempt);
        command.Add(json);
        var config = ServeCommand.ConfigOption();
        command.Add(config);
        var flags = Held.ToDictionary(name => name, SettingOption, StringComparer.Ordinal);
        foreach (var flag in flags.Values)
            command.Add(flag);
        command.SetAction(
            async (parsed, cancelled) =>
            {
                var folder = Directory.CreateTempSubdirectory("coterie-languages-");
                try
                {
                    var settings = ServeCommand.Settings(
                        name => flags.TryGetValue(name, out var flag) ? parsed.GetValue(flag) : null,
                        parsed.GetValue(config)
                    );
                    return await ListAsync(
                        parsed.GetValue(ids)!,
                        parsed.GetValue(attempt),
                        parsed.GetValue(json),
                        settings with
                        {
                            Data = folder.FullName,
                        }, // the server's own is in use, maybe
                        cancelled
                    );
                }
                catch (SettingException problem)
                {
                    await Console.Error.WriteLineAsync("coterie: " + problem.Message);
                    return ExitCode.BadSettings;
                }
                finally
                {
                    folder.Delete(recursive: true);
                }
            }
        );
        return command;
    }

    private static Option<string?> SettingOption(string name)
    {
        var setting = Setting.All.First(one => one.Name == name);
        return new Option<string?>("--" + name) { Description = setting.Help, HelpName = setting.Shape };
    }

    private static async Task<int> ListAsync(
        string[] ids,
        bool attempt,
        bool json,
        ServerSettings settings,
        CancellationToken cancelled
    )
    {
        var list = LanguageList.Shipped;
        var known = list.All.Select(one => one.Id).ToArray();
        var unknown = ids.Except(known, StringComparer.Ordinal).ToArray();
        foreach (var id in unknown)
            await Console.Error.WriteLineAsync(
                id.StartsWith('-')
                    ? $"coterie: there is no option '{id}'{SettingSources.Suggestion(id, ["--try", "--json", "--config", .. Held.Select(name => "--" + name), "--help"])}"
                    : $"coterie: there is no language '{id}'{SettingSources.Suggestion(id, known)}"
            );
        if (unknown.Length > 0)
            return ExitCode.BadSettings;
        var chosen = list.All.Where(one => ids.Length == 0 || ids.Contains(one.Id, StringComparer.Ordinal)).ToArray();

        var (sandbox, problem) = await CoterieServer.OpenSandboxAsync(settings, Slots);
        using var closing = sandbox;
        if (!json)
            Console.WriteLine(
                sandbox is null ? $"nothing runs here: {problem}" : $"a run is held by: {sandbox.Protections}"
            );
        if (attempt && sandbox is null)
        {
            if (json)
                Print(new { Problem = problem });
            return ExitCode.Failed;
        }
        var found = new List<Toolchain>();
        var trials = new List<Trial>();
        var width = chosen.Max(one => one.Id.Length);
        foreach (var language in chosen)
        {
            if (attempt)
            {
                if (ids.Length == 0 && sandbox!.Missing(language) is not null)
                    continue;
                trials.Add(await Trial.RunAsync(language, sandbox!, cancelled));
                if (!json)
                    Console.WriteLine(LineOf(trials[^1], width));
                continue;
            }
            found.Add(await Toolchain.LookAsync(language, sandbox, cancelled));
            if (!json)
                Console.WriteLine(LineOf(found[^1], width));
        }
        if (json)
            Print(
                new
                {
                    Problem = problem,
                    Protections = sandbox?.Protections,
                    Languages = attempt ? trials.Select(Shape) : found.Select(Shape),
                }
            );
        else if (attempt)
            Console.WriteLine(
                $"{trials.Count(one => one.Problem is null)} greeted, {trials.Count(one => one.Problem is not null)} failed"
            );
        else
            Console.WriteLine($"{found.Count(one => one.Problem is null)} of {found.Count} are installed");
        return trials.Any(one => one.Problem is not null) ? ExitCode.Failed : ExitCode.Done;
    }

    private static string LineOf(Toolchain one, int width) =>
        $"{one.Language.Id.PadRight(width)}  {one.Language.Name, -20}  {string.Join(' ', one.Language.Extensions), -22}  "
        + (one.Installed ? one.Problem ?? one.Version ?? "installed" : Toolchain.InstallOf(one.Language));

    private static string LineOf(Trial one, int width) =>
        string.Create(
                CultureInfo.InvariantCulture,
                $"{(one.Problem is null ? "ok    " : "failed")}  {one.Language.Id.PadRight(width)}  {one.Outcome?.Wall.TotalMilliseconds ?? 0, 6:0} ms  {(one.Outcome?.PeakMemoryBytes ?? 0) / 1048576.0, 5:0} MB  {one.Problem}"
            )
            .TrimEnd();

    private static object Shape(Toolchain one) =>
        new
        {
            one.Language.Id,
            one.Language.Name,
            one.Language.Extensions,
            one.Installed,
            one.Version,
            Install = Toolchain.InstallOf(one.Language),
            one.Problem,
        };

    private static object Shape(Trial one) =>
        new
        {
            one.Language.Id,
            one.Language.Name,
            Ok = one.Problem is null,
            Milliseconds = one.Outcome?.Wall.TotalMilliseconds,
            CpuMilliseconds = one.Outcome?.Cpu.TotalMilliseconds,
            MemoryBytes = one.Outcome?.PeakMemoryBytes,
            one.Problem,
        };

    private static void Print(object shape) => Console.WriteLine(JsonSerializer.Serialize(shape, Options));
}
