using System.Buffers;
using System.Globalization;
using System.Net;
using Coterie.Hub;
using Coterie.Protocol;
using Coterie.Server.Runs.Engines;
using Coterie.Server.Runs.Rooms;

namespace Coterie.Server.Settings;

/// <summary>
/// One thing an operator can set, under one name in three places: the flag --admin-key-file, the variable
/// COTERIE_ADMIN_KEY_FILE and the key "adminKeyFile" of the config file.
/// </summary>
/// <param name="Name">As a flag, without dashes in front.</param>
/// <param name="Shape">What a value looks like, for help; empty for a switch.</param>
/// <param name="Help">What it does, its unit and its default.</param>
/// <param name="Apply">The settings with this value. Throws <see cref="SettingException"/> if the text does not fit.</param>
/// <param name="Show">The effective value as text. No setting is a secret: keys lie in files, and files are named.</param>
public sealed record Setting(
    string Name,
    string Shape,
    string Help,
    Func<ServerSettings, string, ServerSettings> Apply,
    Func<ServerSettings, string> Show
)
{
    private const int MostRuns = 256;
    private const string SocketPrefix = "unix://";
    private const int MostWandboxes = 8; // each stands in the page and twice in its policy

    private static readonly SearchValues<char> PathLetters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/"
    );

    public static IReadOnlyList<Setting> All { get; } =
    [
        new(
            "urls",
            "URL;URL",
            "Where to listen; port 0 takes a free one. Default http://localhost:5080",
            (s, v) => s with { Urls = Urls(v) },
            s => List(s.Urls)
        ),
        new(
            "data",
            "DIR",
            "Where permanent rooms, the hash of the operator's admin key and a self-made certificate are kept. Default ./data",
            (s, v) => s with { Data = PathOf(v) },
            s => s.Data
        ),
        new(
            "admin-key-file",
            "FILE",
            "Where the operator's admin key is written on the first start. Default DIR/admin.key",
            (s, v) => s with { AdminKeyFile = PathOf(v) },
            s => s.AdminKeyPath
        ),
        new(
            "web",
            "DIR",
            "The built web client. Default: the folder web beside the program",
            (s, v) => s with { Web = PathOf(v) },
            s => s.Web
        ),
        new(
            "base-path",
            "/PATH",
            "The path that a proxy serves this under. Default: none",
            (s, v) => s with { BasePath = BasePathOf(v) },
            s => s.BasePath
        ),
        new(
            "allowed-origins",
            "ORIGIN;ORIGIN",
            "The only origins answered, such as https://code.example; set this on a public server. Default: the host that was asked for",
            (s, v) => s with { AllowedOrigins = Origins(v) },
            s => List(s.AllowedOrigins)
        ),
        new(
            "trusted-proxy",
            "ADDRESS;CIDR",
            "Proxies whose X-Forwarded-For, -Proto and -Host are believed. Default: none",
            (s, v) => s with { TrustedProxies = Networks(v) },
            s => string.Join(';', s.TrustedProxies)
        ),
        new(
            "tls-cert",
            "FILE",
            "Certificate chain, PEM; goes with tls-key",
            (s, v) => s with { TlsCertificate = PathOf(v) },
            s => s.TlsCertificate ?? ""
        ),
        new(
            "tls-key",
            "FILE",
            "Private key of the certificate, PEM",
            (s, v) => s with { TlsKey = PathOf(v) },
            s => s.TlsKey ?? ""
        ),
        new(
            "tls-self-signed",
            "",
            "Make a certificate once, keep it in the data directory, and print its fingerprint",
            (s, v) => s with { TlsSelfSigned = Switch(v) },
            s => s.TlsSelfSigned ? "true" : "false"
        ),
        new(
            "room-list",
            "",
            "Keep a list of rooms on the start page: those whose owners put them there, by a name that everyone may read. Default: no list",
            (s, v) => s with { RoomList = Switch(v) },
            s => s.RoomList ? "true" : "false"
        ),
        new(
            "runs",
            "N",
            "How many programs of people in rooms run at once, in a sandbox; more wait. 0: none. Default: two for each processor, 2 to 32",
            (s, v) => s with { Runs = (int)Count(v, MostRuns, least: 0) },
            s => s.Runs.ToString(CultureInfo.InvariantCulture)
        ),
        new(
            "run-isolation",
            "auto|groups|namespaces",
            "What has to hold them: auto takes control groups too where they can be had, groups runs nothing without, namespaces does without. Not with run-engine. Default auto",
            (s, v) => s with { RunIsolation = IsolationOf(v) },
            s => s.RunIsolation.ToString().ToLowerInvariant()
        ),
        new(
            "run-engine",
            "unix://PATH",
            "The socket of a container engine that speaks Docker's API and holds them in the place of bubblewrap, such as unix:///run/podman/podman.sock. Default: none",
            (s, v) => s with { RunEngine = SocketOf(v) },
            s => s.RunEngine is { } socket ? SocketPrefix + socket : ""
        ),
        new(
            "run-images",
            "IMAGE;LANGUAGE=IMAGE",
            "The engine's images: one for all languages, and one for each that has its own. Default coterie-languages, which tools/languages.Dockerfile makes",
            (s, v) => s with { RunImages = Images(v) },
            s => s.RunImages.ToString()
        ),
        new(
            "wandbox",
            "URL;URL",
            "Wandbox servers, such as https://wandbox.org, by which people may have a program run who agree that it reads their files. No page of this server asks any other. Default: none",
            (s, v) => s with { Wandbox = Wandboxes(v) },
            s => List(s.Wandbox)
        ),
        new(
            "servers",
            "NAME=URL;NAME=URL",
            "Other servers that the start page offers, and may measure the way to. Default: none",
            (s, v) => s with { Servers = Servers(v) },
            s => string.Join(';', s.Servers)
        ),
        new(
            "drive-client-id",
            "ID",
            "The OAuth client id of your own Google project: rooms can be saved to Google Drive and opened from it. Redirect URI: this server's address with /drive behind it. Default: none, and no Drive",
            (s, v) => s with { Drive = s.Drive with { ClientId = ClientId(v) } },
            s => s.Drive.ClientId ?? ""
        ),
        new(
            "drive-auth",
            "URL",
            $"The page on which Google asks people. Default {GoogleDrive.None.Auth}",
            (s, v) => s with { Drive = s.Drive with { Auth = Address(v) } },
            s => s.Drive.Auth
        ),
        new(
            "drive-api",
            "URL",
            $"The base address of Google's API. Default {GoogleDrive.None.Api}",
            (s, v) => s with { Drive = s.Drive with { Api = Address(v) } },
            s => s.Drive.Api
        ),
        Limit("rooms", "Rooms on this server", h => h.RoomsPerServer, (h, n) => h with { RoomsPerServer = (int)n }),
        Limit(
            "bytes-per-room",
            "Bytes one room may keep",
            h => h.BytesPerRoom,
            (h, n) => h with { BytesPerRoom = n },
            long.MaxValue
        ),
        Limit(
            "bytes-per-file",
            "Bytes of one file that is no text, such as an image",
            h => h.BlobBytes,
            (h, n) => h with { BlobBytes = n },
            Limits.MaxBlobBytes
        ),
        Limit(
            "file-bytes-per-room",
            "Bytes that such files of one room take",
            h => h.BlobBytesPerRoom,
            (h, n) => h with { BlobBytesPerRoom = n },
            long.MaxValue / 2
        ),
        Limit(
            "file-bytes-per-memory-room",
            "The same, of a room that is kept in memory",
            h => h.BlobBytesPerMemoryRoom,
            (h, n) => h with { BlobBytesPerMemoryRoom = n },
            long.MaxValue / 2
        ),
        Limit(
            "sessions-per-room",
            "People's sessions live in one room",
            h => h.SessionsPerRoom,
            (h, n) => h with { SessionsPerRoom = (int)n }
        ),
        Limit(
            "bytes-per-second",
            "Bytes per second that one connection may send before it is slowed",
            h => h.BytesPerSecondPerConnection,
            (h, n) => h with { BytesPerSecondPerConnection = (int)n }
        ),
        Limit(
            "frames-per-second",
            "Records and other frames per second that one connection may send before it is slowed",
            h => h.FramesPerSecondPerConnection,
            (h, n) =>
                h with
                {
                    FramesPerSecondPerConnection = (int)n,
                    BurstFramesPerConnection = (int)Math.Min(2 * n, int.MaxValue),
                }
        ),
        Limit(
            "connections-per-address",
            "Connections at once from one address",
            h => h.ConnectionsPerAddress,
            (h, n) => h with { ConnectionsPerAddress = (int)n }
        ),
        Limit(
            "connects-per-minute",
            "Connections per minute that one address may begin",
            h => h.ConnectsPerMinutePerAddress,
            (h, n) => h with { ConnectsPerMinutePerAddress = (int)n }
        ),
        Limit(
            "frames-per-second-per-address",
            "Frames per second that all connections of one address may send before they are slowed",
            h => h.FramesPerSecondPerAddress,
            (h, n) =>
                h with
                {
                    FramesPerSecondPerAddress = (int)n,
                    BurstFramesPerAddress = (int)Math.Min(2 * n, int.MaxValue),
                }
        ),
        Limit(
            "attempts-per-minute",
            "Rooms opened or created per minute from one address",
            h => h.AttemptsPerMinutePerAddress,
            (h, n) => h with { AttemptsPerMinutePerAddress = (int)n, BurstAttemptsPerAddress = (int)n }
        ),
        Limit(
            "joins-per-minute",
            "Sessions joined per minute from one address",
            h => h.JoinsPerMinutePerAddress,
            (h, n) => h with { JoinsPerMinutePerAddress = (int)n }
        ),
    ];

    /// <summary>admin-key-file → COTERIE_ADMIN_KEY_FILE</summary>
    public string Variable => "COTERIE_" + Name.Replace('-', '_').ToUpperInvariant();

    /// <summary>admin-key-file → adminKeyFile</summary>
    public string Key
    {
        get
        {
            var words = Name.Split('-');
            return words[0] + string.Concat(words.Skip(1).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
        }
    }

    private static Setting Limit(
        string name,
        string help,
        Func<HubOptions, long> get,
        Func<HubOptions, long, HubOptions> set,
        long most = int.MaxValue
    ) =>
        new(
            name,
            "N",
            $"{help}. Default {get(new HubOptions()).ToString(CultureInfo.InvariantCulture)}",
            (s, v) => s with { Hub = set(s.Hub, Count(v, most)) },
            s => get(s.Hub).ToString(CultureInfo.InvariantCulture)
        );

    private static Isolation IsolationOf(string text) =>
        text.All(char.IsLetter) && Enum.TryParse<Isolation>(text, ignoreCase: true, out var isolation)
            ? isolation
            : throw new SettingException($"'{text}' is none of auto, groups and namespaces");

    /// <exception cref="SettingException">It is none.</exception>
    public static string SocketOf(string text) =>
        text.StartsWith(SocketPrefix + "/", StringComparison.Ordinal)
            ? PathOf(text[SocketPrefix.Length..])
            : throw new SettingException($"'{text}' is no socket such as unix:///run/podman/podman.sock");

    /// <exception cref="SettingException">It names none.</exception>
    public static RunImages Images(string text)
    {
        try
        {
            return RunImages.Parse(text);
        }
        catch (FormatException problem)
        {
            throw new SettingException(problem.Message, problem);
        }
    }

    private static long Count(string text, long most, long least = 1) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
        && count >= least
        && count <= most
            ? count
            : throw new SettingException(
                $"'{text}' is not a whole number from {least} to {most.ToString(CultureInfo.InvariantCulture)}"
            );

    private static bool Switch(string text) =>
        bool.TryParse(text, out var on) ? on : throw new SettingException($"'{text}' is neither true nor false");

    /// <exception cref="SettingException">It can be the path of nothing.</exception>
    internal static string PathOf(string text) =>
        string.IsNullOrWhiteSpace(text) || text.Contains('\0', StringComparison.Ordinal)
            ? throw new SettingException("a path is needed here; leave the setting out for its default")
            : text;

    private static string[] Parts(string text) =>
        text.Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string List(IReadOnlyList<string> parts) => string.Join(';', parts);

    private static string[] Urls(string text)
    {
        var urls = Parts(text);
        foreach (var url in urls)
            if (!IsAddress(url))
                throw new SettingException(
                    $"'{url}' is not a URL such as http://localhost:5080 or https://0.0.0.0:8443; its host is localhost, an IP address of this machine, or * for all"
                );
        return urls.Length > 0 ? urls : throw new SettingException("at least one URL is needed");
    }

    // Of a host that it does not know, Kestrel would listen on every address of the machine.
    private static bool IsAddress(string url) =>
        ListenUrl.TryParse(url, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.PathAndQuery == "/"
        && (uri.Host == "localhost" || IPAddress.TryParse(uri.Host.Trim('[', ']'), out _));

    private static string[] Origins(string text)
    {
        var origins = Parts(text);
        foreach (var origin in origins)
            if (
                !Uri.TryCreate(origin, UriKind.Absolute, out var uri)
                || !string.Equals(uri.GetLeftPart(UriPartial.Authority), origin, StringComparison.OrdinalIgnoreCase)
            )
                throw new SettingException(
                    $"'{origin}' is not an origin such as https://code.example or https://code.example:8443"
                );
        return [.. origins.Select(origin => origin.ToLowerInvariant())];
    }

    private static NamedServer[] Servers(string text)
    {
        var parts = Parts(text);
        if (parts.Length > NamedServer.Most)
            throw new SettingException($"at most {NamedServer.Most} servers can be offered");
        return
        [
            .. parts.Select(part =>
                NamedServer.Read(part)
                ?? throw new SettingException(
                    $"'{part}' is not a name and an address such as Paris=https://code.example"
                )
            ),
        ];
    }

    private static string ClientId(string text) =>
        GoogleDrive.IsId(text)
            ? text
            : throw new SettingException($"'{text}' is not a client id such as 123456-abc.apps.googleusercontent.com");

    private static string[] Wandboxes(string text)
    {
        var addresses = Parts(text);
        return addresses.Length <= MostWandboxes
            ? [.. addresses.Select(each => Address(each, "https://wandbox.org"))]
            : throw new SettingException($"at most {MostWandboxes} Wandbox servers can be offered");
    }

    private static string Address(string text, string example = "https://www.googleapis.com") =>
        text.TrimEnd('/') is { Length: <= NamedServer.MostAddressLetters } address && NamedServer.IsAddress(address)
            ? address
            : throw new SettingException($"'{text}' is not an address such as {example}");

    private static IPNetwork[] Networks(string text) => [.. Parts(text).Select(NetworkOf)];

    private static IPNetwork NetworkOf(string text)
    {
        if (IsWhole(text) && IPAddress.TryParse(text, out var address))
            return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return IsWhole(text.Split('/')[0]) && IPNetwork.TryParse(text, out var network)
            ? network
            : throw new SettingException($"'{text}' is neither an address nor a network such as 10.0.0.0/8");
    }

    // 1.2.3 would be taken for 1.2.0.3, and 010.0.0.1 for 8.0.0.1.
    private static bool IsWhole(string text) =>
        text.Contains(':') || (IPAddress.TryParse(text, out var address) && address.ToString() == text);

    private static string BasePathOf(string text)
    {
        var path = "/" + text.Trim('/');
        var odd = path.Length > 1 && path.Split('/')[1..].Any(part => part is "" or "." or "..");
        if (odd || path.AsSpan().ContainsAnyExcept(PathLetters))
            throw new SettingException($"'{text}' is not a path such as /code");
        return path == "/" ? "" : path;
    }
}
