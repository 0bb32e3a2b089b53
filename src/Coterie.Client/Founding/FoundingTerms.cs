using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Client.Founding;

/// <summary>What a founder decides about a new room.</summary>
public sealed record FoundingTerms
{
    /// <summary>The room's name: 1 to 200 bytes of UTF-8; members see it, the hub does not.</summary>
    public required string Title { get; init; }

    public RoomKind Kind { get; init; } = RoomKind.Memory;

    /// <summary>The operator's key, which a hub may ask for before it keeps a permanent room (H8).</summary>
    public string AdminKey { get; init; } = "";

    public Policy Policy { get; init; } = Policy.ViewersChat;

    /// <summary>With one, the room can also be entered by its id and this password.</summary>
    public string? Password { get; init; }

    /// <summary>What the password makes of who enters by it: viewer or editor.</summary>
    public Role PasswordRole { get; init; } = Role.Viewer;
}
