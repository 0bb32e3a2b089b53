using System.Security.Cryptography;
using Coterie.Client;
using Coterie.Client.Founding;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Server.Tests.World;

/// <summary>What the founder of a room does.</summary>
internal static class PermanentRoom
{
    /// <summary>Founds a room and comes in; fails as <see cref="RoomException"/> where the hub refuses.</summary>
    public static async Task<RoomConnection> FoundAsync(Uri server, string adminKey, RoomKind kind = RoomKind.Permanent)
    {
        var terms = new FoundingTerms
        {
            Title = "A room",
            Kind = kind,
            AdminKey = adminKey,
        };
        var room = FoundedRoom.Found(terms, RandomNumberGenerator.Create());
        return await RoomConnection.JoinAsync(server, new OwnerEntry(room), room.Owner, Client.World.Real);
    }
}
