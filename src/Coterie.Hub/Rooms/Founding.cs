using Coterie.Hub.Stores;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Rooms;

/// <summary>Checks what a client founds a room from: Genesis and manifests prove themselves (K4, M1–M4), the doors their manifest (M7).</summary>
internal static class Founding
{
    /// <summary>None and the write that creates the room, or why not. Malformed: bytes that do not parse.</summary>
    public static Refusal TryFound(in Create create, IncarnationId incarnation, out RoomWrite? write)
    {
        write = null;
        if (
            !Genesis.TryParse(create.Genesis, out var genesis, out _)
            || !create.Doors.TryParse<Door>(Door.TryParse, out var doors)
        )
        {
            return Refusal.Malformed;
        }
        if (create.Manifests.Count == 0)
        {
            return Refusal.ManifestInvalid;
        }
        using var state = new RoomState(genesis, incarnation, Side.Hub);
        var founded = new RoomWrite(genesis.Room) { Created = new NewRoom(incarnation, genesis.Encoded.ToArray()) };
        foreach (var encoded in create.Manifests)
        {
            if (!Manifest.TryParse(encoded, out var manifest, out _))
            {
                return Refusal.Malformed;
            }
            // The same version twice would be taken as known, so the count is compared too.
            if (!state.AddManifest(manifest).IsOk || state.Manifests.Count != founded.Manifests.Count + 1)
            {
                return Refusal.ManifestInvalid;
            }
            founded.Manifests.Add(new StoredManifest(manifest.Version, encoded.ToArray()));
        }
        var newest = state.Manifests.Newest;
        if (!(create.Kind == RoomKind.Memory ? newest.MatchesSome(doors) : newest.Matches(doors)))
        {
            return Refusal.ManifestInvalid;
        }
        founded.Doors = [.. doors.Select(door => door.Encoded.ToArray())];
        write = founded;
        return Refusal.None;
    }
}
