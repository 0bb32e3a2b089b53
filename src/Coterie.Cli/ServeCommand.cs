using System.CommandLine;
using System.Net;
using System.Runtime.InteropServices;
using Coterie.Hub.Stores;
using Coterie.Server;
using Coterie.Server.Delivery;
using Coterie.Server.Settings;

namespace Coterie.Cli;

/// <summary>`coterie serve`: reads the settings, runs a server until a signal, and says what happened in one line each.</summary>
internal static class ServeCommand
{
    private const string Help = """
        Run a Coterie server: rooms for people who code together, sealed on their own machines.

        Every option can also stand in the config file (--admin-key-file as "adminKeyFile") or in the environment
        (COTERIE_ADMIN_KEY_FILE). A flag wins over the environment, that over the file, and that over the default.

        Examples:
          coterie serve
              on this machine only, at http://localhost:5080
          coterie serve --urls https://0.0.0.0:8443 --tls-self-signed
              for a friend in the same network; compare the printed fingerprint once
          coterie serve --urls http://127.0.0.1:5080 --trusted-proxy 127.0.0.1 --allowed-origins https://code.example
              behind a proxy that speaks TLS for https://code.example
          coterie serve --config /etc/coterie.json --show-config
              print what would be used, and end

        """;

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AskAgainAboutRuns = TimeSpan.FromSeconds(10); // it pauses longer by itself

    public static Command Create()
    {
        var command = new Command("serve", Help + ExitCode.Help);
        var config = ConfigOption();
        var show = new Option<bool>("--show-config") { Description = "Print the effective settings as JSON and end" };
        var flags = Setting.All.ToDictionary(setting => setting.Name, FlagOf, StringComparer.Ordinal);
        command.Add(config);
        command.Add(show);
        foreach (var flag in flags.Values)
            command.Add(flag);
        command.SetAction(
            async (parsed, _) =>
            {
                string? Given(string name) =>
                    flags[name] switch
                    {
                        Option<bool> option => parsed.GetResult(option) is { Implicit: false }
                            ? parsed.GetValue(option).ToString()
                            : null,
                        Option<string?> option => parsed.GetValue(option),
                        _ => null,
                    };
                try
                {
                    var settings = Settings(Given, parsed.GetValue(config));
                    return parsed.GetValue(show) ? Show(settings) : await ServeAsync(settings);
                }
                catch (SettingException problem)
                {
                    return Fail(ExitCode.BadSettings, problem.Message);
                }
            }
        );
        return command;
    }

    public static Option<string?> ConfigOption() =>
        new("--config") { Description = "A JSON file with settings (COTERIE_CONFIG)", HelpName = "FILE" };

    /// <summary>From flags, the environment, and the file.</summary>
    /// <exception cref="SettingException">As <see cref="SettingSources.Read"/>.</exception>
    public static ServerSettings Settings(Func<string, string?> flag, string? config) =>
        SettingSources.Read(
            flag,
            Environment.GetEnvironmentVariable,
            config ?? Environment.GetEnvironmentVariable(SettingSources.ConfigVariable)
        );

    /// <summary>A sentence for each option that there is none of, with the nearest where one is near; null where all are known.</summary>
    public static IEnumerable<string>? UnknownOptions(ParseResult parsed)
    {
        var known = parsed.CommandResult.Command.Options.Select(option => option.Name).ToArray();
        var unknown = parsed
            .UnmatchedTokens.Where(token => token.StartsWith("--", StringComparison.Ordinal))
            .Select(token => $"there is no option '{token}'{SettingSources.Suggestion(token, known)}")
            .ToArray();
        return unknown.Length == 0 ? null : unknown;
    }

    private static Option FlagOf(Setting setting) =>
        setting.Shape.Length == 0
            ? new Option<bool>("--" + setting.Name) { Description = setting.Help }
            : new Option<string?>("--" + setting.Name) { Description = setting.Help, HelpName = setting.Shape };

    private static int Show(ServerSettings settings)
    {
        var lines = Setting.All.Select(setting =>
            $"  \"{setting.Key}\": \"{System.Text.Json.JsonEncodedText.Encode(setting.Show(settings))}\""
        );
        Console.WriteLine("{\n" + string.Join(",\n", lines) + "\n}");
        return ExitCode.Done;
    }

    private static async Task<int> ServeAsync(ServerSettings settings)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Drain(PosixSignalContext signal)
        {
            signal.Cancel = stop.TrySetResult(); // the process ends when the server has drained, or by a second signal
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Drain);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Drain);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Drain); // the terminal was closed
        try
        {
            await using var server = await CoterieServer.StartAsync(settings, TimeProvider.System);
            Announce(server, settings);
            using var over = new CancellationTokenSource();
            var announcing = AnnounceRunsAsync(server, settings, over.Token);
            await WatchAsync(server, stop.Task);
            await over.CancelAsync();
            await announcing;
            Console.WriteLine("stopping: finishing what was accepted");
        }
        catch (StoreException problem)
        {
            return Fail(ExitCode.Of(problem.Problem), problem.Message);
        }
        catch (Exception problem)
            when (problem
                    is IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException }
                        or System.Net.Sockets.SocketException
            )
        {
            return Fail(
                ExitCode.CannotListen,
                $"cannot listen on {string.Join(", ", settings.Urls)}: {Sentence(problem.Message)} Choose others with --urls."
            );
        }
        catch (InvalidOperationException problem)
        {
            return Fail(
                ExitCode.CannotListen,
                $"cannot listen on {string.Join(", ", settings.Urls)}: {problem.Message}"
            );
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return Fail(ExitCode.Failed, problem.Message);
        }
        return ExitCode.Done;
    }

    /// <summary>Until the signal: says in a line when the store begins to fail, and when it works again.</summary>
    private static async Task WatchAsync(CoterieServer server, Task stop)
    {
        string? told = null;
        while (await Task.WhenAny(stop, Task.Delay(LookAgain)) != stop)
        {
            var trouble = server.Trouble;
            if (trouble == told)
                continue;
            await Console.Error.WriteLineAsync(
                trouble is null ? "coterie: the store works again" : "coterie: " + trouble.ReplaceLineEndings(" ")
            );
            told = trouble;
        }
    }

    private static void Announce(CoterieServer server, ServerSettings settings)
    {
        if (server.MadeOperatorKey || File.Exists(settings.AdminKeyPath))
            Console.WriteLine(
                $"the operator's admin key, for permanent rooms, is in {Path.GetFullPath(settings.AdminKeyPath)}"
            );
        if (settings.Web != new ServerSettings().Web && !File.Exists(Path.Combine(settings.Web, "index.html")))
            Console.Error.WriteLine(
                $"warning: there is no web client in {settings.Web}, so that browsers find nothing here; name its folder with --web"
            );
        if (Bundle.In(settings.Web) is { } bundle)
            Console.WriteLine($"web client: bundle {bundle.ShortId}");
        if (settings.TlsSelfSigned)
            Console.WriteLine(
                $"self-made certificate: browsers warn once; compare its SHA-256 fingerprint {server.Fingerprint}"
            );
        foreach (var url in server.Urls)
        {
            if (IsOpenHttp(url) && settings.TrustedProxies.Count == 0)
                Console.Error.WriteLine(
                    $"warning: {url} is plain http; browsers on other machines cannot encrypt there. Use https (--tls-self-signed), or a proxy with TLS."
                );
            Console.WriteLine($"listening on {url}{settings.BasePath}");
            foreach (var other in IsOpenHttp(url) ? [] : OtherMachines.UrlsOf(url))
                Console.WriteLine($"for other machines in this network: {other}{settings.BasePath}/");
        }
    }

    /// <summary>Says whether programs run here; where they do not, goes on asking, and says so once they do.</summary>
    private static async Task AnnounceRunsAsync(CoterieServer server, ServerSettings settings, CancellationToken over)
    {
        if (settings.Runs == 0)
            return;
        string? told = null;
        while (true)
        {
            var (protections, problem) = await server.LookAtRunsAsync();
            if (problem is null)
            {
                Console.WriteLine($"programs run here, {settings.Runs} at once, held by: {protections}");
                return;
            }
            if (problem != told)
                await Console.Error.WriteLineAsync($"warning: no programs run here: {problem}");
            told = problem;
            try
            {
                await Task.Delay(AskAgainAboutRuns, over);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static bool IsOpenHttp(string url) =>
        ListenUrl.TryParse(url, out var uri)
        && uri.Scheme == Uri.UriSchemeHttp
        && uri.Host != "localhost"
        && !(IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";

    private static int Fail(int code, string message)
    {
        Console.Error.WriteLine("coterie: " + message.ReplaceLineEndings(" "));
        return code;
    }
}
