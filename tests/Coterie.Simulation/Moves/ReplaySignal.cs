using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A pulse or another word of the moment is shown once more (R4).</summary>
internal sealed class ReplaySignal : Move
{
    public override bool Make(World world)
    {
        var people = world
            .People.Where(person => person is { IsOnline: true, IsHostile: false, HeardLast: not null })
            .ToList();
        if (world.Pick(people) is not { } person)
            return false;
        person.Take(new Passing(HubFrame.Relay, person.HeardLast!));
        return true;
    }
}
