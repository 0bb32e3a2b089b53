using Coterie.Hub.Stores;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Truth;

/// <summary>
/// What really happened in a world: every record as its author made it, every session, every manifest that an owner signed. Against it stands
/// what the members and the server's own store came to believe; where the two differ, the simulation fails.
/// </summary>
internal sealed class Account(World world)
{
    private readonly Dictionary<string, Deed> deeds = [];
    private readonly Dictionary<(MemberId, SessionId, StreamId, ulong), Deed> places = [];
    private readonly Dictionary<SessionId, Opened> sessions = [];
    private readonly Dictionary<Digest, Manifest> signed = [];
    private readonly Dictionary<(StreamId, Digest), (Digest State, string Of)> states = [];
    private readonly List<Manifest> committed = [];
    private readonly HashSet<SessionId> joined = [];
    private readonly Dictionary<StreamId, StreamView> log = [];

    /// <summary>Positions that were compared, for the report.</summary>
    public long Judged { get; private set; }

    public IEnumerable<Deed> Deeds => deeds.Values;

    public IEnumerable<Opened> Sessions => sessions.Values;

    /// <summary>What the genuine store has, stream by stream.</summary>
    public IReadOnlyDictionary<StreamId, StreamView> Log => log;

    public IReadOnlyList<Manifest> Rules => committed;

    public StreamView NewView(StreamId stream) =>
        new(stream, StreamView.Start(world.Room, stream, world.Incarnation), world.Streams);

    public void Made(Deed deed)
    {
        if (deeds.TryAdd(Key(deed.Bytes), deed) && deed.Class is not (RecordClass.Signal or RecordClass.Presence))
            places.TryAdd((deed.Author.Id, deed.Session, deed.Stream, deed.Counter), deed);
    }

    public void Made(Opened session) => sessions.TryAdd(session.Id, session);

    public void Signed(Manifest manifest) => signed[manifest.Hash] = manifest;

    public bool IsSigned(Digest manifest) => signed.ContainsKey(manifest);

    public Deed? Find(ReadOnlySpan<byte> record) => deeds.GetValueOrDefault(Key(record));

    /// <summary>The durable record that somebody made under this counter.</summary>
    public Deed? Find(SessionId session, StreamId stream, ulong counter, Person author) =>
        places.GetValueOrDefault((author.Id, session, stream, counter));

    public Opened? Find(SessionId session) => sessions.GetValueOrDefault(session);

    /// <summary>What should come of a record at the next place of a view, by the rules that its viewer knows.</summary>
    public (Finding Finding, string Why) Judge(StreamView view, Deed? deed, Func<uint, Manifest?> rules) =>
        Bench.Judge(
            view,
            deed,
            deed is null ? null : Find(deed.Session),
            deed is null ? null : rules(deed.Version),
            world.Streams
        );

    /// <summary>An honest room has let somebody in by a session: it is theirs, new, and good under the rules.</summary>
    public void Joined(Person person, SessionId id, Manifest rules)
    {
        var session = Find(id);
        Demand(session is not null && session.Person == person, $"the hub let {person.Name} in by another's session");
        Demand(joined.Add(id), $"the hub let {person.Name} in by one session twice");
        var fault = Bench.Standing(session!, rules);
        Demand(fault is null, $"the hub let {person.Name} in: {fault}");
    }

    /// <summary>An honest room has stored this: all of it must be allowed.</summary>
    public void Committed(RoomWrite write)
    {
        foreach (var stored in write.Manifests)
        {
            Demand(Manifest.TryParse(stored.Bytes, out var manifest, out _), "the hub stored a manifest that is none");
            if (manifest!.Version < committed.Count)
                continue; // read again
            Demand(IsSigned(manifest.Hash), $"the hub took manifest {manifest.Version}, which no owner signed");
            Demand(
                committed.Count == 0 || manifest.PrevHash == committed[^1].Hash,
                $"the hub took manifest {manifest.Version}, which does not follow"
            );
            committed.Add(manifest);
        }
        foreach (var entry in write.Entries)
            Committed(entry);
    }

    private void Committed(LogEntry entry)
    {
        if (!log.TryGetValue(entry.Stream, out var view))
            log.Add(entry.Stream, view = NewView(entry.Stream));
        if (entry.Seq <= view.Count)
            return; // read again
        Demand(Envelope.TryParse(entry.Envelope, out var envelope, out _), "the hub stored what does not parse");
        var deed = Find(envelope.Record.Bytes);
        var (finding, why) = Judge(view, deed, version => version < committed.Count ? committed[(int)version] : null);
        Demand(
            finding is Finding.Applies or Finding.Unreadable,
            $"the hub took {deed?.Class} of {deed?.Author.Name} at {entry.Seq}: {why}"
        );
        Demand(deed!.Version == committed.Count - 1, $"the hub took a record of version {deed.Version}");
        Demand(!view.Applied.Contains(deed), $"the hub took a record twice");
        view.Applied.Add(deed);
        Bench.Take(view, deed, envelope.Record.Bytes, envelope.ServerTime, finding);
        Demand(view.Head == entry.Head, "the hub's head is not that of its records");
        Judged++;
    }

    /// <summary>Equal heads mean equal states, whoever holds them.</summary>
    public void Compare(StreamView view, string who)
    {
        if (view.IsPartial)
            return;
        if (!states.TryAdd((view.Id, view.Head), (view.State, who)))
        {
            var (state, other) = states[(view.Id, view.Head)];
            Demand(state == view.State, $"{who} and {other} have one head at {view.Count} and two states");
        }
        Judged++;
    }

    private static string Key(ReadOnlySpan<byte> record) =>
        Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(record));

    public static void Demand(bool holds, string text)
    {
        if (!holds)
            throw new SimulationException(text);
    }
}
