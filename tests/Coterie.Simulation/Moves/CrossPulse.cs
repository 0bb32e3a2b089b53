using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A pulse of the one group is shown to the other (P2).</summary>
internal sealed class CrossPulse : Move
{
    public override bool Make(World world)
    {
        if (world.Fork is null)
            return false;
        var there = world
            .Truth.Deeds.Where(deed => deed.Class == RecordClass.Signal && !deed.Author.IsHostile)
            .ToList();
        if (there.Count == 0)
            return false;
        var deed = there[^(1 + world.Dice.Below(Math.Min(3, there.Count)))];
        var others = world
            .Present.Where(person =>
                person is { IsOnline: true, IsHostile: false } && person.IsElsewhere != deed.Author.IsElsewhere
            )
            .ToList();
        if (world.Pick(others) is not { } other || world.Truth.Find(deed.Session) is not { } session)
            return false;
        world.Introduce(other.Line!, session.Cert, session.Session);
        other.Take(new Passing(HubFrame.Relay, deed.Bytes));
        return true;
    }
}
