using System.Buffers;
using Coterie.Crdt.Bytes;

namespace Coterie.Crdt;

/// <summary>Who came, changed or went.</summary>
public sealed record AwarenessChange(
    IReadOnlyList<ulong> Added,
    IReadOnlyList<ulong> Updated,
    IReadOnlyList<ulong> Removed
)
{
    internal bool IsEmpty => Added.Count + Updated.Count + Removed.Count == 0;
}

/// <summary>
/// What is true of each client only now: name, colour, cursor. Each client sets its own state and raises its clock; the higher
/// clock wins; null says that a client is gone. Who is not heard of for 30 seconds is gone too. The awareness protocol of
/// y-protocols, byte for byte.
/// </summary>
/// <remarks>It has no timer: its owner calls <see cref="CheckTime"/> every few seconds, on the thread of the document.</remarks>
public sealed class Awareness
{
    /// <summary>After this long without a word a client is gone; after half of it the own state is told again.</summary>
    public static readonly TimeSpan Outdated = TimeSpan.FromSeconds(30);

    /// <summary>Clients that one message or one instance may name.</summary>
    public const int MostClients = 65_536;

    /// <summary>After this long the clock of a client that is gone is forgotten: by then everybody has taken it away.</summary>
    private static readonly TimeSpan Forgotten = Outdated * 10;

    private readonly YDoc _doc;
    private readonly TimeProvider _clock;
    private readonly AwarenessStates _states = new();
    private OrderedDictionary<ulong, (int Clock, DateTimeOffset Updated)> _known = [];

    /// <summary>The awareness of a document's client, which begins with an empty state.</summary>
    public Awareness(YDoc doc, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(doc);
        _doc = doc;
        Client = doc.ClientId;
        _clock = clock ?? TimeProvider.System;
        Set(new ValueObject());
    }

    /// <summary>The own client.</summary>
    public ulong Client { get; }

    /// <summary>The clients that are there, and their states.</summary>
    public IReadOnlyDictionary<ulong, object?> States
    {
        get
        {
            _doc.CheckThread();
            return _states;
        }
    }

    /// <summary>The own state; null when it says that it is gone.</summary>
    public object? State => _states.GetValueOrDefault(Client);

    /// <summary>A message came, or the own state was set: even when it says the same again. The second is the origin.</summary>
    public event Action<AwarenessChange, object?>? Updated;

    /// <summary>A state is another than before.</summary>
    public event Action<AwarenessChange, object?>? Changed;

    /// <summary>The clock of a client that is or was there.</summary>
    /// <exception cref="KeyNotFoundException">It never was, or so long ago that it is forgotten.</exception>
    public int ClockOf(ulong client)
    {
        _doc.CheckThread();
        return _known[client].Clock;
    }

    /// <summary>Sets the own state: null, or a value that has a JSON.</summary>
    /// <exception cref="ArgumentException">It has none: <see cref="Undefined"/>, or what no document can hold.</exception>
    public void Set(object? state)
    {
        state = AnyValue.Of(state);
        if (state is Undefined)
            throw new ArgumentException("The state has no JSON.", nameof(state));
        using var use = _doc.Use();
        var clock = _known.TryGetValue(Client, out var known) ? Next(known.Clock) : 0;
        var before = State;
        if (state is null)
            _states.Remove(Client);
        else
            _states.Set(Client, state);
        _known[Client] = (clock, _clock.GetUtcNow());
        ulong[] own = [Client];
        if (state is null)
            Tell(new([], [], own), new([], [], own), "local");
        else if (before is null)
            Tell(new(own, [], []), new(own, [], []), "local");
        else
            Tell(new([], own, []), new([], AnyValue.AreEqual(before, state) ? [] : own, []), "local");
    }

    /// <summary>Takes clients away, as when their connection is gone.</summary>
    public void Remove(IEnumerable<ulong> clients, object? origin = null)
    {
        ArgumentNullException.ThrowIfNull(clients);
        using var use = _doc.Use();
        var removed = new List<ulong>();
        foreach (var client in clients)
        {
            if (!_states.Remove(client))
                continue;
            if (client == Client)
                _known[client] = (Next(_known[client].Clock), _clock.GetUtcNow());
            removed.Add(client);
        }
        var change = new AwarenessChange([], [], removed);
        Tell(change, change, origin);
    }

    /// <summary>Takes away who was not heard of for long, and tells the own state again when it is time.</summary>
    public void CheckTime()
    {
        using var use = _doc.Use();
        var now = _clock.GetUtcNow();
        if (State is { } own && now - _known[Client].Updated >= Outdated / 2)
            Set(own);
        Remove(
            [
                .. _known
                    .Where(each =>
                        each.Key != Client && now - each.Value.Updated >= Outdated && _states.ContainsKey(each.Key)
                    )
                    .Select(static each => each.Key),
            ],
            "timeout"
        );
        bool IsForgotten(KeyValuePair<ulong, (int Clock, DateTimeOffset Updated)> each) =>
            now - each.Value.Updated >= Forgotten && each.Key != Client && !_states.ContainsKey(each.Key);
        if (_known.Any(IsForgotten))
            _known = new(_known.Where(each => !IsForgotten(each)));
    }

    /// <summary>A message that tells the states of clients.</summary>
    /// <exception cref="KeyNotFoundException">One of them is not and never was there.</exception>
    public byte[] Encode(params IReadOnlyCollection<ulong> clients) => Write(clients).ToArray();

    /// <summary>Writes a message that tells the states of clients behind what is in a buffer.</summary>
    /// <exception cref="KeyNotFoundException">One of them is not and never was there; nothing was written.</exception>
    public void Encode(IReadOnlyCollection<ulong> clients, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Write(clients).CopyTo(output);
    }

    private ByteWriter Write(IReadOnlyCollection<ulong> clients)
    {
        ArgumentNullException.ThrowIfNull(clients);
        using var use = _doc.Use();
        var bytes = new ByteWriter();
        bytes.VarUint(clients.Count);
        foreach (var client in clients)
        {
            bytes.VarUint(client);
            bytes.VarUint(_known[client].Clock);
            bytes.VarString(JsonText.Write(_states.GetValueOrDefault(client)));
        }
        return bytes;
    }

    /// <summary>Takes a message in.</summary>
    /// <exception cref="InvalidUpdateException">It is none; nothing of it was taken in.</exception>
    public void Apply(ReadOnlySpan<byte> message, object? origin = null)
    {
        using var use = _doc.Use();
        List<ulong> added = [],
            updated = [],
            changed = [],
            removed = [];
        foreach (var (client, clock, state) in Read(message))
        {
            var isKnown = _known.TryGetValue(client, out var known);
            var before = _states.GetValueOrDefault(client);
            if (known.Clock > clock || (known.Clock == clock && !(state is null && _states.ContainsKey(client))))
                continue;
            // Nobody else says that this client is gone: it says again that it is there.
            var isRefuted = state is null && client == Client && before is not null;
            if (state is not null)
                _states.Set(client, state);
            else if (!isRefuted)
                _states.Remove(client);
            _known[client] = (isRefuted ? Next(clock) : clock, _clock.GetUtcNow());
            if (state is null)
            {
                if (isKnown)
                    removed.Add(client);
            }
            else if (!isKnown)
                added.Add(client);
            else
            {
                updated.Add(client);
                if (!AnyValue.AreEqual(before, state))
                    changed.Add(client);
            }
        }
        Tell(new(added, updated, removed), new(added, changed, removed), origin);
    }

    private List<(ulong Client, int Clock, object? State)> Read(ReadOnlySpan<byte> message)
    {
        var reader = new ByteReader(message);
        var count = reader.Small(Math.Min(reader.Left, MostClients), "more clients than there are bytes");
        var states = new List<(ulong, int, object?)>(count);
        var fresh = 0;
        for (var at = 0; at < count; at++)
        {
            var client = reader.VarUint();
            var clock = reader.Small(int.MaxValue, "a clock of more than 31 bits");
            var offset = reader.Offset;
            states.Add((client, clock, JsonText.Read(reader.VarString(), offset)));
            if (!_known.ContainsKey(client) && ++fresh + _known.Count > MostClients)
                throw reader.Wrong("too many clients");
        }
        return states;
    }

    /// <summary>Others may say of a clock that it is the last one: it stays that.</summary>
    private static int Next(int clock) => clock < int.MaxValue ? clock + 1 : clock;

    private void Tell(AwarenessChange update, AwarenessChange change, object? origin)
    {
        if (!change.IsEmpty)
            Changed?.Invoke(change, origin);
        if (!update.IsEmpty)
            Updated?.Invoke(update, origin);
    }
}
