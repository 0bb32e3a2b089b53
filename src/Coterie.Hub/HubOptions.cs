using Coterie.Protocol;

namespace Coterie.Hub;

/// <summary>What an operator may set. Units are in the names.</summary>
public sealed record HubOptions
{
    /// <summary>Memory and permanent rooms together.</summary>
    public int RoomsPerServer { get; init; } = 10_000;

    /// <summary>Envelopes of one room. At the bound records are refused as RoomFull.</summary>
    public long BytesPerRoom { get; init; } = 256L * 1024 * 1024;

    /// <summary>Content of one blob: a file that is no text. Beyond it an offer is refused as TooLarge; at most what the protocol allows.</summary>
    public long BlobBytes { get; init; } = 2_500_000;

    /// <summary>Blobs of one permanent room together, sealed. At the bound offers are refused as RoomFull; texts are counted apart.</summary>
    public long BlobBytesPerRoom { get; init; } = 500L * 1024 * 1024;

    public long BlobBytesPerMemoryRoom { get; init; } = 100L * 1024 * 1024;

    public int BlobsPerRoom { get; init; } = Limits.MaxNodes;

    /// <summary>Live at once; at most what the protocol allows (S4).</summary>
    public int SessionsPerRoom { get; init; } = Limits.MaxSessionsPerRoom;

    /// <summary>
    /// Sessions that one connection may open, one after the other (W7). The room remembers each of them until the connection ends; at the bound
    /// it is dropped as RateLimited and connects anew.
    /// </summary>
    public int SessionsPerConnection { get; init; } = 256;

    /// <summary>Streams that one connection may follow at once.</summary>
    public int StreamsPerConnection { get; init; } = 1_024;

    /// <summary>What may wait for one connection; beyond it the connection is dropped as SlowReader (H6).</summary>
    public int QueuedBytesPerConnection { get; init; } = 4 * 1024 * 1024;

    /// <summary>A member's steady rate; above it its socket is not read (H7).</summary>
    public int BytesPerSecondPerConnection { get; init; } = 4 * 1024 * 1024;

    public int BurstBytesPerConnection { get; init; } = 8 * 1024 * 1024;

    public int FramesPerSecondPerConnection { get; init; } = 2_000;

    public int BurstFramesPerConnection { get; init; } = 4_000;

    /// <summary>Connections at once from one address. Addresses are known only where the server hands them in.</summary>
    public int ConnectionsPerAddress { get; init; } = 1_024;

    /// <summary>
    /// Connections that one address may begin: each costs a request, two keys and a place in the hub. Twice as many as it may have open, so that a class
    /// comes back at once after a restart, and once more.
    /// </summary>
    public int ConnectsPerMinutePerAddress { get; init; } = 2_048;

    /// <summary>
    /// Of all connections of an address together: frames of the protocol, and frames of the WebSockets that carry them. Above it none of them is
    /// read (H7). So many that a class of 64 behind one address does not meet it.
    /// </summary>
    public int FramesPerSecondPerAddress { get; init; } = 20_000;

    public int BurstFramesPerAddress { get; init; } = 40_000;

    /// <summary>open and create frames from one address (K6).</summary>
    public int AttemptsPerMinutePerAddress { get; init; } = 120;

    public int BurstAttemptsPerAddress { get; init; } = 120;

    /// <summary>
    /// Sessions that one address may open, or try to (S1). Apart from the attempts, because a class of 64 behind one address joins at once and
    /// comes back at once after a restart.
    /// </summary>
    public int JoinsPerMinutePerAddress { get; init; } = 600;

    /// <summary>A connection that has joined no room by then ends (W9). Long enough to type a password at the door.</summary>
    public TimeSpan JoinWithin { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A connection that has joined and from which no frame came for so long ends (W9); clients ping.</summary>
    public TimeSpan HeardWithin { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>A message that began to come and is not whole by then ends its connection (W9): what came of it is held meanwhile.</summary>
    public TimeSpan MessageWithin { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A memory room lives this long after its last session (H4).</summary>
    public TimeSpan MemoryGrace { get; init; } = TimeSpan.FromSeconds(Limits.MemoryRoomGraceSeconds);

    /// <summary>A permanent room that nobody uses stays loaded this long.</summary>
    public TimeSpan IdleGrace { get; init; } = TimeSpan.FromSeconds(30);
}
