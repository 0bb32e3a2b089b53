using Coterie.Hub.Stores;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Rooms;

/// <summary>Where rooms of one kind live: a store and its only writer.</summary>
internal sealed class RoomHome(RoomKind kind, IRoomStore store) : IAsyncDisposable
{
    private const int PageBytes = 1024 * 1024;

    public RoomKind Kind { get; } = kind;
    public IRoomStore Store { get; } = store;
    public Committer Committer { get; } = new(store);

    /// <summary>The whole tree stream, which a room needs to judge (J8, T1–T5). Bounded by the nodes and bytes of a room.</summary>
    public async Task<IReadOnlyList<byte[]>> ReadTreeAsync(StoredRoom room, RoomId id, StreamId tree)
    {
        var end = room.Streams.FirstOrDefault(stream => stream.Id == tree)?.Seq ?? 0;
        var envelopes = new List<byte[]>();
        while ((ulong)envelopes.Count < end)
        {
            var page = await Store.ReadAsync(new PageQuery(id, tree, (ulong)envelopes.Count, end, PageBytes));
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
        await Store.DisposeAsync();
    }
}
