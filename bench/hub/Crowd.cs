using System.Diagnostics;
using Coterie.Bench.Hub.Contenders;
using Coterie.Bench.Hub.Wire;

namespace Coterie.Bench.Hub;

/// <summary>A server with people in its rooms, all joined, in a directory of their own that goes when they go.</summary>
internal sealed class Crowd : IDisposable
{
    private static readonly TimeSpan JoinLimit = TimeSpan.FromSeconds(60);
    private const int JoiningAtOnce = 100; // as a real crowd trickles in, not as a flood of connections

    private readonly string directory = Directory.CreateTempSubdirectory("coterie-bench-").FullName;
    private readonly Contender contender;
    private int authors; // ever, so that a number means one person

    public Crowd(Contender contender)
    {
        this.contender = contender;
        Server = contender.Start(directory, gauged: true);
    }

    public ServerProcess Server { get; private set; }
    public Loop Loop { get; private set; } = new();
    public Tally Tally { get; private set; } = new();
    public List<Person> People { get; } = [];

    /// <summary>Lets people into rooms and waits until each of them has joined.</summary>
    /// <param name="files">See <see cref="Contender.OpenRoomsAsync"/>.</param>
    public async Task GatherAsync(int rooms, int perRoom, int files = 1)
    {
        await contender.OpenRoomsAsync(Server, rooms, files);
        var waiting = 0;
        for (var room = 0; room < rooms; room++)
        {
            for (var place = 0; place < perRoom; place++)
            {
                var person = contender.Person(Server, room, authors++, Tally);
                People.Add(person);
                person.Connect(Loop, Server);
                if (++waiting % JoiningAtOnce == 0)
                    AwaitJoins();
            }
        }
        AwaitJoins();
    }

    /// <summary>One more person in the first room; the time until that person holds everything is returned in milliseconds.</summary>
    public double JoinLate()
    {
        var person = contender.Person(Server, 0, authors++, Tally);
        var start = Stopwatch.GetTimestamp();
        person.Connect(Loop, Server);
        while (!person.Joined && Stopwatch.GetElapsedTime(start) < JoinLimit)
            Loop.Turn(TimeSpan.FromMilliseconds(1));
        if (!person.Joined)
            throw new TimeoutException(
                $"{contender.Name}: a late joiner was not done after {JoinLimit.TotalSeconds:0} s"
            );
        People.Add(person);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>kill -9, then a new process on the same directory; the people are gone, their rooms are not.</summary>
    public void KillAndRestart()
    {
        Server.Kill();
        Leave();
        Server.Dispose();
        Server = contender.Start(directory, gauged: false); // the gauge would take its time at the start
        Tally = new Tally();
    }

    /// <summary>Everybody closes their connection.</summary>
    public void Leave()
    {
        Loop.Dispose();
        Loop = new Loop();
        People.Clear();
    }

    public void Dispose()
    {
        Loop.Dispose();
        Server.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private void AwaitJoins()
    {
        Loop.RunUntil(
            () => People.TrueForAll(person => person.Joined || person.Connection!.Closed),
            JoinLimit,
            $"{contender.Name}: {People.Count} people joining"
        );
        if (People.Find(person => !person.Joined) is not null)
            throw new InvalidOperationException(
                $"{contender.Name} closed connections of people joining:\n{Server.Output}"
            );
    }
}
