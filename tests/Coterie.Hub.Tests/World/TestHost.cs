using Coterie.Hub.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Coterie.Hub.Tests.World;

/// <summary>A hub behind a real Kestrel on a port of the system's choice, with memory and permanent rooms.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    public static readonly byte[] Key = "an operator's key"u8.ToArray();
    private readonly WebApplication app;
    private readonly bool ownsDirectory;

    private TestHost(
        WebApplication app,
        RoomHub hub,
        SqliteStore store,
        SmallDisk disk,
        string directory,
        bool ownsDirectory
    )
    {
        Disk = disk;
        this.app = app;
        this.ownsDirectory = ownsDirectory;
        Hub = hub;
        Store = store;
        Path = directory;
        Url = new Uri(
            app.Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses.Single()
                .Replace("http://", "ws://", StringComparison.Ordinal) + "/hub"
        );
    }

    public RoomHub Hub { get; }
    public SqliteStore Store { get; }
    public SmallDisk Disk { get; }
    public string Path { get; }
    public Uri Url { get; }

    public static async Task<TestHost> StartAsync(
        HubOptions? options = null,
        string? directory = null,
        string? address = null,
        TimeProvider? clock = null
    )
    {
        var path = directory ?? Directory.CreateTempSubdirectory("coterie-hub-").FullName;
        var store = SqliteStore.Open(path);
        var disk = new SmallDisk(store);
        var hub = new RoomHub(
            options ?? new HubOptions(),
            clock ?? TimeProvider.System,
            disk,
            AdminKey.FromHash(AdminKey.HashOf(Key))
        );
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var site = builder.Build();
        site.UseWebSockets();
        var origins = new[] { TestRoom.Origin };
        site.Map(
            "/hub",
            async (HttpContext context) =>
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await hub.ServeAsync(socket, new Caller(origins, address));
            }
        );
        await site.StartAsync();
        return new TestHost(site, hub, store, disk, path, directory is null);
    }

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        await app.StopAsync();
        await app.DisposeAsync();
        if (ownsDirectory)
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
