using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A member joins by a session that they opened before, on the same connection (S1).</summary>
internal sealed class ClaimSessionTwice : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        var member = world.Any(person => person is { IsHostile: true, IsOnline: true });
        if (member is null || world.SessionOf(member) is not { } session)
            return false;
        member.SendJoin(session.Cert, session.Session);
        return true;
    }
}
