using Coterie.Hub;
using Coterie.Hub.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Coterie.Server.Web;

/// <summary>
/// Both ways in which a request becomes a WebSocket, over a stream that is read no faster than the hub lets a connection send. Where its socket is aborted, as it
/// is behind every frame that is none, the connection is not reset at once: the close that says why would be lost with it.
/// </summary>
internal sealed class MeteredUpgrade : IHttpUpgradeFeature, IHttpExtendedConnectFeature, IHttpRequestLifetimeFeature
{
    private readonly RoomHub hub;
    private readonly IHttpUpgradeFeature? upgrading;
    private readonly IHttpExtendedConnectFeature? connecting;
    private readonly IHttpRequestLifetimeFeature life;
    private volatile bool aborted;

    private MeteredUpgrade(
        RoomHub hub,
        IHttpUpgradeFeature? upgrade,
        IHttpExtendedConnectFeature? connect,
        IHttpRequestLifetimeFeature life
    ) => (this.hub, upgrading, connecting, this.life) = (hub, upgrade, connect, life);

    /// <summary>What counts the frames of this request's socket; null before it was accepted.</summary>
    public MeteredStream? Meter { get; private set; }

    public CancellationToken RequestAborted
    {
        get => life.RequestAborted;
        set => life.RequestAborted = value;
    }

    public bool IsUpgradableRequest => upgrading?.IsUpgradableRequest ?? false;

    public bool IsExtendedConnect => connecting?.IsExtendedConnect ?? false;

    public string? Protocol => connecting?.Protocol;

    /// <summary>Stands before what accepts WebSockets.</summary>
    public static void Prepare(HttpContext http, RoomHub hub)
    {
        var upgrade = http.Features.Get<IHttpUpgradeFeature>();
        var connect = http.Features.Get<IHttpExtendedConnectFeature>();
        if (upgrade?.IsUpgradableRequest != true && connect?.IsExtendedConnect != true)
            return;
        var metered = new MeteredUpgrade(
            hub,
            upgrade,
            connect,
            http.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>()
        );
        http.Features.Set<IHttpRequestLifetimeFeature>(metered);
        if (upgrade is not null)
            http.Features.Set<IHttpUpgradeFeature>(metered);
        if (connect is not null)
            http.Features.Set<IHttpExtendedConnectFeature>(metered);
        http.Features.Set(metered);
    }

    public async Task<Stream> UpgradeAsync() => Meter = hub.Meter(await upgrading!.UpgradeAsync());

    public async ValueTask<Stream> AcceptAsync() => Meter = hub.Meter(await connecting!.AcceptAsync());

    /// <summary>Ends all reading and writing on the socket; the connection ends with <see cref="EndAsync"/>.</summary>
    public void Abort()
    {
        aborted = true;
        if (Meter is null)
            life.Abort();
        else
            Meter.Dispose();
    }

    /// <summary>Once the socket is over: gives the other side a moment to read why, and to end the connection itself.</summary>
    public async Task EndAsync(TimeSpan most)
    {
        await Meter!.DrainAsync(most);
        if (aborted)
            life.Abort();
    }
}
