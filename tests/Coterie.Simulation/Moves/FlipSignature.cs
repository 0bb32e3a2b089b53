using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A signature is changed for one member (J11).</summary>
internal sealed class FlipSignature : Move
{
    public override IReadOnlyList<Condition> Never => [Condition.Quiet];

    public override bool Make(World world)
    {
        if (world.Delivery() is not { } found)
            return false;
        var at = world.Dice.Below(RecordView.SignatureBytes);
        found.Change(body => body[body.Length - 1 - at] ^= 1);
        return true;
    }
}
