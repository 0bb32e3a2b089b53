using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Truth;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A removed member joins again by the certificate of an earlier epoch (C1).</summary>
internal sealed class OldCertificate : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        var removed = world
            .People.Where(person => person.IsHostile && !person.Granted.ContainsKey(world.Rules.EpochKeyHash))
            .Select(world.SessionOf)
            .OfType<Opened>()
            .ToList();
        if (world.Pick(removed) is not { } session || !world.Server.IsGenuine)
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
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        new Join { Cert = session.Cert.Encoded, Session = again.Encoded }.Write(output);
        session.Person.Send(output.WrittenSpan.ToArray());
        return true;
    }
}
