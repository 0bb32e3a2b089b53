using Coterie.Client.Founding;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;

namespace Coterie.Client;

/// <summary>How somebody gets into a room.</summary>
public abstract record Entry(RoomId Room)
{
    /// <summary>What owners see of who asks to come in, in a room where they let people in. A name (T9).</summary>
    public string Name { get; init; } = "Somebody";
}

/// <summary>By a link, and the room's password where the link's door asks for it too.</summary>
public sealed record LinkEntry(Link Link, string? Password = null) : Entry(Link.Room);

/// <summary>By the room's id and its password.</summary>
public sealed record PasswordEntry(RoomId Room, string Password) : Entry(Room);

/// <summary>As the owner who founded the room. The room is founded at the hub if it is not there yet.</summary>
public sealed record OwnerEntry(FoundedRoom Founded) : Entry(Founded.Room);
