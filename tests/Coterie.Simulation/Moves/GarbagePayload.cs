using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A member signs what does not open: the position counts and nothing comes of it (J12).</summary>
internal sealed class GarbagePayload : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        if (world.Hostile(Role.Editor) is not { } session)
            return false;
        return world.Bring(session, RecordClass.Chat, world.Streams.Chat, [0], world.Said(), garbage: true);
    }
}
