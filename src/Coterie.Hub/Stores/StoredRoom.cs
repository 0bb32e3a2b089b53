using Coterie.Protocol.Wire;

namespace Coterie.Hub.Stores;

/// <summary>A room as it lies in a store, without its records.</summary>
/// <param name="Incarnation">Drawn at random when the hub created the room; begins every chain (head_0).</param>
/// <param name="Genesis">147 bytes (PROTOCOL.md section 2).</param>
/// <param name="Manifests">The chain from version 0 on, without a hole.</param>
/// <param name="Doors">The doors of the newest manifest, in its order.</param>
/// <param name="Wraps">Of the newest epoch, one for a member at most.</param>
/// <param name="Sessions">Those that a stored record refers to.</param>
public sealed record StoredRoom(
    IncarnationId Incarnation,
    byte[] Genesis,
    IReadOnlyList<byte[]> Manifests,
    IReadOnlyList<byte[]> Doors,
    IReadOnlyList<StoredWrap> Wraps,
    IReadOnlyList<StoredSession> Sessions,
    IReadOnlyList<StoredStream> Streams,
    IReadOnlyList<StoredBlob> Blobs
);

/// <summary>A Cert and the Session under it, kept as long as a record refers to them (W3).</summary>
public sealed record StoredSession(SessionId Id, byte[] Cert, byte[] Session);

/// <summary>Where a stream stands.</summary>
/// <param name="Head">The chain head at <paramref name="Seq"/>.</param>
/// <param name="Version">The manifest version of the last record.</param>
/// <param name="SnapshotSeq">Position of the newest snapshot record by an owner or a keeper; 0 where there is none.</param>
/// <param name="FirstSeq">The first position that is here; what lies before it was dropped (H10).</param>
/// <param name="Bytes">Sum of all envelopes that are here.</param>
public sealed record StoredStream(
    StreamId Id,
    ulong Seq,
    Digest Head,
    uint Version,
    ulong SnapshotSeq,
    ulong FirstSeq,
    long Bytes
);
