using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>An editor deletes what somebody else has made (T4).</summary>
internal sealed class EditorDeletesAnothers : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        if (world.Hostile(Role.Editor) is not { } session)
            return false;
        var tree = world.Truth.Log.GetValueOrDefault(world.Streams.Tree)?.Tree;
        var others = tree?.Living().Where(node => tree.CreatorOf(node) != session.Person.Id).ToList() ?? [];
        if (others.Count == 0)
            return false;
        var clear = World.Clear(others[world.Dice.Below(others.Count)]);
        return world.Bring(session, RecordClass.Delete, world.Streams.Tree, clear, world.Dice.Bytes(16));
    }
}
