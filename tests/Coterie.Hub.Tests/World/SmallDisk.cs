using Coterie.Hub.Stores;
using Coterie.Protocol.Wire;

namespace Coterie.Hub.Tests.World;

/// <summary>A store whose disk can be full.</summary>
internal sealed class SmallDisk(IRoomStore store) : IRoomStore
{
    private volatile bool isFull;

    public bool HasSpace => !isFull;

    public void Fill() => isFull = true;

    public void Free() => isFull = false;

    public ValueTask CommitAsync(IReadOnlyList<RoomWrite> writes) =>
        isFull
            ? ValueTask.FromException(new StoreException(StoreProblem.Full, "The disk is full."))
            : store.CommitAsync(writes);

    public ValueTask<StoredRoom?> LoadAsync(RoomId room) => store.LoadAsync(room);

    public ValueTask<bool> HasAsync(RoomId room) => store.HasAsync(room);

    public ValueTask<LogPage> ReadAsync(PageQuery query) => store.ReadAsync(query);

    public ValueTask<byte[]?> ReadAsync(ChunkQuery query) => store.ReadAsync(query);

    public ValueTask DestroyAsync(RoomId room) => store.DestroyAsync(room);

    public ValueTask<long> CountRoomsAsync() => store.CountRoomsAsync();

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
