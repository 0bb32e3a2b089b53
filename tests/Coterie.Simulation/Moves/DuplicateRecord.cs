using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>One member is shown a position twice (J14).</summary>
internal sealed class DuplicateRecord : Move
{
    public override IReadOnlyList<Condition> Never => [Condition.Quiet];

    public override bool Make(World world)
    {
        if (world.Delivery() is not { } found)
            return false;
        found.Line.Down.Insert(found.Index, found.Frame);
        return true;
    }
}
