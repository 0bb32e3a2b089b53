using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A record comes to one member signed by somebody else: a hostile member who holds no key of its author (J11).</summary>
internal sealed class ResignRecord : Move
{
    public override IReadOnlyList<Condition> Never => [Condition.Quiet];

    public override bool Make(World world)
    {
        if (world.Delivery() is not { } found)
            return false;
        if (!Envelope.TryParse(found.Frame.Body, out var envelope, out _) || world.AnyHostile() is not { } thief)
            return false;
        var signature = thief.Keys.Sign.Sign("record"u8, envelope.Record.SignedBytes);
        found.Change(body => signature.CopyTo(body, body.Length - signature.Length));
        return true;
    }
}
