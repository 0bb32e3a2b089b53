using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>An editor writes a fence, which is for owners (J6).</summary>
internal sealed class EditorFences : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        if (world.Hostile(Role.Editor) is not { } session)
            return false;
        return world.Bring(session, RecordClass.Fence, world.Streams.Chat, [], []);
    }
}
