using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A member is told another position or counter of what was saved (J15).</summary>
internal sealed class MisplaceAck : Move
{
    public override IReadOnlyList<Condition> Never => [Condition.Quiet];

    public override bool Make(World world)
    {
        if (world.OnItsWay(frame => frame.Type == HubFrame.Ack, person => person.IsOnline) is not { } found)
            return false;
        var at = world.Dice.Below(2) == 0 ? 39 : 47; // the last byte of the counter, or of seq
        found.Change(body => body[at] ^= 1);
        return true;
    }
}
