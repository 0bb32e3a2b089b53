using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A member writes a message into the tree, or into a stream that is for nothing (J8).</summary>
internal sealed class WrongStream : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        if (world.Hostile(Role.Editor) is not { } session)
            return false;
        var stream = world.Dice.Below(2) == 0 ? world.Streams.Tree : world.Streams.Control;
        return world.Bring(session, RecordClass.Chat, stream, [0], world.Said());
    }
}
