using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A record that stands in the log is shown once more at its end: of a dead session, or of a live one (J7).</summary>
internal sealed class ReplayRecord : Move
{
    public override bool Make(World world)
    {
        var stream = world.AnyStream();
        if (world.Victim(stream) is not { } victim)
            return false;
        var applied = victim.Person.Views[stream].Applied.ToList();
        if (world.Pick(applied) is not { } deed)
            return false;
        world.Slip(victim, deed.Bytes, stream);
        return true;
    }
}
