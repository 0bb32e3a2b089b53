using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A record of one stream is shown in another: as it is, or with the other's name in its header (J11).</summary>
internal sealed class ReplayOtherStream : Move
{
    public override bool Make(World world)
    {
        var stream = world.AnyStream();
        if (world.Victim(stream) is not { } victim)
            return false;
        var others = world
            .Truth.Deeds.Where(deed =>
                deed.Stream != stream && deed.Class is not (RecordClass.Signal or RecordClass.Presence)
            )
            .ToList();
        if (world.Pick(others) is not { } deed)
            return false;
        var bytes = (byte[])deed.Bytes.Clone();
        stream.CopyTo(bytes.AsSpan(24));
        world.Slip(victim, bytes, stream);
        return true;
    }
}
