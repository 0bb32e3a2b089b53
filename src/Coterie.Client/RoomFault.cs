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
}

/// <summary>Something that a person should be shown. <see cref="Stream"/> is null where the whole room is meant.</summary>
public sealed record RoomFault(FaultKind Kind, Rule Rule, StreamId? Stream, string Text);
