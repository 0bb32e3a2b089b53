using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Coterie.Bench.Crdt;

/// <summary>Who does a scenario: a process of its own each time, so that no one's heap or compiled code helps or hinders another.</summary>
internal sealed record Contender(string Name, string Program, string[] Arguments)
{
    private const string Peers = "bench/crdt/peers/measure.mjs";

    public static IReadOnlyList<Contender> All { get; } =
    [
        new("coterie", Environment.ProcessPath!, [typeof(Contender).Assembly.Location, "measure"]),
        .. new[] { "yjs", "ywasm", "loro", "diamond-types" }.Select(name => new Contender(
            name,
            "node",
            ["--expose-gc", "--max-old-space-size=8192", Peers, name]
        )),
    ];

    /// <returns>Per row its values; empty where this contender cannot do it.</returns>
    /// <exception cref="InvalidOperationException">It failed; the text says how.</exception>
    public async Task<Dictionary<string, double[]>> RunAsync(string input, Options options)
    {
        var start = new ProcessStartInfo(Program, Arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(input);
        start.ArgumentList.Add(options.Repetitions.ToString(CultureInfo.InvariantCulture));
        start.ArgumentList.Add(options.Seconds.ToString(CultureInfo.InvariantCulture));
        start.ArgumentList.Add(options.WarmUp.ToString(CultureInfo.InvariantCulture));
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{Name} ended with {process.ExitCode}: {(await error).Trim()}");
        return JsonSerializer.Deserialize<Dictionary<string, double[]>>(output)!;
    }
}
