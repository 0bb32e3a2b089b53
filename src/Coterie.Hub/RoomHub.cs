using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Security.Cryptography;
using Coterie.Hub.Connections;
using Coterie.Hub.Rooms;
using Coterie.Hub.Stores;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub;

/// <summary>
/// The hub: orders, checks, stores and forwards the sealed records of many rooms and can read none. One door in, <see cref="ServeAsync"/>,
/// which speaks PROTOCOL.md section 9 over a WebSocket until it ends. Memory rooms live here; permanent ones in the store that is
/// handed in, which the hub then owns.
/// </summary>
public sealed class RoomHub : IAsyncDisposable
{
    private readonly TimeProvider clock;
    private readonly RoomHome memory;
    private readonly RoomHome? permanent;
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(1);
    private readonly AddressBook addresses;
    private readonly ITimer sweeping;
    private volatile bool stopping;
    private long lastConnection;
    private int joined;
    private readonly ConcurrentDictionary<long, Connection> connections = [];
    private Tuple<IReadOnlyList<string>, IReadOnlyList<Digest>>? origins; // of the last caller: nearly always the same, and kept by each connection

    /// <param name="permanentRooms">Null: this hub has memory rooms only.</param>
    /// <param name="adminKey">Null: anyone may create a permanent room.</param>
    public RoomHub(HubOptions options, TimeProvider clock, IRoomStore? permanentRooms, AdminKey? adminKey)
    {
        this.clock = clock;
        Options = options;
        AdminKey = adminKey;
        memory = new RoomHome(RoomKind.Memory, new MemoryStore());
        permanent = permanentRooms is null ? null : new RoomHome(RoomKind.Permanent, permanentRooms);
        Directory = new RoomDirectory(permanent is null ? [memory] : [memory, permanent], options, clock);
        addresses = new AddressBook(options, clock);
        sweeping = clock.CreateTimer(_ => Sweep(), null, SweepEvery, SweepEvery);
    }

    internal HubOptions Options { get; }
    internal AdminKey? AdminKey { get; }
    internal RoomDirectory Directory { get; }
    internal TimeProvider Clock => clock;

    /// <summary>Open now.</summary>
    public int Connections => connections.Count;

    /// <summary>Of those that are open, the ones that have joined a room, or wait to be let in.</summary>
    public int Joined => Volatile.Read(ref joined);

    internal void CountJoined(int change) => Interlocked.Add(ref joined, change);

    /// <summary>What is to be told to who asks whether the server works.</summary>
    public HubHealth Health =>
        new(Directory.Loaded, Connections, stopping ? "The server is stopping." : permanent?.Trouble);

    /// <summary>Whether the room stands here, loaded or not.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<bool> HasRoomAsync(RoomId room) =>
        await memory.HasAsync(room) || (permanent is not null && await permanent.HasAsync(room));

    /// <summary>Takes one of the address's attempts (K6), for what is asked outside a connection.</summary>
    public bool MayTry(string? address)
    {
        using var guest = addresses.Enter(address);
        return guest?.MayTry() ?? false;
    }

    /// <summary>Takes one of the connections that the address may begin in a minute, the hub's own and others.</summary>
    public bool MayConnect(string? address) => addresses.MayConnect(address);

    /// <summary>Counts a connection that is not the hub's own among those of its address; null where there are too many.</summary>
    public IDisposable? Enter(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var guest = addresses.Enter(caller.Address);
        if (guest is not null)
        {
            caller.Meter?.CountFor(guest);
        }
        return guest;
    }

    /// <summary>The stream of a WebSocket, read no faster than a connection may send.</summary>
    public MeteredStream Meter(Stream stream) => new(stream, Options, clock);

    /// <summary>Who asked for this run in a room, where they may; a request is good for one answer (X2).</summary>
    public async Task<MemberId?> TakeRunAsync(RoomId room, RunId run) =>
        await AskAsync<MemberId?>(room, (asked, time) => asked.TakeRun(run, time), null);

    /// <summary>Whether a member's run in a room may go on (X3).</summary>
    public Task<RunnerStanding> StandingOfRunnerAsync(RoomId room, MemberId member) =>
        AskAsync(room, (asked, _) => asked.StandingOfRunner(member), RunnerStanding.Away);

    private async Task<T> AskAsync<T>(RoomId room, Func<Room, ulong, T> question, T gone)
    {
        if (Directory.AcquireLoaded(room) is not { } actor)
        {
            return gone;
        }
        try
        {
            return await actor.AskAsync(question, gone);
        }
        finally
        {
            Directory.Release(actor);
        }
    }

    /// <summary>Serves one connection until it ends; aborting the socket ends it.</summary>
    public async Task ServeAsync(WebSocket socket, Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        using var guest = addresses.Enter(caller.Address);
        var facts = new ConnectionFacts(
            Digest.Read(RandomNumberGenerator.GetBytes(Digest.Bytes)),
            HashesOf(caller.Origins)
        );
        if (guest is not null)
        {
            caller.Meter?.CountFor(guest);
        }
        var connection = new Connection(this, socket, Interlocked.Increment(ref lastConnection), facts, guest);
        connections.TryAdd(connection.Id, connection);
        try
        {
            if (guest is null)
            {
                connection.TurnAway(Refusal.RateLimited, "Too many connections from this address. Close some first.");
            }
            else if (stopping)
            {
                connection.TurnAway(Refusal.ShuttingDown, "The server is stopping. Connect again in a moment.");
            }
            await connection.RunAsync();
        }
        finally
        {
            connections.TryRemove(connection.Id, out _);
        }
    }

    /// <summary>Lets every room finish what it accepted, tells all who are connected (ShuttingDown), and takes nobody new.</summary>
    public async Task StopAsync()
    {
        stopping = true;
        var rooms = Directory.All();
        foreach (var room in rooms)
        {
            room.Post(new RoomInput(RoomInputKind.ShutDown));
        }
        await Task.WhenAll(rooms.Select(room => room.Running));
        foreach (var connection in connections.Values)
        {
            connection.TurnAway(Refusal.ShuttingDown, "The server is stopping. Connect again in a moment.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await sweeping.DisposeAsync();
        await memory.DisposeAsync();
        if (permanent is not null)
        {
            await permanent.DisposeAsync();
        }
    }

    /// <summary>Creates a room, or says why not.</summary>
    internal async Task<Refusal> CreateAsync(RoomKind kind, RoomWrite write)
    {
        var home = kind == RoomKind.Memory ? memory : permanent;
        if (home is null)
        {
            return Refusal.Forbidden;
        }
        foreach (var one in permanent is null ? [memory] : new[] { memory, permanent })
        {
            if (await one.LoadAsync(write.Room) is not null)
            {
                return Refusal.RoomExists; // first: who brings a door to a room that stands needs no place for it
            }
        }
        var rooms = await memory.CountRoomsAsync() + (permanent is null ? 0 : await permanent.CountRoomsAsync());
        if (rooms >= Options.RoomsPerServer)
        {
            return Refusal.RoomFull;
        }
        var done = new TaskCompletionSource<StoreException?>(TaskCreationOptions.RunContinuationsAsynchronously);
        home.Committer.Commit(write, 0, (_, problem) => done.SetResult(problem));
        return (await done.Task)?.Problem switch
        {
            null => Refusal.None,
            StoreProblem.Conflict => Refusal.RoomExists,
            _ => Refusal.StorageFailed,
        };
    }

    /// <summary>One timer for all connections: each would cost memory that an idle one need not have.</summary>
    private void Sweep()
    {
        foreach (var (_, connection) in connections)
        {
            connection.CheckDeadlines();
        }
    }

    private IReadOnlyList<Digest> HashesOf(IReadOnlyList<string> names)
    {
        var known = origins;
        if (known is null || !known.Item1.SequenceEqual(names, StringComparer.Ordinal))
        {
            known = Tuple.Create<IReadOnlyList<string>, IReadOnlyList<Digest>>(
                names,
                [.. names.Select(Session.HashOrigin)]
            );
            origins = known;
        }
        return known.Item2;
    }
}

/// <param name="Rooms">Loaded now.</param>
/// <param name="Connections">Open now.</param>
/// <param name="Trouble">What is wrong, for an operator; null where all is well.</param>
public sealed record HubHealth(int Rooms, int Connections, string? Trouble);
