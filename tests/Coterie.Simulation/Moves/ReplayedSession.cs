using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A member joins by the certificate and a session of somebody else, which the server has shown them (S1).</summary>
internal sealed class ReplayedSession : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        var thief = world.Any(person => person is { IsHostile: true, Line: not null });
        var sessions = world
            .Truth.Sessions.Where(one => !one.Person.IsHostile && one.Epoch == world.Rules.Epoch)
            .ToList();
        if (thief is null || world.Pick(sessions) is not { } session)
            return false;
        thief.SendJoin(session.Cert, session.Session);
        return true;
    }
}
