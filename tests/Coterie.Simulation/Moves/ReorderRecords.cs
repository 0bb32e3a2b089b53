using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>One member is shown two positions in the other order (J14).</summary>
internal sealed class ReorderRecords : Move
{
    public override IReadOnlyList<Condition> Never => [Condition.Quiet];

    public override bool Make(World world)
    {
        if (world.Delivery() is not { } found)
            return false;
        var down = found.Line.Down;
        var other = down.FindIndex(found.Index + 1, frame => frame.Type == HubFrame.Deliver);
        if (other < 0)
            return false;
        (down[found.Index], down[other]) = (down[other], down[found.Index]);
        return true;
    }
}
