using Coterie.Protocol.Wire;

namespace Coterie.Simulation.Worlds;

/// <summary>
/// One connection of a person to a server: what is on its way in each direction, in order. Lines are as slow as the dice want, each by itself,
/// so that what goes over two of them comes in any order; one that breaks loses what was on its way.
/// </summary>
internal sealed class Line(long id, Person person, Server server, Digest challenge)
{
    public long Id { get; } = id;
    public Person Person { get; } = person;
    public Server Server { get; } = server;
    public Digest Challenge { get; } = challenge;

    /// <summary>Frames to the server.</summary>
    public List<byte[]> Up { get; } = [];

    /// <summary>Frames to the person: where a server that lies changes them.</summary>
    public List<Passing> Down { get; } = [];

    /// <summary>Frames that a server that lies keeps back, and could still send.</summary>
    public List<Passing> Withheld { get; } = [];

    /// <summary>What the server does to each frame that it sends from now on; null: it is passed on.</summary>
    public Func<Passing, Passing?>? Tamper { get; set; }

    /// <summary>The room has heard of this connection.</summary>
    public bool Bound { get; set; }

    /// <summary>The server closes it behind what is on its way.</summary>
    public bool Closing { get; set; }
}
