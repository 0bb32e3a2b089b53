using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A member counts on by two, or says a counter again (J7).</summary>
internal sealed class SkipCounter : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        if (world.Hostile(Role.Editor) is not { } session)
            return false;
        var by = world.Dice.Below(2) == 0 ? 1UL : ulong.MaxValue;
        return world.Bring(
            session,
            RecordClass.Chat,
            world.Streams.Chat,
            [0],
            world.Said(),
            bend: header => header with { Counter = header.Counter + by }
        );
    }
}
