using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A member's record is signed by another key than that of its session (J11).</summary>
internal sealed class WrongKey : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        if (world.Hostile(Role.Editor) is not { } session)
            return false;
        var other = world.People.First(person => person.IsHostile && person != session.Person);
        return world.Bring(
            session,
            RecordClass.Chat,
            world.Streams.Chat,
            [0],
            world.Said(),
            signer: other,
            sender: session.Person
        );
    }
}
