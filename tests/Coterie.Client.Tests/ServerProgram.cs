using System.Diagnostics;

namespace Coterie.Client.Tests;

/// <summary>
/// The real server program in a process of its own, on a port of its own that it keeps over restarts, with a data directory that
/// outlives kill -9. The project builds it; nothing here does.
/// </summary>
public sealed class ServerProgram : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60); // a cold start on a busy machine
    private readonly string directory = Directory.CreateTempSubdirectory("coterie-client-tests-").FullName;
    private Process? process;

    private ServerProgram() { }

    /// <summary>Such as http://127.0.0.1:40123/.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>For permanent rooms.</summary>
    public string AdminKey => File.ReadAllText(KeyFile).Trim();

    private string KeyFile => Path.Combine(directory, "admin.key");

    public static string Repository => Output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;

    private static DirectoryInfo Output { get; } = new(AppContext.BaseDirectory.TrimEnd('/')); // tests/X/bin/CONFIGURATION/net10.0

    private static string Program =>
        Path.Combine(Repository, "src/Coterie.Cli/bin", Output.Parent!.Name, Output.Name, "coterie.dll");

    public static async Task<ServerProgram> StartAsync()
    {
        var server = new ServerProgram();
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>As a power cut would: no handler of the server runs.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    public async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var url = Url.GetLeftPart(UriPartial.Authority);
        string[] arguments = [Program, "serve", "--urls", url, "--data", directory, "--admin-key-file", KeyFile];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new List<string>();
        void Hear(object _, DataReceivedEventArgs line)
        {
            const string Sign = "listening on ";
            if (line.Data is null)
                return;
            lock (said)
                said.Add(line.Data);
            if (line.Data.IndexOf(Sign, StringComparison.Ordinal) is var at and >= 0)
                listening.TrySetResult(new Uri(line.Data[(at + Sign.Length)..].Split(' ')[0]));
        }
        process = Process.Start(start)!;
        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var first = await Task.WhenAny(listening.Task, process.WaitForExitAsync(), Task.Delay(StartLimit));
        if (first != listening.Task)
            Assert.Fail("the server did not start:\n" + string.Join('\n', said));
        Url = await listening.Task;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await KillAsync();
        Directory.Delete(directory, recursive: true);
    }
}
