using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>The server shows two groups two histories from now on: each goes on by itself (J10, P2).</summary>
internal sealed class ForkRoom : Move
{
    public override bool Make(World world)
    {
        if (world.Fork is not null || !world.Server.IsGenuine)
            return false;
        world.Fork = Server.Over(world, world.Server.History);
        foreach (var person in world.Present.ToList())
        {
            person.IsElsewhere = world.Dice.Below(2) == 0;
            if (person.IsElsewhere && person.Line is not null)
                person.Drop();
        }
        return true;
    }
}
