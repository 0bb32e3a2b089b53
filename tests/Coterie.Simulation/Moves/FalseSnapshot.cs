using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>An editor signs a snapshot of a history that never was: of another head, another stream or a position to come (N1).</summary>
internal sealed class FalseSnapshot : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        if (world.Hostile(Role.Editor) is not { } session)
            return false;
        var view = world.Truth.Log.GetValueOrDefault(world.Streams.Chat);
        if (view is null)
            return false;
        var clear = world.Dice.Below(3) switch
        {
            0 => World.SnapshotClear(view.Id, view.Count, new Digest(view.Head.Low, view.Head.High)),
            1 => World.SnapshotClear(world.Streams.Tree, view.Count, view.Head),
            _ => World.SnapshotClear(view.Id, view.Count + 5, view.Head),
        };
        return world.Bring(session, RecordClass.Snapshot, view.Id, clear, world.Dice.Bytes(30));
    }
}
