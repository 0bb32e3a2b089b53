using System.Net;
using Coterie.Hub;
using Coterie.Server.Runs.Engines;
using Coterie.Server.Runs.Rooms;

namespace Coterie.Server.Settings;

/// <summary>What one server runs with, after flags, environment, file and defaults were put together.</summary>
public sealed record ServerSettings
{
    public IReadOnlyList<string> Urls { get; init; } = ["http://localhost:5080"];

    public string Data { get; init; } = "data";

    /// <summary>Null: admin.key in the data directory.</summary>
    public string? AdminKeyFile { get; init; }

    public string AdminKeyPath => AdminKeyFile ?? Path.Combine(Data, "admin.key");

    public string Web { get; init; } = Path.Combine(AppContext.BaseDirectory, "web");

    /// <summary>Empty, or /code: with a slash in front and none behind.</summary>
    public string BasePath { get; init; } = "";

    /// <summary>Lower case. Empty: whatever host the client asked for.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    public string? TlsCertificate { get; init; }

    public string? TlsKey { get; init; }

    public bool TlsSelfSigned { get; init; }

    /// <summary>Whether owners may put their rooms into a list that everyone sees.</summary>
    public bool RoomList { get; init; }

    /// <summary>Other servers that the start page offers.</summary>
    public IReadOnlyList<NamedServer> Servers { get; init; } = [];

    /// <summary>Where people save rooms to and open them from, if the operator wants that.</summary>
    public GoogleDrive Drive { get; init; } = GoogleDrive.None;

    /// <summary>Wandbox servers that pages of this one may have programs run by: base addresses, without a slash at the end.</summary>
    public IReadOnlyList<string> Wandbox { get; init; } = [];

    /// <summary>Programs at once; 0: none are run.</summary>
    public int Runs { get; init; } = Math.Clamp(2 * Environment.ProcessorCount, 2, 32);

    public Isolation RunIsolation { get; init; }

    /// <summary>The socket of a container engine that holds programs in the place of bubblewrap; null: none does.</summary>
    public string? RunEngine { get; init; }

    public RunImages RunImages { get; init; } = RunImages.Default;

    public HubOptions Hub { get; init; } = new();
}

/// <summary>A setting that cannot be used. The message names it, where it stands, and what would fit.</summary>
public sealed class SettingException(string message, Exception? cause = null) : Exception(message, cause);
