using Coterie.Protocol.Wire;

namespace Coterie.Hub.Tests.World;

/// <summary>A hub over a disk of its own and a clock that only a test moves, which takes few and small blobs.</summary>
public abstract class BlobScene(HubOptions options) : IAsyncLifetime
{
    private readonly HubOptions options = options;

    private protected TestRoom Room { get; } = new();
    private protected ManualClock Clock { get; } = new();
    private protected TestHost Host { get; private set; } = null!;

    protected string DataDirectory { get; } = Directory.CreateTempSubdirectory("coterie-blob-").FullName;

    protected StreamId Tree => Room.Streams.Tree;

    public async ValueTask InitializeAsync() => Host = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Directory.Delete(DataDirectory, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <param name="meanwhile">What is done while no hub has the disk.</param>
    protected async Task RestartAsync(Func<Task>? meanwhile = null)
    {
        await Host.DisposeAsync();
        if (meanwhile is not null)
        {
            await meanwhile();
        }
        Host = await StartAsync();
    }

    private Task<TestHost> StartAsync() => TestHost.StartAsync(options, DataDirectory, clock: Clock);
}
