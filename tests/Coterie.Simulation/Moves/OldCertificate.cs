using Coterie.Protocol.Rooms;
using Coterie.Simulation.Truth;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A removed member joins again by the certificate of an earlier epoch (C1).</summary>
internal sealed class OldCertificate : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        if (world.RemovedSession() is not { } session || !world.Server.IsGenuine)
            return false;
        if (session.Person.Line is null)
            session.Person.ConnectOnly(world.Server);
        var keys = session.Person.Keys;
        var challenge = session.Person.Line!.Challenge;
        var again = Session.Sign(
            keys.Sign,
            session.Cert,
            world.NewId(),
            default,
            challenge,
            Session.HashOrigin(World.Origin)
        );
        world.Truth.Made(new Opened(session.Person, again.Id, session.Role, session.Epoch, session.Cert, again));
        session.Person.SendJoin(session.Cert, again);
        return true;
    }
}
