using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A record comes to one member without a signature: with zeros in its place (K2).</summary>
internal sealed class StripSignature : Move
{
    public override IReadOnlyList<Condition> Never => [Condition.Quiet];

    public override bool Make(World world)
    {
        if (world.Delivery() is not { } found)
            return false;
        found.Change(body => body.AsSpan(body.Length - RecordView.SignatureBytes).Clear());
        return true;
    }
}
