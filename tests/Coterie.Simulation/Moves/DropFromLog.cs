using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A record is gone from the midst of the server's log, and the chain made anew over the rest (J7, J10).</summary>
internal sealed class DropFromLog : Move
{
    public override bool Make(World world)
    {
        var stream = world.AnyStream();
        return world.Edit(stream, log => log.Count < 2 ? null : Without(log, world.Dice.Below(log.Count)));
    }

    private static List<(ulong, byte[])> Without(List<(ulong, byte[])> log, int index) =>
        [.. log[..index], .. log[(index + 1)..]];
}
