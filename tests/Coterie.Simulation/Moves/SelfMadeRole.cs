using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Truth;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A member certifies themselves as more than they are, and writes so (C1).</summary>
internal sealed class SelfMadeRole : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        if (world.Hostile(Role.Viewer) is not { } session)
            return false;
        var person = session.Person;
        var keys = person.Keys;
        var owner = world.Dice.Below(2) == 0;
        var role = owner ? Role.Owner : Role.Editor;
        var cert = Cert.Issue(
            keys.Sign,
            world.Room,
            world.Rules.Epoch,
            role,
            keys.Sign.Public,
            keys.Dh.Public,
            (byte)(owner ? 1 : 0)
        );
        var challenge = person.Line?.Challenge ?? default;
        var made = Session.Sign(keys.Sign, cert, world.NewId(), default, challenge, Session.HashOrigin(World.Origin));
        var opened = new Opened(person, made.Id, role, cert.Epoch, cert, made);
        world.Truth.Made(opened);
        person.SendJoin(cert, made);
        var clear = World.Clear(NodeId.Read(world.NewId()), NodeId.Root, TreeKind.CreateFile);
        return world.Bring(opened, RecordClass.Tree, world.Streams.Tree, clear, world.Named())
            || person.Line is not null;
    }
}
