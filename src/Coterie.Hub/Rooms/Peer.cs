using System.Collections;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Rooms;

/// <summary>
/// A connection as a room sees it: what it was sent already, its session, its subscriptions, and the one page that is being read
/// for it.
/// </summary>
internal sealed class Peer(long connection, ConnectionFacts facts)
{
    private readonly BitArray met = new(0);

    public long Connection { get; } = connection;
    public ConnectionFacts Facts { get; } = facts;

    /// <summary>The live session, of a connection that has joined.</summary>
    public Attendance? Attendance { get; set; }

    /// <summary>All sessions it ever had, the live one included.</summary>
    public List<Attendance> Past { get; } = new(1); // nearly always one

    /// <summary>A durable record of the session was refused: no later one is taken (R5).</summary>
    public bool Burnt { get; set; }

    public PresenceBucket Presence { get; set; }

    /// <summary>How many manifests of the chain it was sent.</summary>
    public int ManifestsSent { get; set; }

    /// <summary>Whether the room frame was sent: a Door means nothing without it.</summary>
    public bool RoomSent { get; set; }

    /// <summary>How many manifests the room had when a door was opened on this connection last; 0 where none was.</summary>
    public int OpenedUnder { get; set; }

    /// <summary>It waits to be let in.</summary>
    public Knocker? Knocking { get; set; }

    /// <summary>Few, so that a list is enough, and small.</summary>
    public List<Subscription> Subscriptions { get; } = [];

    /// <summary>Subscriptions that want a page; the first one's is being read.</summary>
    public Queue<Subscription>? Reads { get; set; }

    public Subscription? Following(StreamId stream)
    {
        foreach (var subscription in Subscriptions)
        {
            if (subscription.Stream.Id == stream)
            {
                return subscription;
            }
        }
        return null;
    }

    /// <summary>Chunks that it asked for; the first is being read.</summary>
    public Queue<ChunkName>? Wants { get; set; }

    /// <summary>Whether it must be sent this session's member frame, which it is then taken to have been (W3).</summary>
    public bool Meets(Attendance attendance)
    {
        if (met.Length <= attendance.Index)
        {
            met.Length = attendance.Index + 64;
        }
        var isNew = !met[attendance.Index];
        met[attendance.Index] = true;
        return isNew;
    }
}
