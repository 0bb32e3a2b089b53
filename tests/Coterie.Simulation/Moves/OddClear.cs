using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A member leaves out of the clear part what belongs there, or adds to it (J9).</summary>
internal sealed class OddClear : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        if (world.Hostile(Role.Editor) is not { } session)
            return false;
        byte[] clear = world.Dice.Below(2) == 0 ? [] : [0, 0];
        return world.Bring(session, RecordClass.Chat, world.Streams.Chat, clear, world.Said());
    }
}
