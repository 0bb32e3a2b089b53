using System.Text.Json;
using Coterie.Server.Settings;
using Coterie.Server.Tests.World;

namespace Coterie.Server.Tests;

/// <summary>Where settings come from, and what is said about those that cannot be used.</summary>
public sealed class SettingTests : IDisposable
{
    private const int BadSettings = 2;
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task A_flag_wins_over_the_environment_that_over_the_file_and_that_over_the_default()
    {
        var file = scratch.Write(
            "coterie.json",
            """{ "rooms": 1, "bytesPerRoom": 1, "sessionsPerRoom": 1, "urls": ["http://127.0.0.1:1", "http://[::1]:1"] } // mine"""
        );
        var variables = new Dictionary<string, string>
        {
            ["COTERIE_ROOMS"] = "2",
            ["COTERIE_BYTES_PER_ROOM"] = "2",
            ["COTERIE_CONFIG"] = file,
        };
        var shown = await ShowAsync(["--rooms", "3"], variables);
        Assert.Equal("3", shown["rooms"]);
        Assert.Equal("2", shown["bytesPerRoom"]);
        Assert.Equal("1", shown["sessionsPerRoom"]);
        Assert.Equal("http://127.0.0.1:1;http://[::1]:1", shown["urls"]);
        Assert.Equal("120", shown["attemptsPerMinute"]);
        // --config wins over COTERIE_CONFIG.
        var other = scratch.Write("other.json", """{ "sessionsPerRoom": 9 }""");
        Assert.Equal("9", (await ShowAsync(["--config", other], variables))["sessionsPerRoom"]);
    }

    [Fact]
    public async Task A_switch_can_be_taken_back_by_a_flag()
    {
        var variables = new Dictionary<string, string> { ["COTERIE_TLS_SELF_SIGNED"] = "true" };
        string[] secure = ["--urls", "https://127.0.0.1:8443"];
        Assert.Equal("true", (await ShowAsync(secure, variables))["tlsSelfSigned"]);
        Assert.Equal("false", (await ShowAsync(["--tls-self-signed", "false"], variables))["tlsSelfSigned"]);
    }

    [Fact]
    public async Task A_room_may_keep_more_than_two_gigabytes() =>
        Assert.Equal(
            "5000000000",
            (await ShowAsync(["--bytes-per-room", "5000000000"], new Dictionary<string, string>()))["bytesPerRoom"]
        );

    [Fact]
    public async Task Nothing_is_made_where_settings_are_only_shown()
    {
        await ShowAsync(["--data", scratch.Data], new Dictionary<string, string>());
        Assert.False(Directory.Exists(scratch.Data));
    }

    [Fact]
    public void Two_programs_run_at_once_for_each_processor_unless_it_is_said()
    {
        static ServerSettings Read(string? runs) =>
            SettingSources.Read(name => name == "runs" ? runs : null, _ => null, null);
        Assert.Equal(Math.Clamp(2 * Environment.ProcessorCount, 2, 32), Read(null).Runs);
        Assert.Equal(0, Read("0").Runs);
        Assert.Equal(256, Read("256").Runs);
        Assert.Throws<SettingException>(() => Read("257"));
    }

    [Fact]
    public async Task A_server_that_is_to_run_no_programs_says_nothing_of_them_and_looks_at_no_sandbox()
    {
        await using var server = await ServerProcess.StartAsync(
            scratch,
            "--runs",
            "0",
            "--run-engine",
            "unix:///nowhere"
        );
        using var http = new HttpClient();
        var told = await http.GetStringAsync(new Uri(server.Url, "/run"));
        Assert.StartsWith("""{"problem":"This server runs no programs.""", told, StringComparison.Ordinal);
        Assert.DoesNotContain("programs run", server.Said, StringComparison.Ordinal);
        Assert.Equal("", server.Complained);
    }

    [Theory]
    [InlineData("""{ "allowedOrigin": "https://code.example" }""", "did you mean 'allowedOrigins'?")]
    [InlineData("""{ "admin-key-file": "x" }""", "did you mean 'adminKeyFile'?")]
    [InlineData("""{ "rooms": -1 }""", "rooms: '-1' is not a whole number from 1 to 2147483647")]
    [InlineData("""[]""", "a config file is one JSON object")]
    [InlineData("""{ "rooms": """, "cannot be read as a config file")]
    public async Task A_config_file_that_does_not_fit_says_where_and_what(string text, string sentence)
    {
        var file = scratch.Write("coterie.json", text);
        var (code, said, complained) = await ServerProcess.RunAsync(["--config", file]);
        Assert.Equal(BadSettings, code);
        Assert.StartsWith($"coterie: {file}: ", complained, StringComparison.Ordinal);
        Assert.Contains(sentence, complained, StringComparison.Ordinal);
        Assert.Single(complained.TrimEnd().Split('\n'));
        Assert.Empty(said);
    }

    [Theory]
    [InlineData("--rooms: '0' is not a whole number", "--rooms", "0")]
    [InlineData("--urls: 'localhost:5080' is not a URL such as", "--urls", "localhost:5080")]
    [InlineData("--urls: 'http://nosuchhost.example:0' is not a URL such as", "--urls", "http://nosuchhost.example:0")]
    [InlineData("--urls: 'http://localhost:80a' is not a URL such as", "--urls", "http://localhost:80a")]
    [InlineData("--urls: 'http://localhost:99999' is not a URL such as", "--urls", "http://localhost:99999")]
    [InlineData("--urls: 'http://' is not a URL such as", "--urls", "http://")]
    [InlineData("tls-self-signed: no URL says https", "--urls", "http://127.0.0.1:0", "--tls-self-signed")]
    [InlineData("--base-path: '/a b' is not a path such as /code", "--base-path", "/a b")]
    [InlineData(
        "--allowed-origins: 'https://code.example/' is not an origin",
        "--allowed-origins",
        "https://code.example/"
    )]
    [InlineData("trusted-proxy: '1.2.3' is neither an address nor a network", "--trusted-proxy", "1.2.3")]
    [InlineData("trusted-proxy: '010.0.0.1' is neither an address nor a network", "--trusted-proxy", "010.0.0.1")]
    [InlineData("trusted-proxy: '0x7f.0.0.1' is neither an address nor a network", "--trusted-proxy", "0x7f.0.0.1")]
    [InlineData("trusted-proxy: '10.0/8' is neither an address nor a network", "--trusted-proxy", "10.0/8")]
    [InlineData("trusted-proxy: '10.0.0.0/99' is neither an address nor a network", "--trusted-proxy", "10.0.0.0/99")]
    [InlineData("tls-cert and tls-key go together", "--tls-cert", "x.pem")]
    [InlineData("https needs a certificate", "--urls", "https://127.0.0.1:0")]
    [InlineData("there is no option '--ulrs'; did you mean '--urls'?", "--ulrs", "http://127.0.0.1:0")]
    [InlineData("there is no option '--admin-key'; did you mean '--admin-key-file'?", "--admin-key", "x")]
    [InlineData("there is no option '--frobnicate'\n", "--frobnicate", "x")] // nothing is near
    [InlineData("there is no option '--bogus'\n", "--bogus", "x")]
    [InlineData("--admin-key-file: a path is needed here", "--admin-key-file", "")]
    [InlineData("--web: a path is needed here", "--web", " ")]
    [InlineData("--base-path: '/a//../b' is not a path such as /code", "--base-path", "/a//../b")]
    [InlineData("config: a path is needed here", "--config", "")]
    [InlineData("--servers: 'https://a.example' is not a name and an address", "--servers", "https://a.example")]
    [InlineData(
        "--servers: 'A=https://a.example/?x' is not a name and an address",
        "--servers",
        "A=https://a.example/?x"
    )]
    [InlineData("--servers: 'A=https://a b' is not a name and an address", "--servers", "B=http://b;A=https://a b")]
    [InlineData("--servers: 'A=wss://a.example' is not a name and an address", "--servers", "A=wss://a.example")]
    [InlineData("--run-isolation: 'none' is none of auto, groups and namespaces", "--run-isolation", "none")]
    [InlineData("--run-engine: 'tcp://x:1' is no socket such as", "--run-engine", "tcp://x:1")]
    [InlineData("run-isolation is about bubblewrap", "--run-engine", "unix:///x.sock", "--run-isolation", "groups")]
    [InlineData("run-images are a container engine's: name it with run-engine", "--run-images", "python=x")]
    [InlineData("--run-images: there is no language 'cobolt'", "--run-images", "cobolt=x")]
    [InlineData("--drive-client-id: 'a b' is not a client id", "--drive-client-id", "a b")]
    [InlineData("--drive-client-id: '' is not a client id", "--drive-client-id", "")]
    [InlineData("--drive-api: 'https://a.example; x' is not an address", "--drive-api", "https://a.example; x")]
    [InlineData("--drive-auth: 'javascript:1' is not an address", "--drive-auth", "javascript:1")]
    [InlineData("--wandbox: 'https://a.example x' is not an address", "--wandbox", "https://a.example x")]
    [InlineData("--wandbox: 'wandbox.org' is not an address such as https://wandbox.org", "--wandbox", "wandbox.org")]
    [InlineData("--wandbox: 'https://*' is not an address", "--wandbox", "http://a;https://*")]
    [InlineData(
        "--wandbox: at most 8 Wandbox servers can be offered",
        "--wandbox",
        "http://a;http://b;http://c;http://d;http://e;http://f;http://g;http://h;http://i"
    )]
    public async Task A_flag_that_does_not_fit_says_so_and_what_would(string sentence, params string[] flags)
    {
        var (code, _, complained) = await ServerProcess.RunAsync(["--data", scratch.Data, .. flags]);
        Assert.Equal(BadSettings, code);
        Assert.StartsWith("coterie: ", complained, StringComparison.Ordinal);
        Assert.Contains(sentence, complained, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch.Data), "settings are judged before the data directory is touched");
    }

    [Fact]
    public async Task An_admin_key_file_in_no_directory_is_refused_with_what_to_do()
    {
        string[] flags = ["--data", scratch.Data, "--admin-key-file", Path.Combine(scratch.Data, "none", "key")];
        var (code, _, complained) = await ServerProcess.RunAsync(["--urls", "http://127.0.0.1:0", .. flags]);
        Assert.Equal(1, code);
        Assert.Contains(
            "none/key cannot be made: its directory is missing or takes no files.",
            complained,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(".new", complained, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bogus", "coterie: there is no command 'bogus'\n")]
    [InlineData("--verison", "coterie: there is no command '--verison'; did you mean '--version'?\n")]
    [InlineData("serv", "coterie: there is no command 'serv'; did you mean 'serve'?\n")]
    public async Task A_command_that_there_is_none_of_is_named(string command, string sentence)
    {
        var (code, _, complained) = await ServerProcess.RunCommandAsync(command);
        Assert.Equal(BadSettings, code);
        Assert.StartsWith(sentence, complained, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_web_folder_without_a_client_is_warned_of()
    {
        await using var server = await ServerProcess.StartAsync(scratch, "--web", scratch.At("nothing"));
        server.Signal(ServerProcess.Terminate);
        Assert.Equal(0, await server.ExitAsync()); // all it said was read by now
        Assert.StartsWith("warning: there is no web client in", server.Complained, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variable_that_does_not_fit_is_named()
    {
        var variables = new Dictionary<string, string> { ["COTERIE_ROOMS"] = "many" };
        var (code, _, complained) = await ServerProcess.RunAsync([], variables);
        Assert.Equal(BadSettings, code);
        Assert.Contains("COTERIE_ROOMS: 'many'", complained, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_lists_every_setting_and_every_exit_code()
    {
        var (code, said, _) = await ServerProcess.RunAsync(["--help"]);
        Assert.Equal(0, code);
        foreach (var setting in Settings.Setting.All)
            Assert.Contains("--" + setting.Name, said, StringComparison.Ordinal);
        Assert.Contains("10  the data directory is in use by another process", said, StringComparison.Ordinal);
    }

    private static async Task<Dictionary<string, string>> ShowAsync(
        string[] options,
        Dictionary<string, string> variables
    )
    {
        var (code, said, complained) = await ServerProcess.RunAsync([.. options, "--show-config"], variables);
        Assert.Equal("", complained);
        Assert.Equal(0, code);
        return JsonSerializer.Deserialize<Dictionary<string, string>>(said)!;
    }
}
