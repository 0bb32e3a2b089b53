using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;

namespace Coterie.Client;

/// <summary>How bad a fault is.</summary>
public enum FaultKind
{
    /// <summary>A record's content made no sense: it counts in the chain and changes nothing (J12).</summary>
    Content,

    /// <summary>The hub handed over what it should have refused (J13). The room goes on.</summary>
    Hub,

    /// <summary>The hub lied or the history forked. The stream, or without one the whole room, has stopped (J13–J15, M6, K4, K7, K9).</summary>
    Alarm,

    /// <summary>The connection stands, but what this member has of the room may be old (V5). Nothing has stopped.</summary>
    Stale,
}

/// <summary>What a fault of the hub, or an alarm, is about; the same kinds as in the browser's client.</summary>
public enum AlarmKind
{
    /// <summary>An owner's key signed two manifests of one version (M6).</summary>
    ForkedManifests,

    /// <summary>A member signed that they saw another history (J10, P2).</summary>
    ForkedHistory,

    /// <summary>A log with a gap, a repeat, or another head than its records come to (J14).</summary>
    BrokenChain,

    /// <summary>A log that ends before, or differs from, what was seen of it (J16).</summary>
    RolledBack,

    /// <summary>An ack that does not fit the own chain (J15).</summary>
    BadAck,

    /// <summary>What the hub should have refused (J13).</summary>
    HubFault,

    /// <summary>Nothing is heard of the others, or not all that they have (V5).</summary>
    StaleView,
}

/// <summary>Something that a person should be shown. <see cref="Stream"/> is null where the whole room is meant.</summary>
public sealed record RoomFault(FaultKind Kind, Rule Rule, StreamId? Stream, string Text)
{
    /// <summary>Null of content that made no sense.</summary>
    public AlarmKind? Alarm { get; init; }

    /// <summary>The position that it is about.</summary>
    public ulong? Seq { get; init; }

    /// <summary>Whose record or word it is about.</summary>
    public MemberId? Member { get; init; }
}
