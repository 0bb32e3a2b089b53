using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>What judging a stream needs to remember: its heads, its durable counters by session (R4), the version it may not fall below (J2).</summary>
internal sealed class StreamState(StreamId id, Digest start, ulong seq, Digest head, uint versionFloor)
{
    private readonly Dictionary<SessionId, ulong> counters = [];

    public StreamId Id { get; } = id;

    /// <summary>head_0, which ephemeral records name.</summary>
    public Digest Start { get; } = start;

    public HeadRing Heads { get; } = new(seq, head);

    /// <summary>The version of the last position that passed.</summary>
    public uint VersionFloor { get; set; } = versionFloor;

    /// <summary>Client: a position ahead that was seen before, and the head that must stand after it (J16).</summary>
    public (ulong Seq, Digest Head)? Seen { get; set; }

    /// <summary>An alarm was raised: nothing after it is believed (J13).</summary>
    public bool Stopped { get; set; }

    /// <summary>The last durable counter of a session here; 0 for none.</summary>
    public ulong Counter(SessionId session) => counters.GetValueOrDefault(session);

    public void Count(SessionId session, ulong counter) => counters[session] = counter;

    public void Forget(SessionId session) => counters.Remove(session);

    public IReadOnlyDictionary<SessionId, ulong> Counters => counters;
}
