using Coterie.Protocol.Wire;

namespace Coterie.Hub.Stores;

/// <summary>All that one room wants written by one commit. Lists are in the order in which the room accepted things.</summary>
public sealed class RoomWrite(RoomId room)
{
    public RoomId Room { get; } = room;

    /// <summary>Set when this write creates the room.</summary>
    public NewRoom? Created { get; init; }

    public List<StoredManifest> Manifests { get; } = [];

    /// <summary>When set, these are the room's doors from now on.</summary>
    public IReadOnlyList<byte[]>? Doors { get; set; }

    /// <summary>Keys for members, each in the place of what was kept for the same member; of older epochs none is kept once a manifest begins another.</summary>
    public List<StoredWrap> Wraps { get; } = [];

    /// <summary>A manifest of this write begins an epoch: what was kept for members before is of no use any more.</summary>
    public bool BeginsEpoch { get; set; }

    public List<StoredSession> Sessions { get; } = [];

    public List<LogEntry> Entries { get; } = [];

    public List<BlobStep> Blobs { get; } = [];

    /// <summary>What is dropped of streams, behind everything else of this write.</summary>
    public List<Forgetting> Forgotten { get; } = [];
}

/// <summary>All that lies before a position of a stream goes; the position stays, since its head is the base of what follows.</summary>
public sealed class Forgetting(StreamId stream, ulong before)
{
    public StreamId Stream { get; } = stream;
    public ulong Before { get; } = before;

    /// <summary>What the store found there and dropped; set by the commit.</summary>
    public long Bytes { get; set; }
}

/// <inheritdoc cref="StoredRoom"/>
public sealed record NewRoom(IncarnationId Incarnation, byte[] Genesis);

public readonly record struct StoredManifest(uint Version, byte[] Bytes);

/// <summary>The newest epoch's keys, sealed for one member (PROTOCOL.md section 12).</summary>
public readonly record struct StoredWrap(MemberId Member, byte[] Bytes);

/// <summary>One position of a stream.</summary>
/// <param name="Head">The chain head at <paramref name="Seq"/>.</param>
/// <param name="Version">Manifest version of the record.</param>
/// <param name="IsSnapshot">A snapshot that who joins may start from: an owner's or a keeper's (N4).</param>
/// <param name="Envelope">seq, server time and the record; never changed after it was written, so everyone shares it.</param>
public readonly record struct LogEntry(
    StreamId Stream,
    ulong Seq,
    Digest Head,
    uint Version,
    bool IsSnapshot,
    byte[] Envelope
);
