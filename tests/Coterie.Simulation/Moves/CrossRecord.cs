using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A record of the one group is shown to the other (J10).</summary>
internal sealed class CrossRecord : Move
{
    public override bool Make(World world)
    {
        if (world.Fork is null)
            return false;
        var stream = world.AnyStream();
        if (world.Victim(stream) is not { } victim)
            return false;
        var there = world.People.Where(person => person.IsElsewhere != victim.Person.IsElsewhere);
        var deeds = there
            .SelectMany(person => person.View(stream)?.Applied ?? [])
            .Where(deed => !victim.Person.Views[stream].Applied.Contains(deed))
            .ToList();
        if (world.Pick(deeds) is not { } deed)
            return false;
        world.Slip(victim, deed.Bytes, stream);
        return true;
    }
}
