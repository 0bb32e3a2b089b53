using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using Coterie.Hub;
using Coterie.Hub.Stores;
using Coterie.Server.Listed;
using Coterie.Server.Runs;
using Coterie.Server.Runs.Rooms;
using Coterie.Server.Settings;
using Coterie.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Coterie.Server;

/// <summary>
/// One running server: the hub at BASE/hub, the programs of rooms at BASE/run, health at BASE/health, the list of rooms at BASE/rooms where the operator has one, the web client below BASE. Owns the data directory while it
/// runs. Logs no request: no address, no room and no path ever leaves it (H9).
/// </summary>
public sealed class CoterieServer : IAsyncDisposable
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5); // for sockets whose clients do not answer

    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(2); // in which the other side can read why its socket ends
    private static readonly TimeSpan HeadersWithin = TimeSpan.FromSeconds(10); // from a request's first byte: 408 then
    private static readonly TimeSpan IdleWithin = TimeSpan.FromMinutes(1); // a connection without a request

    private static readonly WebSocketAcceptContext RunPings = new()
    {
        KeepAliveInterval = TimeSpan.FromSeconds(30), // browsers cannot ping there
        KeepAliveTimeout = TimeSpan.FromSeconds(30),
    };

    private readonly WebApplication app;
    private readonly RoomHub hub;
    private readonly BrowserClient web;
    private readonly Health health;
    private readonly Tidying tidying;
    private readonly ListedRooms? listed;
    private readonly ListAnswers? list;
    private readonly RoomRuns runs;
    private readonly RunAnswers runAnswers;
    private readonly AllowedOrigins origins;
    private readonly string basePath;
    private readonly bool forGood;
    private readonly string elsewhere;

    private CoterieServer(ServerSettings settings, RoomHub hub, X509Certificate2? certificate, TimeProvider clock)
    {
        this.hub = hub;
        basePath = settings.BasePath;
        forGood = !settings.TlsSelfSigned;
        elsewhere = SecurityHeaders.Elsewhere(settings);
        web = new BrowserClient(settings);
        health = new Health(hub, settings.Data);
        origins = new AllowedOrigins(settings.AllowedOrigins);
        if (settings.RoomList)
        {
            listed = new ListedRooms(hub, clock, settings.Data);
            list = new ListAnswers(listed, hub, origins);
        }
        runs = new RoomRuns(hub, clock, settings.Runs, () => Programs.OpenAsync(settings));
        runAnswers = new RunAnswers(runs);
        app = Build(settings, certificate);
        app.Use(
            (http, next) =>
            {
                MeteredUpgrade.Prepare(http, hub);
                return next(http);
            }
        );
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero }); // clients ping (W9): no timer for each socket
        app.Run(AnswerAsync);
        tidying = new Tidying(hub, clock);
    }

    /// <summary>Where it listens, with the ports that were really taken.</summary>
    public IReadOnlyList<string> Urls => [.. app.Urls];

    /// <summary>The fingerprint of the certificate in use, or null without TLS.</summary>
    public string? Fingerprint { get; private init; }

    /// <summary>Whether this start made the operator's key.</summary>
    public bool MadeOperatorKey { get; private init; }

    /// <summary>What holds the programs that are run here, or why none are; opens the sandbox where nobody has yet.</summary>
    public async Task<(string? Protections, string? Problem)> LookAtRunsAsync()
    {
        var programs = await runs.ProgramsAsync();
        return (programs.Protections, programs.Problem);
    }

    /// <summary>What holds programs where a server has these settings, of its own; or why nothing does, and the remedy.</summary>
    /// <param name="slots">Runs at once.</param>
    public static Task<(ISandbox? Sandbox, string? Problem)> OpenSandboxAsync(ServerSettings settings, int slots) =>
        Programs.OpenSandboxAsync(settings, slots);

    /// <summary>What is wrong with the store now, for an operator; null where all is well.</summary>
    public string? Trouble => hub.Health.Trouble;

    /// <summary>Opens the data directory and listens.</summary>
    /// <exception cref="StoreException">The data directory cannot be used; the message says why.</exception>
    /// <exception cref="SettingException">The certificate cannot be used.</exception>
    /// <exception cref="IOException">An address is taken, or a key file cannot be written.</exception>
    public static async Task<CoterieServer> StartAsync(ServerSettings settings, TimeProvider clock)
    {
        var store = SqliteStore.Open(settings.Data);
        RoomHub? rooms = null;
        CoterieServer? server = null;
        try
        {
            var (key, made) = OperatorKey.Open(settings.Data, settings.AdminKeyPath);
            var certificate = Certificate.Open(settings, clock);
            rooms = new RoomHub(settings.Hub, clock, store, key);
            server = new CoterieServer(settings, rooms, certificate, clock)
            {
                MadeOperatorKey = made,
                Fingerprint = certificate is null ? null : Certificate.Fingerprint(certificate),
            };
            await server.app.StartAsync();
            return server;
        }
        catch
        {
            server?.tidying.Dispose();
            if (server is not null)
            {
                await server.app.DisposeAsync();
                await server.runs.DisposeAsync();
            }
            if (rooms is not null)
                await rooms.DisposeAsync();
            else
                await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Drains: what was accepted is committed, everyone is told ShuttingDown, then nothing listens any more.</summary>
    public async ValueTask DisposeAsync()
    {
        tidying.Dispose();
        await runs.StopAsync();
        await hub.StopAsync();
        using (var patience = new CancellationTokenSource(CloseTimeout))
            await app.StopAsync(patience.Token);
        await app.DisposeAsync();
        await hub.DisposeAsync();
        listed?.Dispose();
        await runs.DisposeAsync();
    }

    private static WebApplication Build(ServerSettings settings, X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.DisableStringReuse = true; // else it keeps the texts of headers that were cleared, for as long as a socket lives
            kestrel.Limits.RequestHeadersTimeout = HeadersWithin;
            kestrel.Limits.KeepAliveTimeout = IdleWithin;
            kestrel.Limits.MaxRequestBodySize = 0; // no request of ours has a body, but for the list's
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1AndHttp2);
            if (certificate is not null)
                kestrel.ConfigureHttpsDefaults(https =>
                {
                    https.ServerCertificate = certificate;
                    https.ServerCertificateChain = Certificate.ChainOf(settings);
                });
        });
        var built = builder.Build();
        foreach (var url in settings.Urls)
            built.Urls.Add(url);
        if (settings.TrustedProxies.Count > 0)
            built.UseForwardedHeaders(Forwarded(settings.TrustedProxies));
        return built;
    }

    private static ForwardedHeadersOptions Forwarded(IReadOnlyList<System.Net.IPNetwork> proxies)
    {
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders =
                ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
        };
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var proxy in proxies)
            options.KnownIPNetworks.Add(proxy);
        return options;
    }

    private Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        if (http.WebSockets.IsWebSocketRequest && path == basePath + "/hub")
            return SocketAsync(http, new WebSocketAcceptContext(), hub.ServeAsync);
        if (http.WebSockets.IsWebSocketRequest && path == basePath + "/run")
            return SocketAsync(http, RunPings, RunAsync);
        SecurityHeaders.Set(http, forGood, elsewhere);
        if (basePath.Length > 0)
        {
            if (path == basePath)
            {
                http.Response.Redirect(basePath + "/"); // a browser keeps what stands after "#"
                return Task.CompletedTask;
            }
            if (!path.StartsWith(basePath + "/", StringComparison.Ordinal))
                return Plain.AnswerAsync(http, 404, $"Coterie is at {basePath}/ here.");
            path = path[basePath.Length..];
        }
        if (path == "/hub")
            return Plain.AnswerAsync(http, 426, "This is the hub's address: connect with a WebSocket.");
        if (path == "/rooms" && list is not null)
            return list.AnswerAsync(http, AddressOf(http.Connection.RemoteIpAddress));
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
            return Plain.AnswerAsync(http, 405, "Only GET and HEAD are answered here.");
        return path switch
        {
            "/health" => health.AnswerAsync(http),
            "/run" => runAnswers.AnswerAsync(http),
            _ => web.AnswerAsync(http, path[1..]),
        };
    }

    // Without the security headers: a socket shows no page, and would keep their texts as long as it lives.
    private async Task SocketAsync(HttpContext http, WebSocketAcceptContext how, Func<WebSocket, Caller, Task> serve)
    {
        var address = AddressOf(http.Connection.RemoteIpAddress);
        if (!hub.MayConnect(address))
        {
            http.Response.Headers.Connection = "close";
            await Plain.AnswerAsync(http, 429, "Too many connections from this address. Wait a minute.");
            return;
        }
        if (origins.Of(http.Request) is not { } origin)
        {
            SecurityHeaders.Set(http, forGood);
            await Plain.AnswerAsync(
                http,
                403,
                "This origin is not allowed here. The operator can add it with allowed-origins."
            );
            return;
        }
        using (var socket = await http.WebSockets.AcceptWebSocketAsync(how)) // no compression: sealed bytes do not shrink
        {
            http.Request.Headers.Clear(); // a kilobyte of strings that would live as long as the socket
            var meter = http.Features.Get<MeteredUpgrade>()!.Meter;
            await serve(socket, new Caller([origin], address, meter));
        }
        await http.Features.Get<MeteredUpgrade>()!.EndAsync(LastWord);
    }

    private async Task RunAsync(WebSocket socket, Caller caller)
    {
        using var guest = hub.Enter(caller);
        var served = new RunSocket(socket, runs, caller.Address);
        await (guest is null ? served.TurnAwayAsync() : served.ServeAsync());
    }

    // From loopback comes a program on this machine or a proxy that nobody declared: counting it would count everyone as one.
    // One who has IPv6 usually has 2^64 addresses: they count as one.
    internal static string? AddressOf(IPAddress? address)
    {
        if (address is null || IPAddress.IsLoopback(address))
            return null;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4().ToString();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, 8))
            : address.ToString();
    }
}
