using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>
/// Proof that a record passed J1–J10, made by <see cref="RoomState"/> alone and good only until its state moves on. What is left is J11: the
/// caller checks the signature with <see cref="Verify"/>, on any thread, and hands both to <see cref="RoomState.Accept"/>.
/// </summary>
public readonly struct Judged
{
    internal Judged(StreamState? stream, MemberSession session, RecordClass recordClass, ulong counter, ulong revision)
    {
        Stream = stream;
        Session = session;
        Class = recordClass;
        Counter = counter;
        Revision = revision;
    }

    /// <summary>Null of an ephemeral record.</summary>
    internal StreamState? Stream { get; }
    internal ulong Revision { get; }

    /// <summary>The author's session.</summary>
    public MemberSession Session { get; }
    public RecordClass Class { get; }
    public ulong Counter { get; }

    /// <summary>Whether there is a signature to check.</summary>
    public bool IsSigned => Classes.Row(Class).Signed;

    /// <summary>The author's key.</summary>
    public VerifyKey Key => Session.Key;

    /// <summary>J11. True for an unsigned class.</summary>
    public bool Verify(in RecordView record) => !IsSigned || record.Verify(Key);
}
