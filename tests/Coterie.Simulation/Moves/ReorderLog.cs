using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>Two records of the server's log have changed places (J7, J10).</summary>
internal sealed class ReorderLog : Move
{
    public override bool Make(World world)
    {
        var stream = world.AnyStream();
        return world.Edit(
            stream,
            log =>
            {
                if (log.Count < 2)
                    return null;
                var at = world.Dice.Below(log.Count - 1);
                (log[at], log[at + 1]) = (log[at + 1], log[at]);
                return log;
            }
        );
    }
}
