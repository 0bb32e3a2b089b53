using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>One member is told another time of a position, which is part of the chain (J14, J10).</summary>
internal sealed class LieAboutTime : Move
{
    public override IReadOnlyList<Condition> Never => [Condition.Quiet];

    public override bool Make(World world)
    {
        if (world.Delivery() is not { } found)
            return false;
        var (seq, time) = (new ByteReader(found.Frame.Body).U64(), new ByteReader(found.Frame.Body.AsSpan(8)).U64());
        found.Change(body => Envelope.WriteHead(body, seq, time + 1));
        return true;
    }
}
