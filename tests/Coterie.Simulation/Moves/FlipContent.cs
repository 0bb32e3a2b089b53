using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>What is sealed, or stands in the clear, is changed for one member (J11).</summary>
internal sealed class FlipContent : Move
{
    public override IReadOnlyList<Condition> Never => [Condition.Quiet];

    public override bool Make(World world)
    {
        if (world.Delivery() is not { } found)
            return false;
        var length = found.Frame.Body.Length - Envelope.HeadBytes - RecordView.HeaderBytes - RecordView.SignatureBytes;
        var at = Envelope.HeadBytes + RecordView.HeaderBytes + 2 + world.Dice.Below(length - 2);
        found.Change(body => body[at] ^= 1);
        return true;
    }
}
