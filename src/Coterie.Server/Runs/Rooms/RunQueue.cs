using Coterie.Protocol.Wire;

namespace Coterie.Server.Runs.Rooms;

/// <summary>
/// Who waits for a slot, and who is next (X7): the one that came first of those whose room and address have fewer than their share at work, so that
/// neither holds up all others. Who waits has no thread. Any thread.
/// </summary>
/// <param name="slots">Runs at once.</param>
internal sealed class RunQueue(int slots)
{
    private const int MaxWaiting = 256;
    private const int MaxWaitingOfOne = 64; // of one room, and of one address

    private readonly Lock gate = new();
    private readonly List<Place> waiting = [];
    private readonly List<Place> working = [];

    /// <summary>Slots that one room, or one address, has at most.</summary>
    private int Share => Math.Max(1, slots * 3 / 4);

    /// <summary>A place behind all who wait; null where too many do.</summary>
    /// <param name="address">Null: not known, and not counted.</param>
    /// <param name="moved">Told how many are ahead, at once and each time that changes. Must not call the queue.</param>
    public Place? Enter(RoomId room, string? address, Action<int> moved)
    {
        lock (gate)
        {
            var place = new Place(this, room, address, moved);
            if (waiting.Count >= MaxWaiting || waiting.Count(place.IsOfOne) >= MaxWaitingOfOne)
                return null;
            waiting.Add(place);
            Advance();
            return place;
        }
    }

    private void Leave(Place place)
    {
        lock (gate)
        {
            if (waiting.Remove(place) | working.Remove(place))
                Advance();
        }
    }

    private void Advance()
    {
        while (working.Count < slots && waiting.Find(MayWork) is { } next)
        {
            waiting.Remove(next);
            working.Add(next);
            next.Begin();
        }
        for (var ahead = 0; ahead < waiting.Count; ahead++)
            waiting[ahead].Tell(ahead);
    }

    private bool MayWork(Place place) =>
        working.Count(one => one.Room == place.Room) < Share
        && (place.Address is null || working.Count(one => one.Address == place.Address) < Share);

    /// <summary>A run's place in the queue, and then its slot; both are given back by disposing of it.</summary>
    internal sealed class Place(RunQueue queue, RoomId room, string? address, Action<int> moved) : IDisposable
    {
        private readonly TaskCompletionSource turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int? told;

        public RoomId Room { get; } = room;
        public string? Address { get; } = address;

        /// <summary>Done when it has a slot.</summary>
        public Task Turn => turn.Task;

        public bool IsOfOne(Place other) => other.Room == Room || (Address is not null && other.Address == Address);

        public void Begin() => turn.SetResult();

        public void Tell(int ahead)
        {
            if (told == ahead)
                return;
            told = ahead;
            moved(ahead);
        }

        public void Dispose() => queue.Leave(this);
    }
}
