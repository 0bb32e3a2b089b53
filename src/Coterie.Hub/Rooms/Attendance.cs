using Coterie.Protocol.Wire;

namespace Coterie.Hub.Rooms;

/// <summary>A session that this room knows: live on a connection, or kept because a record refers to it (W3).</summary>
internal sealed class Attendance(int index, SessionId id, ReadOnlyMemory<byte> cert, ReadOnlyMemory<byte> session)
{
    /// <summary>Its number in the room's order of acquaintance.</summary>
    public int Index { get; } = index;
    public SessionId Id { get; } = id;
    public ReadOnlyMemory<byte> Cert { get; } = cert;
    public ReadOnlyMemory<byte> Session { get; } = session;

    /// <summary>The connection that holds it; null once it ended.</summary>
    public Peer? Peer { get; set; }

    /// <summary>It stands in the store, or in a write on its way there.</summary>
    public bool Stored { get; set; }
}
