using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Truth;

/// <summary>
/// A record as somebody really made it: who, in which session, with what in it, and what they had seen then. Known because every person's
/// words are written down before any server touches them.
/// </summary>
internal sealed record Deed
{
    public required byte[] Bytes { get; init; }

    /// <summary>Whose key signed it.</summary>
    public required Person Author { get; init; }

    public required RecordClass Class { get; init; }
    public required StreamId Stream { get; init; }
    public required SessionId Session { get; init; }
    public required ulong Counter { get; init; }
    public required uint Version { get; init; }

    /// <summary>Hash of the epoch key under which it is sealed.</summary>
    public required Digest EpochKey { get; init; }
    public required byte[] Clear { get; init; }
    public required byte[] Payload { get; init; }
    public required ulong SeenSeq { get; init; }

    /// <summary>The head of the stream at <see cref="SeenSeq"/> where its author stood; null: they lied about it.</summary>
    public required Digest? SeenHead { get; init; }

    /// <summary>The rules that its author went by.</summary>
    public required Digest Manifest { get; init; }

    /// <summary>It names another room than this one.</summary>
    public bool OfOtherRoom { get; init; }

    /// <summary>What is sealed in it does not open.</summary>
    public bool IsGarbage { get; init; }
}

/// <summary>A session that a person really opened, and what they gave themselves out for in it.</summary>
internal sealed record Opened(Person Person, SessionId Id, Role Role, uint Epoch, Cert Cert, Session Session);
