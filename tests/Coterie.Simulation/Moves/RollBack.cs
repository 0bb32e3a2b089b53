using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>The server goes back to what it had some time ago (J16).</summary>
internal sealed class RollBack : Move
{
    public override bool Make(World world)
    {
        var history = world.Server.History;
        if (history.Count < 6 || world.Fork is not null)
            return false;
        world.Plant([.. history.Take(history.Count - 1 - world.Dice.Below(5))]);
        return true;
    }
}
