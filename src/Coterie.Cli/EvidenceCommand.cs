using System.CommandLine;
using System.Globalization;
using System.Security;
using Coterie.Protocol;
using Coterie.Protocol.Rooms;

namespace Coterie.Cli;

/// <summary>`coterie evidence FILE`: what a file of sealed evidence proves, to who was never in the room (PROTOCOL.md section 18).</summary>
internal static class EvidenceCommand
{
    private const string Help = """
        Check a file that somebody saved by "Save the evidence" in a room.

        It is checked by signatures alone, from the room's id on: nothing is asked of a server, and no key of the room
        is needed. What was written in the room stays sealed.

        Proven is what two signatures say that cannot both be true. What a server sent bears no signature of its own:
        of that the file proves no more than who says so.

        Examples:
          coterie evidence coterie-evidence-5f3k.json


        """;

    private const string ExitHelp = """
        Exit codes:
           0  two signatures contradict each other
           1  a member of the room says what the server sent; no other signature contradicts it
           2  the file cannot be read, or proves nothing
        """;

    public static Command Create()
    {
        var command = new Command("evidence", Help + ExitHelp);
        var file = new Argument<string>("FILE") { Description = "The file that was saved" };
        command.Add(file);
        command.SetAction(parsed => Check(parsed.GetValue(file)!));
        return command;
    }

    private static int Check(string path)
    {
        string text;
        try
        {
            if (new FileInfo(path).Length > Limits.MaxEvidenceCharacters)
                return Fails($"{path} is too large to be evidence");
            text = File.ReadAllText(path);
        }
        catch (Exception problem)
            when (problem is IOException or UnauthorizedAccessException or SecurityException or ArgumentException)
        {
            return Fails($"{path} cannot be read: {problem.Message}");
        }
        if (Evidence.Read(text, out var error) is not { } finding)
            return Fails($"{path} proves nothing: {Why(error)}");
        Console.WriteLine(finding.IsProven ? $"PROVEN: {Proven(finding)}" : $"TOLD, not proven: {Told(finding.Kind)}");
        Console.WriteLine($"  said by   member {finding.Witness}");
        if (finding.Against is { } against)
            Console.WriteLine($"  against   member {against}");
        if (finding.Kind is not (TestimonyKind.Rules or TestimonyKind.Front))
            Console.WriteLine($"  where     stream {finding.Stream}, position {finding.Seq}");
        if (finding.Kind == TestimonyKind.Rules)
            Console.WriteLine($"  where     version {finding.Seq} of the room's rules");
        var most = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
        var at = DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Min(finding.Time, (ulong)most));
        Console.WriteLine($"  when      {at.ToString("u", CultureInfo.InvariantCulture)}, by their own clock");
        return finding.IsProven ? ExitCode.Done : ExitCode.Failed;
    }

    private static int Fails(string text)
    {
        Console.Error.WriteLine("coterie: " + text);
        return ExitCode.BadSettings;
    }

    private static string Proven(EvidenceFinding finding) =>
        finding.Kind == TestimonyKind.Rules
            ? "an owner's key signed two different sets of rules under one number"
            : "two members signed different histories of one place: the server showed them different ones, or one of them signed what is not so";

    private static string Told(TestimonyKind kind) =>
        kind switch
        {
            TestimonyKind.Broken => "a member says that the server sent them a log that does not hold together",
            TestimonyKind.RolledBack => "a member says that the server went back behind what they had verified",
            _ => "a member says that the server showed another room, or other rules, than they had verified",
        };

    private static string Why(EvidenceError error) =>
        error switch
        {
            EvidenceError.NotEvidence => "it is another kind of file, or was damaged",
            EvidenceError.Version => "a newer version of this program made it: update this one",
            EvidenceError.Room => "the rules in it are not of the room that it names",
            EvidenceError.Papers => "a member named in it was not admitted by the room's rules",
            EvidenceError.Witness => "nobody of the room has signed it",
            EvidenceError.Exhibit => "what it shows is not what it says, or its author did not sign it",
            _ => "nothing in it contradicts anything",
        };
}
