using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>An editor changes the tree while the rules let nobody but owners (J6).</summary>
internal sealed class WriteReadOnly : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        if ((world.Rules.Policy & Policy.ReadOnly) == default || world.Hostile(Role.Editor) is not { } session)
            return false;
        var clear = World.Clear(NodeId.Read(world.NewId()), NodeId.Root, TreeKind.CreateFile);
        return world.Bring(session, RecordClass.Tree, world.Streams.Tree, clear, world.Named());
    }
}
