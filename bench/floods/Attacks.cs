using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Coterie.Bench.Floods;

/// <summary>What an attacker's process does, by name.</summary>
internal static class Attacks
{
    private const string Address = "198.51.100.7"; // where the attacker says it comes from
    private const int Storm = 5_000; // connections
    private const int StormSeconds = 10;
    private const int StormAddresses = 5; // each may have 1,024 at once

    public static readonly string[] All =
    [
        "edits",
        "signals",
        "joins",
        "guesses",
        "blobs",
        "pings",
        "pieces",
        "reconnects",
        "storm",
    ];

    public static void Run(string name, IPEndPoint server, Insider insider)
    {
        if (name == "storm")
            Storming(server, insider);
        if (name == "reconnects")
            Reconnect(server, insider);
        while (true)
        {
            try
            {
                Once(name, server, insider);
            }
            catch (Exception ended) when (ended is SocketException or InvalidOperationException)
            {
                Pause(TimeSpan.FromMilliseconds(10)); // dropped: it comes back
            }
        }
    }

    private static void Once(string name, IPEndPoint server, Insider insider)
    {
        using var attacker = new Attacker(server, Address, insider);
        attacker.Connect();
        attacker.Enter(join: name is "edits" or "signals" or "blobs");
        attacker.ReadOn();
        Action attack = name switch
        {
            "edits" => attacker.Write,
            "signals" => attacker.Signal,
            "joins" => attacker.Join,
            "guesses" => attacker.Guess,
            "blobs" => attacker.Want,
            "pings" => attacker.Ping,
            "pieces" => attacker.Pieces,
            _ => throw new ArgumentException($"no attack is called {name}", nameof(name)),
        };
        attack();
    }

    /// <summary>Connects, says nothing and goes, as often as it can.</summary>
    private static void Reconnect(IPEndPoint server, Insider insider)
    {
        while (true)
        {
            using var attacker = new Attacker(server, Address, insider);
            attacker.Connect();
        }
    }

    /// <summary>Many connections in a short time, which stay and say nothing.</summary>
    private static void Storming(IPEndPoint server, Insider insider)
    {
        var open = new List<Attacker>();
        var start = Stopwatch.GetTimestamp();
        for (var count = 0; count < Storm; count++)
        {
            var due = TimeSpan.FromSeconds((double)StormSeconds * count / Storm);
            if (due - Stopwatch.GetElapsedTime(start) is var early && early > TimeSpan.Zero)
                Pause(early);
            var attacker = new Attacker(server, $"198.51.100.{10 + (count % StormAddresses)}", insider);
            if (attacker.Connect())
                open.Add(attacker);
        }
        Console.WriteLine($"{open.Count} connected in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
        Pause(Timeout.InfiniteTimeSpan);
    }

    private static void Pause(TimeSpan time)
    {
        using var never = new ManualResetEventSlim();
        never.Wait(time);
    }
}
