using Coterie.Hub.Stores;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Moves;
using Coterie.Simulation.Truth;

namespace Coterie.Simulation.Worlds;

/// <summary>What somebody hostile has to work with: a record bent at will, a line to slip it into, and the server's store.</summary>
internal sealed partial class World
{
    private const int Healing = 12; // one move in so many is the end of a lie
    private const int HealingOfStore = 3; // sooner where the store lies: owners decree in the genuine room only
    private readonly Dictionary<Move, int> made = [];
    private List<RoomWrite>? genuine;

    /// <summary>Records that a hostile member made, whatever became of them.</summary>
    public void Register(Deed deed) => Truth.Made(deed);

    /// <summary>The state that the room is in, for the report.</summary>
    public IEnumerable<Condition> Conditions()
    {
        if (Lines.All(line => line.Up.Count == 0 && line.Down.Count == 0) && !Server.HasWork)
            yield return Condition.Quiet;
        if (Present.Any(person => person.HasInFlight))
            yield return Condition.UnderWay;
        if (Present.Any(person => person.IsJoining))
            yield return Condition.Joining;
        if (Present.Any(person => person.Line is null))
            yield return Condition.Offline;
        if (Rules.Epoch > 0)
            yield return Condition.AfterNewKeys;
        if (Present.Any(person => person.IsAlarmed))
            yield return Condition.ForkShown;
    }

    private void Hostility()
    {
        if (!IsHonest && Dice.Below(genuine is null ? Healing : HealingOfStore) == 0)
        {
            Heal();
            return;
        }
        var possible = Move
            .All.Where(move => (!IsHonest || move.ByMember) && choice.Allows(move))
            .OrderBy(move => 1_000 * made.GetValueOrDefault(move) + Dice.Below(1_000)); // first what was not made yet
        foreach (var move in possible)
        {
            var conditions = Conditions().ToList();
            Tell($"{move.Name}?");
            if (!move.Make(this))
                continue;
            Tell($"{move.Name}!");
            made[move] = made.GetValueOrDefault(move) + 1;
            report.Met(move, conditions);
            return;
        }
    }

    /// <summary>The server goes back to the genuine history.</summary>
    private void Heal()
    {
        Fork = null;
        foreach (var person in Present)
            person.IsElsewhere = false;
        foreach (var line in Lines.ToList())
        {
            line.Tamper = null;
            if (line.Server != Server)
                line.Person.Drop();
        }
        if (genuine is null)
            return;
        Tell("the server is honest again");
        Server.Rewrite(genuine, isGenuine: true);
        genuine = null;
    }

    /// <summary>Puts another history into the server's store. What comes after it is not the genuine one's.</summary>
    public void Plant(IReadOnlyList<RoomWrite> history)
    {
        genuine ??= [.. Server.History];
        Server.Rewrite(history, isGenuine: false);
    }

    /// <summary>The server's history as one write whose logs are what is made of them, chained anew.</summary>
    public RoomWrite Rewritten(
        Func<StreamId, List<(ulong Time, byte[] Record)>, List<(ulong Time, byte[] Record)>> change
    )
    {
        var history = Server.History;
        var write = new RoomWrite(Room)
        {
            Created = history[0].Created,
            Doors = history.Last(one => one.Doors is not null).Doors,
        };
        write.Manifests.AddRange(history.SelectMany(one => one.Manifests));
        var epoch = history.FindLastIndex(one => one.BeginsEpoch);
        write.Wraps.AddRange(
            history.Skip(Math.Max(0, epoch)).SelectMany(one => one.Wraps).DistinctBy(one => one.Member)
        );
        write.Sessions.AddRange(
            Truth.Sessions.Select(one => new StoredSession(
                one.Id,
                one.Cert.Memory.ToArray(),
                one.Session.Memory.ToArray()
            ))
        );
        foreach (var stream in history.SelectMany(one => one.Entries).GroupBy(one => one.Stream))
        {
            var before = stream.Select(one => (Time(one.Envelope), one.Envelope[Envelope.HeadBytes..])).ToList();
            Chained(write, stream.Key, change(stream.Key, before));
        }
        return write;
    }

    /// <summary>Changes one log in the server's store. False where <paramref name="change"/> finds nothing to change.</summary>
    public bool Edit(
        StreamId stream,
        Func<List<(ulong Time, byte[] Record)>, List<(ulong Time, byte[] Record)>?> change
    )
    {
        if (Fork is not null)
            return false;
        var changed = false;
        var write = Rewritten(
            (one, log) =>
            {
                if (one != stream || change([.. log]) is not { } other)
                    return log;
                changed = true;
                return other;
            }
        );
        if (changed)
            Plant([write]);
        return changed;
    }

    private void Chained(RoomWrite write, StreamId stream, List<(ulong Time, byte[] Record)> log)
    {
        var head = StreamView.Start(Room, stream, Incarnation);
        ulong seq = 0;
        foreach (var (time, bytes) in log)
        {
            if (!RecordView.TryParse(bytes, out var record, out _))
                continue;
            head = StreamView.Next(head, ++seq, time, bytes);
            var envelope = new byte[Envelope.HeadBytes + bytes.Length];
            Envelope.WriteHead(envelope, seq, time);
            bytes.CopyTo(envelope, Envelope.HeadBytes);
            write.Entries.Add(
                new LogEntry(stream, seq, head, record.Version, record.Class == RecordClass.Snapshot, envelope)
            );
        }
    }

    /// <summary>The deed that an envelope of the store holds.</summary>
    public Deed? DeedIn(byte[] envelope) => Truth.Find(envelope.AsSpan(Envelope.HeadBytes));

    private static ulong Time(byte[] envelope) => new ByteReader(envelope.AsSpan(8)).U64();

    /// <summary>Somebody who listens, whose stream goes on, and whom a lie about it can reach.</summary>
    public Line? Victim(StreamId stream) =>
        Pick(
            Lines
                .Where(line =>
                    line.Person is { IsOnline: true, IsHostile: false } person
                    && person.Followed.Contains(stream)
                    && !person.IsStopped(stream)
                )
                .ToList()
        );

    /// <summary>Shows one person a record at the next place of its stream, now.</summary>
    public void Slip(Line line, byte[] record, StreamId stream)
    {
        if (RecordView.TryParse(record, out var view, out _) && Truth.Find(view.Session) is { } opened)
            Introduce(line, opened.Cert, opened.Session);
        var seq = line.Person.Views[stream].Count + 1;
        var body = new byte[Envelope.HeadBytes + record.Length];
        Envelope.WriteHead(body, seq, Now);
        record.CopyTo(body, Envelope.HeadBytes);
        line.Person.Take(new Passing(HubFrame.Deliver, body));
    }

    public void Introduce(Line line, Cert cert, Session session)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        new MemberFrame
        {
            Live = true,
            Cert = cert.Encoded,
            Session = session.Encoded,
        }.Write(output);
        line.Person.Take(new Passing(HubFrame.Member, output.WrittenSpan[Frame.HeadBytes..].ToArray()));
    }

    /// <summary>A record that a person's own program would not make. The account gets it as it is.</summary>
    /// <param name="view">Where its author stands: what they have seen of the stream.</param>
    public Deed Forge(
        Opened session,
        Manifest rules,
        RecordClass kind,
        StreamView view,
        byte[] clear,
        byte[] payload,
        Func<RecordHeader, RecordHeader>? bend = null,
        Person? signer = null,
        bool garbage = false
    )
    {
        signer ??= session.Person;
        var counter = view.Counters.GetValueOrDefault(session.Id) + 1;
        var seen = Chain.Seen(view.Head, rules.Hash);
        var header = new RecordHeader(kind, rules.Version, Room, view.Id, session.Id, counter, view.Count, seen);
        header = bend?.Invoke(header) ?? header;
        using var sealer = new RecordSealer(Keys.Of(rules.EpochKeyHash), session.Id, kind, view.Id, session.Person.Id);
        var bytes = sealer.Seal(header, clear, payload, signer.Keys.Sign);
        if (garbage)
        {
            var body = bytes[..^RecordView.SignatureBytes];
            body[^1] ^= 1; // in the seal's tag
            bytes = [.. body, .. signer.Keys.Sign.Sign("record"u8, body)];
        }
        var deed = new Deed
        {
            Bytes = bytes,
            Author = signer,
            Class = kind,
            Stream = header.Stream,
            Session = session.Id,
            Counter = header.Counter,
            Version = header.Version,
            EpochKey = rules.EpochKeyHash,
            Clear = clear,
            Payload = payload,
            SeenSeq = header.SeenSeq,
            SeenHead = header.SeenHead == seen ? view.HeadAt(header.SeenSeq) : null,
            Manifest = rules.Hash,
            OfOtherRoom = header.Room != Room,
            IsGarbage = garbage,
        };
        Truth.Made(deed);
        return deed;
    }

    /// <summary>A hostile member sends a record to the server by their own line, where they have one.</summary>
    public static void Submit(Person person, Deed deed)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        Carriers.Write(output, ClientFrame.Append, deed.Bytes);
        person.Send(output.WrittenSpan.ToArray());
    }

    public Person? AnyHostile() => Pick(People.Where(person => person.IsHostile).ToList());

    /// <summary>The newest session of a person that others have heard of.</summary>
    public Opened? SessionOf(Person person) => Truth.Sessions.LastOrDefault(one => one.Person == person);

    /// <summary>The last session of a hostile member who was given no keys of the newest rules.</summary>
    public Opened? RemovedSession() =>
        Pick(
            People
                .Where(person => person.IsHostile && !person.Granted.ContainsKey(Rules.EpochKeyHash))
                .Select(SessionOf)
                .OfType<Opened>()
                .ToList()
        );

    /// <summary>A record that is on its way to a member who is in the room.</summary>
    public Found? Delivery() => OnItsWay(frame => frame.Type == HubFrame.Deliver, person => person.IsOnline);

    /// <summary>A frame of this type that is on its way to somebody.</summary>
    public Found? OnItsWay(HubFrame type) => OnItsWay(frame => frame.Type == type, _ => true);

    public Found? OnItsWay(Func<Passing, bool> wanted, Func<Person, bool> whom)
    {
        var found = new List<Found>();
        foreach (var line in Lines.Where(line => !line.Person.IsHostile && whom(line.Person)))
        {
            for (var index = 0; index < line.Down.Count; index++)
            {
                if (wanted(line.Down[index]))
                    found.Add(new Found(line, index));
            }
        }
        return Pick(found);
    }

    /// <summary>A stream that somebody follows.</summary>
    public StreamId AnyStream()
    {
        var streams = Truth.Log.Keys.ToList();
        return streams.Count == 0 || Dice.Below(3) == 0 ? Streams.Chat : streams[Dice.Below(streams.Count)];
    }

    /// <summary>The newest session of a hostile member of this role, by the newest rules.</summary>
    public Opened? Hostile(Role role) =>
        Pick(
            People
                .Where(person => person.IsHostile && person.Granted.GetValueOrDefault(Rules.EpochKeyHash) == role)
                .Select(SessionOf)
                .OfType<Opened>()
                .Where(session => session.Epoch == Rules.Epoch)
                .ToList()
        );

    /// <summary>
    /// A hostile member makes a record and sends it to the server; one that lies, asked to, shows it to somebody although it should have
    /// refused it.
    /// </summary>
    public bool Bring(
        Opened session,
        RecordClass kind,
        StreamId stream,
        byte[] clear,
        byte[] payload,
        Person? signer = null,
        Func<RecordHeader, RecordHeader>? bend = null,
        bool garbage = false,
        Manifest? rules = null,
        Person? sender = null
    )
    {
        rules ??= Rules;
        if (!IsHonest && Dice.Below(2) == 0)
        {
            if (Victim(stream) is not { } victim)
                return false;
            var shown = Forge(session, rules, kind, victim.Person.Views[stream], clear, payload, bend, signer, garbage);
            Slip(victim, shown.Bytes, stream);
            return true;
        }
        sender ??= signer ?? session.Person;
        if (sender.Line is null || !Server.IsGenuine)
            return false;
        var view = Truth.Log.GetValueOrDefault(stream) ?? Truth.NewView(stream);
        Submit(sender, Forge(session, rules, kind, view, clear, payload, bend, signer, garbage));
        return true;
    }
}

/// <summary>A frame on its way.</summary>
internal sealed record Found(Line Line, int Index)
{
    public Passing Frame => Line.Down[Index];

    public void Replace(byte[] body) => Line.Down[Index] = Frame with { Body = body };

    /// <summary>Changes a copy: others may be sent the same bytes.</summary>
    public void Change(Action<byte[]> change)
    {
        var body = (byte[])Frame.Body.Clone();
        change(body);
        Replace(body);
    }

    public void Remove() => Line.Down.RemoveAt(Index);
}
