using Coterie.Protocol.Wire;

namespace Coterie.Hub.Stores;

/// <summary>
/// Rooms that live as long as the process: memory rooms of a server, the one room of a shared folder.
/// Owns the logs; a batch is checked completely before anything of it is applied, so that it is all there or nothing.
/// </summary>
public sealed class MemoryStore : IRoomStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<RoomId, MemoryRoom> rooms = [];

    public ValueTask<StoredRoom?> LoadAsync(RoomId room)
    {
        lock (gate)
        {
            return ValueTask.FromResult(rooms.GetValueOrDefault(room)?.Copy());
        }
    }

    public ValueTask<bool> HasAsync(RoomId room)
    {
        lock (gate)
        {
            return ValueTask.FromResult(rooms.ContainsKey(room));
        }
    }

    public ValueTask<LogPage> ReadAsync(PageQuery query)
    {
        lock (gate)
        {
            return ValueTask.FromResult(rooms.GetValueOrDefault(query.Room)?.Read(query) ?? new LogPage(null, []));
        }
    }

    public ValueTask<byte[]?> ReadAsync(ChunkQuery query)
    {
        lock (gate)
        {
            return ValueTask.FromResult(rooms.GetValueOrDefault(query.Room)?.Read(query));
        }
    }

    public ValueTask CommitAsync(IReadOnlyList<RoomWrite> writes)
    {
        lock (gate)
        {
            var after = new Dictionary<RoomId, MemoryRoom.Ends>();
            foreach (var write in writes)
            {
                var ends = after.TryGetValue(write.Room, out var seen)
                    ? seen
                    : MemoryRoom.Ends.Of(rooms.GetValueOrDefault(write.Room));
                if (!ends.Accepts(write))
                {
                    throw new StoreException(
                        StoreProblem.Conflict,
                        "The write does not continue what is stored; load the room again."
                    );
                }
                after[write.Room] = ends;
            }
            foreach (var write in writes)
            {
                if (write.Created is { } created)
                {
                    rooms.Add(write.Room, new MemoryRoom(created));
                }
                rooms[write.Room].Apply(write);
            }
            return ValueTask.CompletedTask;
        }
    }

    public ValueTask DestroyAsync(RoomId room)
    {
        lock (gate)
        {
            rooms.Remove(room);
            return ValueTask.CompletedTask;
        }
    }

    public bool HasSpace => true;

    public ValueTask<long> CountRoomsAsync()
    {
        lock (gate)
        {
            return ValueTask.FromResult((long)rooms.Count);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
