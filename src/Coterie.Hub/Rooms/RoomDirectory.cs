using Coterie.Hub.Stores;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;

namespace Coterie.Hub.Rooms;

/// <summary>
/// The rooms in memory. A room is loaded once however many ask, stays while anyone holds it, and is never loaded again before
/// its last commit has ended.
/// </summary>
internal sealed class RoomDirectory(IReadOnlyList<RoomHome> homes, HubOptions options, TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly ImportedKeys keys = new();
    private readonly Dictionary<RoomId, Entry> entries = [];

    public int Loaded
    {
        get
        {
            lock (gate)
            {
                return entries.Count;
            }
        }
    }

    /// <summary>The room, held until <see cref="Release"/>; null where there is none.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<RoomActor?> AcquireAsync(RoomId id)
    {
        while (true)
        {
            Entry? entry;
            lock (gate)
            {
                if (!entries.TryGetValue(id, out entry))
                {
                    entries.Add(id, entry = new Entry());
                    entry.Loading = Task.Run(() => LoadAsync(id));
                }
                if (!entry.Closing)
                {
                    entry.Holders++;
                }
            }
            if (entry.Closing)
            {
                await entry.Gone.Task;
                continue;
            }
            RoomActor? actor = null;
            try
            {
                actor = await entry.Loading;
            }
            finally
            {
                if (actor is null)
                {
                    Abandon(id, entry);
                }
            }
            return actor;
        }
    }

    /// <summary>The room, held until <see cref="Release"/>, where it is in memory; null where it is not.</summary>
    public RoomActor? AcquireLoaded(RoomId id)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(id, out var entry) || entry.Closing || entry.Actor is null)
            {
                return null;
            }
            entry.Holders++;
            return entry.Actor;
        }
    }

    public void Release(RoomActor actor)
    {
        lock (gate)
        {
            if (entries.TryGetValue(actor.Id, out var entry) && entry.Actor == actor)
            {
                entry.Holders--;
            }
        }
    }

    /// <summary>From now on nobody gets this room; who asks waits until <see cref="Closed"/>. False where someone holds it.</summary>
    public bool TryClose(RoomActor actor, bool forced)
    {
        lock (gate)
        {
            var entry = entries[actor.Id];
            entry.Closing = forced || entry.Holders == 0;
            return entry.Closing;
        }
    }

    public void Closed(RoomActor actor)
    {
        Entry? entry;
        lock (gate)
        {
            entries.Remove(actor.Id, out entry);
        }
        entry?.Gone.SetResult();
    }

    public List<RoomActor> All()
    {
        lock (gate)
        {
            return [.. entries.Values.Select(entry => entry.Actor).OfType<RoomActor>()];
        }
    }

    private void Abandon(RoomId id, Entry entry)
    {
        lock (gate)
        {
            if (--entry.Holders == 0 && entries.GetValueOrDefault(id) == entry)
            {
                entries.Remove(id);
            }
        }
    }

    private async Task<RoomActor?> LoadAsync(RoomId id)
    {
        foreach (var home in homes)
        {
            if (await home.LoadAsync(id) is { } stored)
            {
                var tree = await home.ReadTreeAsync(stored, id, new FixedStreams(id).Tree);
                var actor = RoomActor.Start(this, home, stored, tree, options, clock, keys);
                lock (gate)
                {
                    entries[id].Actor = actor;
                }
                return actor;
            }
        }
        return null;
    }

    private sealed class Entry
    {
        public Task<RoomActor?> Loading { get; set; } = Task.FromResult<RoomActor?>(null);
        public RoomActor? Actor { get; set; }
        public int Holders { get; set; }
        public bool Closing { get; set; }
        public TaskCompletionSource Gone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
