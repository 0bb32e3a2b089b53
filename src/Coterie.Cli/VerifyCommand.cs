using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Coterie.Server.Delivery;
using Coterie.Server.Settings;

namespace Coterie.Cli;

/// <summary>`coterie verify`: whether a server hands out the web client that this program contains.</summary>
internal static class VerifyCommand
{
    private static readonly string Help = string.Create(
        CultureInfo.InvariantCulture,
        $"""
        Compare the web client that a server hands out with the one that this program contains.

        A page that is sealed in the browser is as good as the script that seals it, and that comes from the server.
        This asks the server for every file of its web client as a browser does, as it is and in each compression, for
        the page at its address, at a room's and at Google Drive's, and compares each with this program's, byte for
        byte; and what each answer tells a browser beside its bytes, such as what the page may load, run and ask.
        What the operator may set is listed: which other addresses the pages of that server may ask, and the like.

        Two programs that were built from the same source have the same bundle. `coterie --version` prints its id; so
        do the server when it starts, by its first 16 digits, and the page under "About this page".

        What this cannot show: a server can tell this command from your browser, or you from others, and hand out
        other files there. It is the word of one visit. A browser that has visited the server keeps the version that
        it found, and asks before it takes another one: compare the id under "About this page" there, too.

        Examples:
          coterie verify https://code.example
              whether it hands out what this program contains
          coterie verify https://code.example/code
              below a base path
          coterie verify https://192.168.1.7:8443 --fingerprint A1B2…
              a server with a self-made certificate, by the fingerprint that it printed
          coterie verify https://code.example --id 3f0c…
              whether it hands out the bundle of that id: for a release that this program is not of
          coterie verify https://code.example --json | jq -r '.differences[].path'
              what differs, for a script

        Limits: {Comparison.ConnectPatience.TotalSeconds:0} s to connect and {Comparison.Patience.TotalSeconds:0} s for each answer, {Comparison.AtOnce} at once; a list of {Bundle.MostFiles} files, of which none
        is larger than {Bundle.MostFileBytes / 1024 / 1024} MiB. No redirect is followed, and no cookie kept.


        """
    );

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create()
    {
        var command = new Command("verify", Help + ExitCode.VerifyHelp);
        var url = new Argument<string>("URL") { Description = "The address at which people open the server" };
        var id = new Option<string?>("--id")
        {
            Description = "Compare with the bundle of this id, all 64 digits, in the place of this program's",
            HelpName = "ID",
        };
        var fingerprint = new Option<string?>("--fingerprint")
        {
            Description = "Take the certificate with this SHA-256 fingerprint, and no other",
            HelpName = "SHA256",
        };
        var web = new Option<string?>("--web")
        {
            Description = "Compare with the web client in this folder, in the place of this program's",
            HelpName = "DIR",
        };
        var json = new Option<bool>("--json") { Description = "Print JSON", Arity = ArgumentArity.Zero };
        command.Add(url);
        command.Add(id);
        command.Add(fingerprint);
        command.Add(web);
        command.Add(json);
        command.SetAction(
            (parsed, cancelled) =>
                VerifyAsync(
                    parsed.GetValue(url)!,
                    parsed.GetValue(id),
                    parsed.GetValue(fingerprint),
                    parsed.GetValue(web),
                    parsed.GetValue(json),
                    cancelled
                )
        );
        return command;
    }

    private static async Task<int> VerifyAsync(
        string url,
        string? id,
        string? fingerprint,
        string? web,
        bool json,
        CancellationToken cancelled
    )
    {
        if (
            !Uri.TryCreate(url, UriKind.Absolute, out var server)
            || (server.Scheme != Uri.UriSchemeHttps && server.Scheme != Uri.UriSchemeHttp)
        )
            return Fail(ExitCode.BadSettings, $"'{url}' is no address such as https://code.example");
        if (id is not null && web is not null)
            return Fail(ExitCode.BadSettings, "--id and --web both say what to compare with; give one of them");
        id = id?.Trim().ToLowerInvariant();
        if (id is not null && !Bundle.IsHash(id))
            return Fail(ExitCode.BadSettings, $"--id: '{id}' is not the 64 digits that `coterie --version` prints");
        var certificate = fingerprint is null ? null : Digits(fingerprint);
        if (certificate is not null && !Bundle.IsHash(certificate.ToLowerInvariant()))
            return Fail(ExitCode.BadSettings, $"--fingerprint: '{fingerprint}' is no SHA-256 fingerprint");
        var folder = web ?? new ServerSettings().Web;
        var own = id is null ? Bundle.In(folder) : null;
        if (id is null && own is null)
            return Fail(
                ExitCode.BadSettings,
                $"there is no web client in {folder} to compare with. ./run builds one; --id compares with a published id."
            );
        try
        {
            var found = await Comparison.RunAsync(server, own, id ?? own!.Id, certificate, cancelled);
            Print(
                server,
                found,
                json,
                own is null ? "named"
                    : web is null ? "of this program"
                    : $"in {web}"
            );
            return found.Differences.Count == 0 ? ExitCode.Done : ExitCode.Differs;
        }
        catch (CannotCompareException problem)
        {
            if (json)
                Console.WriteLine(
                    JsonSerializer.Serialize(new { Server = server, Problem = problem.Message }, Options)
                );
            return Fail(ExitCode.NotCompared, problem.Message);
        }
    }

    private static void Print(Uri server, Compared found, bool json, string whose)
    {
        if (json)
        {
            var same = found.Differences.Count == 0;
            Console.WriteLine(
                JsonSerializer.Serialize(
                    new
                    {
                        Server = server,
                        Same = same,
                        found.Id,
                        found.ServedId,
                        found.Files,
                        found.Answers,
                        found.Settings,
                        found.Elsewhere,
                        found.Differences,
                    },
                    Options
                )
            );
            return;
        }
        Console.WriteLine($"compared with:  bundle {Bundle.Short(found.Id)}, the one {whose}");
        Console.WriteLine(
            $"the server's:   {(found.ServedId is null ? "none that it names" : "bundle " + Bundle.Short(found.ServedId))}"
        );
        foreach (var setting in found.Settings)
            Console.WriteLine($"its operator set: {setting}");
        foreach (var address in found.Elsewhere)
            Console.WriteLine($"its pages may ask: {address}");
        foreach (var (path, kind, what) in found.Differences)
            Console.WriteLine($"{kind, -7}  /{path}  {what}");
        Console.WriteLine(
            found.Differences.Count == 0
                ? $"the same: {found.Files} files, in {found.Answers} answers"
                : $"NOT the same: {found.Differences.Count} differences. Do not type a secret there before you know why; ask whoever runs the server which version it is."
        );
    }

    // As certificates are shown: with colons or blanks between the digits, or without.
    private static string Digits(string fingerprint) =>
        fingerprint
            .Replace(":", "", StringComparison.Ordinal)
            .Replace(" ", "", StringComparison.Ordinal)
            .ToUpperInvariant();

    private static int Fail(int code, string message)
    {
        Console.Error.WriteLine("coterie: " + message.ReplaceLineEndings(" "));
        return code;
    }
}
