using System.CommandLine;
using Coterie.Cli;
using Coterie.Server.Settings;

var program = new RootCommand("Coterie: a self-hosted, end-to-end encrypted place to code together.")
{
    ServeCommand.Create(),
    LanguagesCommand.Create(),
    VerifyCommand.Create(),
    EvidenceCommand.Create(),
};
program.Options.OfType<VersionOption>().Single().Action = new VersionText();
var parsed = program.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (
        var sentence in UnknownCommand()
            ?? ServeCommand.UnknownOptions(parsed)
            ?? parsed.Errors.Select(error => error.Message)
    )
        Console.Error.WriteLine("coterie: " + sentence);
    var command = parsed.CommandResult.Command == program ? "" : parsed.CommandResult.Command.Name + " ";
    Console.Error.WriteLine($"coterie {command}--help lists what can be given");
    return ExitCode.BadSettings;
}

// The server drains by itself on a signal; the library would cut it off.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

IEnumerable<string>? UnknownCommand() =>
    parsed.CommandResult.Command == program && parsed.UnmatchedTokens.Count > 0
        ?
        [
            $"there is no command '{parsed.UnmatchedTokens[0]}'{SettingSources.Suggestion(parsed.UnmatchedTokens[0], ["serve", "languages", "verify", "evidence", "--version", "--help"])}",
        ]
        : null;
