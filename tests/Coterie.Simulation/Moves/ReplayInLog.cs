using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A record stands twice in the server's log (J7).</summary>
internal sealed class ReplayInLog : Move
{
    public override bool Make(World world)
    {
        var stream = world.AnyStream();
        return world.Edit(stream, log => log.Count == 0 ? null : [.. log, log[world.Dice.Below(log.Count)]]);
    }
}
