using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Coterie.Bench.Hub;

/// <summary>
/// A contender's process, pinned to the server core, from its start until it is killed. It listens on a port of its own
/// choice on the loopback and says so on a line that holds "listening on http://…".
/// </summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private readonly Process process;
    private readonly Gauge? gauge;

    private readonly List<string> output;

    private ServerProcess(Process process, IPEndPoint address, long started, Gauge? gauge, List<string> output)
    {
        this.output = output;
        this.gauge = gauge;
        this.process = process;
        Address = address;
        Started = started;
    }

    public IPEndPoint Address { get; }

    /// <summary>The stopwatch's time just before the process was made.</summary>
    public long Started { get; }

    /// <summary>Resident memory in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            foreach (var line in File.ReadLines($"/proc/{process.Id}/status"))
                if (line.StartsWith("VmRSS:", StringComparison.Ordinal))
                    return 1024 * long.Parse(line.AsSpan(6, line.Length - 9).Trim(), CultureInfo.InvariantCulture);
            throw new InvalidOperationException("the server is gone");
        }
    }

    /// <summary>Processor time that the server has used, user and system.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>The first lines that the server printed.</summary>
    public string Output
    {
        get
        {
            lock (output)
                return string.Join('\n', output);
        }
    }

    /// <summary>Bytes that a .NET server has allocated since its start; 0 for others.</summary>
    public long AllocatedBytes => gauge?.AllocatedBytes ?? 0;

    /// <param name="gauge">For a .NET server: the file through which it tells its allocations.</param>
    /// <exception cref="InvalidOperationException">It ended, or did not listen in time; the text holds what it printed.</exception>
    public static ServerProcess Start(
        string command,
        IEnumerable<string> arguments,
        string? gauge = null,
        IReadOnlyDictionary<string, string>? environment = null
    )
    {
        var start = new ProcessStartInfo("taskset")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (
            var argument in (string[])
                ["-c", Options.ServerCore.ToString(CultureInfo.InvariantCulture), command, .. arguments]
        )
            start.ArgumentList.Add(argument);
        start.Environment["NODE_ENV"] = "production";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[name] = value;
        if (gauge is not null)
        {
            start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(ServerProcess).Assembly.Location;
            start.Environment[Gauge.Variable] = gauge;
        }

        var started = Stopwatch.GetTimestamp();
        var child = Process.Start(start)!;
        using var listening = new ManualResetEventSlim();
        IPEndPoint? address = null;
        var lines = new List<string>();
        void Line(object _, DataReceivedEventArgs line)
        {
            if (line.Data is null)
                return;
            lock (lines)
                if (lines.Count < 100)
                    lines.Add(line.Data);
            var at = line.Data.IndexOf("listening on http", StringComparison.Ordinal);
            if (address is not null || at < 0)
                return;
            var uri = new Uri(line.Data[(at + "listening on ".Length)..].Split(' ')[0]);
            address = new IPEndPoint(IPAddress.Loopback, uri.Port);
            listening.Set();
        }
        child.OutputDataReceived += Line;
        child.ErrorDataReceived += Line;
        child.BeginOutputReadLine();
        child.BeginErrorReadLine();
        if (listening.Wait(StartLimit))
            return new ServerProcess(child, address!, started, gauge is null ? null : new Gauge(gauge), lines);
        child.Kill();
        throw new InvalidOperationException($"{command} did not listen:\n" + string.Join('\n', lines));
    }

    /// <summary>kill -9, and waits until the process is gone.</summary>
    public void Kill()
    {
        if (process.HasExited)
            return;
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        gauge?.Dispose();
        process.Dispose();
    }
}
