using Coterie.Hub.Stores;

namespace Coterie.Cli;

/// <summary>What the program's end tells a script; the --help of each command lists them.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int BadSettings = 2;
    public const int CannotListen = 3;
    public const int Differs = 4;
    public const int NotCompared = 5;
    public const int DataInUse = 10;
    public const int DataUnwritable = 11;
    public const int DataFull = 12;
    public const int DataNewer = 13;
    public const int DataDamaged = 14;

    public const string Help = """
        Exit codes:
           0  ended by Ctrl-C or SIGTERM, everything accepted is kept
           1  something else failed; the line on stderr says what
           2  a flag, a variable, the config file or the certificate cannot be used
           3  an address cannot be listened on
          10  the data directory is in use by another process
          11  the data directory cannot be written
          12  the disk of the data directory is full
          13  the data directory was written by a newer version
          14  the data directory is damaged
        """;

    public const string LanguagesHelp = """
        Exit codes:
           0  listed; with --try, each of them greeted
           1  with --try: one of them failed, or nothing runs on this machine
           2  there is no such language or option
        """;

    public const string VerifyHelp = """
        Exit codes:
           0  the server hands out that web client, in all that was asked for
           2  an argument or option cannot be used, or there is nothing to compare with
           4  something differs, is missing or is more; each is printed
           5  not all could be compared: no server, no trusted certificate, a redirect, an answer that is too slow
        """;

    public static int Of(StoreProblem problem) =>
        problem switch
        {
            StoreProblem.InUse => DataInUse,
            StoreProblem.Unwritable => DataUnwritable,
            StoreProblem.Full => DataFull,
            StoreProblem.NewerSchema => DataNewer,
            StoreProblem.Corrupt => DataDamaged,
            _ => Failed,
        };
}
