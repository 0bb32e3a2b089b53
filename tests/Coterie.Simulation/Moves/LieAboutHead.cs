using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>One member is told another head of a stream than its records come to (J14).</summary>
internal sealed class LieAboutHead : Move
{
    public override IReadOnlyList<Condition> Never => [Condition.Quiet];

    public override bool Make(World world)
    {
        if (world.OnItsWay(HubFrame.Stream) is not { } found)
            return false;
        found.Change(body => body[16 + 8 + world.Dice.Below(32)] ^= 1);
        return true;
    }
}
