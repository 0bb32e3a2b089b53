using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>One member is told another number of a position (J14).</summary>
internal sealed class LieAboutSeq : Move
{
    public override IReadOnlyList<Condition> Never => [Condition.Quiet];

    public override bool Make(World world)
    {
        if (world.Delivery() is not { } found)
            return false;
        var (seq, time) = (new ByteReader(found.Frame.Body).U64(), new ByteReader(found.Frame.Body.AsSpan(8)).U64());
        seq = world.Dice.Below(2) == 0 ? seq + 1 + (ulong)world.Dice.Below(3) : seq - 1;
        found.Change(body => Envelope.WriteHead(body, seq, time));
        return true;
    }
}
