using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>One member is not shown a position (J14).</summary>
internal sealed class DropRecord : Move
{
    public override IReadOnlyList<Condition> Never => [Condition.Quiet];

    public override bool Make(World world)
    {
        if (world.Delivery() is not { } found)
            return false;
        found.Remove();
        return true;
    }
}
