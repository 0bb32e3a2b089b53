using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>Who comes in by a link is given another door than theirs (K7).</summary>
internal sealed class SwapGrants : Move
{
    public override IReadOnlyList<Condition> Never => [Condition.Quiet];

    public override bool Make(World world)
    {
        if (world.OnItsWay(HubFrame.Door) is not { } found)
            return false;
        var doors = world
            .Server.History.Where(write => write.Doors is not null)
            .SelectMany(write => write.Doors!)
            .ToList();
        var other = doors[world.Dice.Below(doors.Count)];
        if (found.Frame.Body.AsSpan(2).SequenceEqual(other))
            return false;
        found.Replace([0, (byte)other.Length, .. other]);
        return true;
    }
}
