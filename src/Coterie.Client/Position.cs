using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;

namespace Coterie.Client;

/// <summary>
/// One place of a stream after the member's own judgement. Where <see cref="Applies"/> is false the position counts and its content does
/// not; the payload is then empty.
/// </summary>
public sealed record Position(
    ulong Seq,
    ulong ServerTime,
    RecordClass Class,
    MemberId Author,
    SessionId Session,
    ulong Counter,
    bool Applies,
    byte[] Clear,
    byte[] Payload
);

/// <summary>An ephemeral record from somebody who is here now.</summary>
public sealed record Relayed(RecordClass Class, MemberId Author, SessionId Session, byte[] Payload);
