using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A member writes in the session of somebody else, by their own key (J3, J11).</summary>
internal sealed class StealSession : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        var honest = world.Any(person => person is { IsHostile: false, IsOnline: true });
        if (world.AnyHostile() is not { } thief || honest is null || world.SessionOf(honest) is not { } session)
            return false;
        if (session.Epoch != world.Rules.Epoch)
            return false;
        return world.Bring(session, RecordClass.Chat, world.Streams.Chat, [0], world.Said(), signer: thief);
    }
}
