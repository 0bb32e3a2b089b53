using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Truth;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A member whom the lock list leaves out writes on (J5).</summary>
internal sealed class WriteWhileLocked : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        if ((world.Rules.Admissions & Admissions.Locked) == default)
            return false;
        var left = new[] { world.Hostile(Role.Editor), world.Hostile(Role.Viewer) }
            .OfType<Opened>()
            .Where(session => !world.Rules.Locked.Contains(session.Person.Id));
        if (world.Pick(left.ToList()) is not { } outsider)
            return false;
        return world.Bring(outsider, RecordClass.Chat, world.Streams.Chat, [0], world.Said());
    }
}
