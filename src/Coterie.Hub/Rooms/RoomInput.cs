using Coterie.Hub.Stores;
using Coterie.Protocol.Wire;

namespace Coterie.Hub.Rooms;

public enum RoomInputKind : byte
{
    /// <summary>A connection has come to this room; it has not joined.</summary>
    Connected,

    /// <summary>Frames that a connection sent.</summary>
    Message,

    Disconnected,

    /// <summary>The commit of this ticket is durable. Tickets come back in order.</summary>
    Committed,

    CommitFailed,

    /// <summary>The page that was asked for on behalf of a connection.</summary>
    PageRead,

    PageFailed,

    /// <summary>The chunk that was asked for on behalf of a connection, or nothing where it is not here any more. A read that failed is a <see cref="PageFailed"/>.</summary>
    ChunkRead,

    /// <summary>The store has erased the room.</summary>
    Erased,

    EraseFailed,

    /// <summary>Time has passed that the room asked for with <see cref="RoomEffectKind.Wake"/>.</summary>
    Tick,

    /// <summary>The server stops.</summary>
    ShutDown,
}

/// <summary>One thing that happens to a room. Which fields are set follows from the kind.</summary>
public readonly record struct RoomInput(RoomInputKind Kind)
{
    /// <summary>Names a connection for as long as the process lives; never used twice.</summary>
    public long Connection { get; init; }

    public ConnectionFacts? Facts { get; init; }

    /// <summary>Lent for the step: the room copies what it keeps.</summary>
    public ReadOnlyMemory<byte> Message { get; init; }

    public ulong Ticket { get; init; }

    /// <summary>Of a commit that failed, and of a message: the disk is full.</summary>
    public bool IsFull { get; init; }

    public LogPage? Page { get; init; }

    public byte[]? Chunk { get; init; }
}

/// <summary>What a room must know of a connection to judge a Session (S1).</summary>
/// <param name="Challenge">32 random bytes, of this connection alone.</param>
/// <param name="Origins">Hashes of the origins that the hub answers for.</param>
public sealed record ConnectionFacts(Digest Challenge, IReadOnlyList<Digest> Origins);
