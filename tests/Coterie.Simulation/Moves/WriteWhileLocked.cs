using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A member whom the lock list leaves out writes on (J5).</summary>
internal sealed class WriteWhileLocked : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        var locked = (world.Rules.Admissions & Admissions.Locked) != default;
        if (!locked || world.Hostile(Role.Editor) is not { } session || world.Rules.Locked.Contains(session.Person.Id))
            return false;
        return world.Bring(session, RecordClass.Chat, world.Streams.Chat, [0], world.Said());
    }
}
