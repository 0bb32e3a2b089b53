using Coterie.Hub.Stores;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Rooms;

/// <summary>Where rooms of one kind live: a store, its only writer, and what is wrong with either. All reading for rooms goes through here.</summary>
internal sealed class RoomHome(RoomKind kind, IRoomStore store) : IAsyncDisposable
{
    private const int PageBytes = 1024 * 1024;
    private volatile StoreException? reading; // the last read that failed, until one succeeds

    public RoomKind Kind { get; } = kind;
    public Committer Committer { get; } = new(store);

    /// <summary>What is wrong with writing or reading, for an operator; null where all is well.</summary>
    public string? Trouble => (Committer.Trouble ?? reading)?.Message;

    public ValueTask<StoredRoom?> LoadAsync(RoomId room) => WatchAsync(() => store.LoadAsync(room));

    public ValueTask<bool> HasAsync(RoomId room) => WatchAsync(() => store.HasAsync(room));

    public ValueTask<LogPage> ReadAsync(PageQuery query) => WatchAsync(() => store.ReadAsync(query));

    public ValueTask<byte[]?> ReadAsync(ChunkQuery query) => WatchAsync(() => store.ReadAsync(query));

    public ValueTask<long> CountRoomsAsync() => WatchAsync(store.CountRoomsAsync);

    /// <summary>The whole tree stream, which a room needs to judge (J8, T1–T5). Bounded by the nodes and bytes of a room.</summary>
    public async Task<IReadOnlyList<byte[]>> ReadTreeAsync(StoredRoom room, RoomId id, StreamId tree)
    {
        var end = room.Streams.FirstOrDefault(stream => stream.Id == tree)?.Seq ?? 0;
        var envelopes = new List<byte[]>();
        while ((ulong)envelopes.Count < end)
        {
            var page = await ReadAsync(new PageQuery(id, tree, (ulong)envelopes.Count, end, PageBytes));
            if (page.Envelopes.Count == 0)
            {
                break;
            }
            envelopes.AddRange(page.Envelopes);
        }
        return envelopes;
    }

    /// <summary>Finishes what was handed in, then closes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        await Committer.DisposeAsync();
        await store.DisposeAsync();
    }

    private async ValueTask<T> WatchAsync<T>(Func<ValueTask<T>> read)
    {
        try
        {
            var value = await read();
            if (reading?.Problem != StoreProblem.Corrupt) // damage stays, whatever else can still be read
            {
                reading = null;
            }
            return value;
        }
        catch (StoreException problem)
        {
            reading = problem;
            throw;
        }
    }
}
