using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A viewer with a program of their own makes a file, or a disclosure: an honest server refuses it, and one that helps gains nothing (J6).</summary>
internal sealed class ViewerWrites : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        if (world.Hostile(Role.Viewer) is not { } session)
            return false;
        if (world.Dice.Below(2) == 0)
            return world.Bring(session, RecordClass.Disclosure, world.Streams.Control, [], world.Dice.Bytes(30));
        var clear = World.Clear(NodeId.Read(world.NewId()), NodeId.Root, TreeKind.CreateFile);
        return world.Bring(session, RecordClass.Tree, world.Streams.Tree, clear, world.Named());
    }
}
