using Coterie.Protocol.Wire;

namespace Coterie.Hub.Stores;

/// <summary>
/// Where rooms are kept: what SQLite and memory can do today and PostgreSQL can do later. One <see cref="Committer"/> writes;
/// anyone reads. What a commit wrote is durable when its task ends, and all of it is there or nothing.
/// Every method throws <see cref="StoreException"/> and nothing else.
/// </summary>
public interface IRoomStore : IAsyncDisposable
{
    /// <summary>Everything about a room but its records; null where there is no such room.</summary>
    ValueTask<StoredRoom?> LoadAsync(RoomId room);

    /// <summary>Whether there is such a room, without reading it.</summary>
    ValueTask<bool> HasAsync(RoomId room);

    /// <summary>Envelopes of one stream in order, at least one where there is any in the range.</summary>
    ValueTask<LogPage> ReadAsync(PageQuery query);

    /// <summary>A sealed chunk; null where it is not here.</summary>
    ValueTask<byte[]?> ReadAsync(ChunkQuery query);

    /// <summary>
    /// Writes all of it in one transaction. Refused as <see cref="StoreProblem.Conflict"/>: a room that exists already, a manifest
    /// version that exists already, a record that does not continue its stream, anything for a room that does not exist.
    /// </summary>
    ValueTask CommitAsync(IReadOnlyList<RoomWrite> writes);

    /// <summary>Erases every byte of the room, also from the journal. Erasing what is not there is no error.</summary>
    ValueTask DestroyAsync(RoomId room);

    ValueTask<long> CountRoomsAsync();

    /// <summary>Whether its disk has space for more than a little; true where it has none, or does not say.</summary>
    bool HasSpace { get; }
}
