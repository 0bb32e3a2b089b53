using System.Security.Cryptography;
using Coterie.Client;
using Coterie.Client.Founding;
using Coterie.Hub.Stores;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Tests.Worlds;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Moves;
using Coterie.Simulation.Truth;

namespace Coterie.Simulation.Worlds;

/// <summary>
/// A room with its people, servers and lines, made of one seed and moved on by single steps: no socket, no clock, no task. What the dice
/// decide does not hang on the bytes of a key or a signature, so that a seed goes the same way each time it is run.
/// </summary>
internal sealed partial class World : IDisposable
{
    public const string Origin = "https://code.example:8443";
    private const int MostPeople = 8; // present at once
    private readonly FoundedRoom founded;
    private readonly List<string> told = [];
    private readonly Report report;
    private readonly Choice choice;
    private long ids;
    private int step;

    public World(ulong seed, Choice choice, Report report)
    {
        Dice = new Dice(seed);
        this.choice = choice;
        this.report = report;
        Now = 1_800_000_000_000;
        founded = FoundedRoom.Found(
            new FoundingTerms { Title = "A room", Kind = Protocol.Wire.Frames.RoomKind.Permanent },
            new SeededRandom(Dice)
        );
        Room = founded.Room;
        Streams = new FixedStreams(Room);
        Incarnation = IncarnationId.Read(Dice.Bytes(16));
        Truth = new Account(this);
        Keys = new EpochRing();
        Keys.Add(founded.EpochKey, null);
        Charter = new Charter(this, founded);
        Truth.Signed(founded.Manifest);
        var founding = new RoomWrite(Room)
        {
            Created = new NewRoom(Incarnation, founded.Genesis.Encoded.ToArray()),
            Doors = [.. founded.Doors.Select(door => door.Encoded.ToArray())],
        };
        founding.Manifests.Add(new StoredManifest(0, founded.Manifest.Encoded.ToArray()));
        Server = Server.Found(this, founding);
        // A quarter of all worlds has an honest server: in those nothing may be lost, and nobody be alarmed.
        IsHonest = choice.Honest ?? Dice.Below(4) == 0;
        Founder = Add("owner", founded.Owner, new OwnerEntry(founded), Role.Owner);
        Join(Role.Editor);
        Join(Role.Editor);
        Join(Role.Viewer);
        Join(Role.Editor, isHostile: true);
        Join(Role.Viewer, isHostile: true);
    }

    public Dice Dice { get; }
    public ulong Now { get; private set; }
    public RoomId Room { get; }
    public Genesis Genesis => founded.Genesis;
    public FixedStreams Streams { get; }
    public IncarnationId Incarnation { get; }
    public Account Truth { get; }
    public EpochRing Keys { get; }
    public Charter Charter { get; }

    /// <summary>The server that has the genuine history.</summary>
    public Server Server { get; private set; }

    /// <summary>Where the other group is, while a server shows two histories.</summary>
    public Server? Fork { get; set; }

    public Person Founder { get; }

    /// <summary>Everybody who ever came.</summary>
    public List<Person> People { get; } = [];

    public bool IsHonest { get; }

    /// <summary>What everybody's judge is shown and says is written down.</summary>
    public bool IsRecorded => choice.Recorded;

    public IEnumerable<Person> Present => People.Where(person => !person.HasLeft);

    public IEnumerable<Line> Lines => People.Where(person => person.Line is not null).Select(person => person.Line!);

    /// <summary>The newest rules that are stored.</summary>
    public Manifest Rules => Truth.Rules[^1];

    /// <summary>What happened, the last of it: printed with a failure.</summary>
    public IReadOnlyList<string> Told => told;

    public int StepsTaken => step;

    public long NextId() => ++ids;

    public void Tell(string what)
    {
        told.Add($"{step}: {what}");
        if (told.Count > 2_000)
            told.RemoveRange(0, 1_000);
    }

    /// <summary>Somebody was shown a fault.</summary>
    public void Troubled(Person person, RoomFault fault)
    {
        if (IsHonest && !person.IsHostile && fault.Kind != FaultKind.Content)
            throw new SimulationException($"{person.Name} was shown a fault of an honest server: {fault.Text}");
    }

    public Person Join(Role role, bool isHostile = false) =>
        Add(
            $"{(isHostile ? "hostile " : "")}{role} {People.Count}",
            MemberKeys.Create(),
            Charter.Invite(Rules, role),
            role,
            isHostile
        );

    public Person? Any(Func<Person, bool> wanted) => Pick(Present.Where(wanted).ToList());

    public T? Pick<T>(IReadOnlyList<T> from)
        where T : class => from.Count == 0 ? null : from[Dice.Below(from.Count)];

    public byte[] NewId() => Dice.Bytes(16);

    public void Dispose()
    {
        foreach (var person in People)
            person.Dispose();
        Server.Dispose();
        Fork?.Dispose();
    }

    private Person Add(string name, MemberKeys keys, Entry entry, Role role, bool isHostile = false)
    {
        var person = new Person(this, name, keys, entry) { IsHostile = isHostile };
        person.Granted[Rules.EpochKeyHash] = role;
        People.Add(person);
        person.Connect(Fork is not null && Dice.Below(2) == 0 ? Fork : Server);
        return person;
    }
}
