using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A member writes for another room, and it is brought here (J1).</summary>
internal sealed class ReplayOtherRoom : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        if (world.Hostile(Role.Editor) is not { } session)
            return false;
        var other = RoomId.Read(world.NewId());
        return world.Bring(
            session,
            RecordClass.Chat,
            world.Streams.Chat,
            [0],
            world.Said(),
            bend: header => header with { Room = other }
        );
    }
}
