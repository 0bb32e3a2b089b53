using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Truth;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A removed member writes on in an old session, by the new rules, or by the old ones behind a fence (J2, J4, A5).</summary>
internal sealed class KickedReturns : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        if (world.RemovedSession() is not { } session)
            return false;
        var old = world.Truth.Rules.Last(manifest => manifest.Epoch == session.Epoch);
        var rules = world.Dice.Below(2) == 0 ? world.Rules : old;
        return world.Bring(session, RecordClass.Chat, world.Streams.Chat, [0], world.Said(), rules: rules);
    }
}
