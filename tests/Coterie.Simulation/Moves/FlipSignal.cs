using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A word of the moment is changed on its way (J11).</summary>
internal sealed class FlipSignal : Move
{
    public override IReadOnlyList<Condition> Never => [Condition.Quiet];

    public override bool Make(World world)
    {
        if (world.OnItsWay(frame => frame.Type == HubFrame.Relay, person => person.IsOnline) is not { } found)
            return false;
        var length = found.Frame.Body.Length - 120;
        found.Change(body => body[100 + world.Dice.Below(length)] ^= 1);
        return true;
    }
}
