using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>The last records of one stream are gone from the server's store (J16).</summary>
internal sealed class TruncateStream : Move
{
    public override bool Make(World world)
    {
        var stream = world.AnyStream();
        return world.Edit(stream, log => log.Count < 2 ? null : log[..^(1 + world.Dice.Below(log.Count - 1))]);
    }
}
