using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Coterie.Server.Settings;

namespace Coterie.Server.Tests.World;

/// <summary>
/// `dotnet coterie.dll serve …` as an operator starts it, with everything it says. The project builds the program; nothing here
/// does. No COTERIE_ variable of the machine reaches it. Killed at the end, if it still runs.
/// </summary>
public sealed partial class ServerProcess : IAsyncDisposable
{
    public const int HangUp = 1;
    public const int Interrupt = 2;
    public const int Terminate = 15;

    private const string Sign = "listening on ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60); // a cold start on a busy machine
    private static readonly DirectoryInfo Built = new(AppContext.BaseDirectory.TrimEnd('/')); // tests/X/bin/CONFIGURATION/net10.0

    private readonly Process process;
    private readonly StringBuilder said = new();
    private readonly StringBuilder complained = new();
    private readonly TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(ProcessStartInfo start)
    {
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Hear(said, line.Data);
        process.ErrorDataReceived += (_, line) => Hear(complained, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public static string Repository => Built.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;

    /// <summary>Where it listens, base path included, such as http://127.0.0.1:40123/code.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>Standard output so far.</summary>
    public string Said => Text(said);

    /// <summary>Standard error so far.</summary>
    public string Complained => Text(complained);

    private static string Program =>
        Path.Combine(Repository, "src/Coterie.Cli/bin", Built.Parent!.Name, Built.Name, "coterie.dll");

    /// <summary>Starts a server on a free port of 127.0.0.1, unless the options name others, and waits until it listens.</summary>
    public static Task<ServerProcess> StartAsync(Scratch scratch, params string[] options) =>
        ListenAsync(Launch([.. Usual(scratch, options), .. options]));

    /// <summary>Starts the program with exactly these options of `serve`.</summary>
    /// <param name="under">A command that runs the program, such as unshare.</param>
    public static ServerProcess Launch(
        string[] options,
        IReadOnlyDictionary<string, string>? variables = null,
        params string[] under
    ) => Begin([.. under, "dotnet", Program, "serve", .. options], variables ?? new Dictionary<string, string>());

    private static ServerProcess Begin(string[] line, IReadOnlyDictionary<string, string> variables)
    {
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var setting in Setting.All)
            start.Environment.Remove(setting.Variable);
        start.Environment.Remove(SettingSources.ConfigVariable);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return new ServerProcess(start);
    }

    /// <summary>Waits for the line that says where it listens.</summary>
    public static async Task<ServerProcess> ListenAsync(ServerProcess server)
    {
        await Task.WhenAny(server.listening.Task, server.process.WaitForExitAsync()).WaitAsync(Patience);
        if (!server.listening.Task.IsCompleted)
            Assert.Fail("the server did not start:\n" + server.Complained + server.Said);
        server.Url = await server.listening.Task;
        return server;
    }

    /// <summary>Runs the program to its end, which must come by itself.</summary>
    public static async Task<(int Code, string Said, string Complained)> RunAsync(
        string[] options,
        IReadOnlyDictionary<string, string>? variables = null
    )
    {
        await using var server = Launch(options, variables);
        var code = await server.ExitAsync();
        return (code, server.Said, server.Complained);
    }

    /// <summary>Runs the program with this command and what follows it, to its end.</summary>
    public static async Task<(int Code, string Said, string Complained)> RunCommandAsync(params string[] command)
    {
        await using var program = Begin(["dotnet", Program, .. command], new Dictionary<string, string>());
        var code = await program.ExitAsync();
        return (code, program.Said, program.Complained);
    }

    public int Id => process.Id;

    public void Signal(int signal) => Assert.Equal(0, Kill(process.Id, signal));

    /// <summary>The exit code, once the program has ended and all it said was read.</summary>
    public async Task<int> ExitAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static string[] Usual(Scratch scratch, string[] options) =>
        [
            .. options.Contains("--urls") ? Array.Empty<string>() : ["--urls", "http://127.0.0.1:0"],
            .. options.Contains("--data") ? Array.Empty<string>() : ["--data", scratch.Data],
        ];

    private static string Text(StringBuilder from)
    {
        lock (from)
            return from.ToString();
    }

    private void Hear(StringBuilder into, string? line)
    {
        if (line is null)
            return;
        lock (into)
            into.Append(line).Append('\n');
        if (line.StartsWith(Sign, StringComparison.Ordinal))
            listening.TrySetResult(new Uri(line[Sign.Length..]));
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
