using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A record of one session is shown as another's of the same member (J11).</summary>
internal sealed class ReplayOtherSession : Move
{
    public override bool Make(World world)
    {
        var stream = world.AnyStream();
        if (world.Victim(stream) is not { } victim)
            return false;
        var view = victim.Person.Views[stream];
        if (world.Pick(view.Applied.ToList()) is not { } deed)
            return false;
        var others = world.Truth.Sessions.Where(one => one.Person == deed.Author && one.Id != deed.Session).ToList();
        if (world.Pick(others) is not { } other)
            return false;
        var bytes = (byte[])deed.Bytes.Clone();
        other.Id.CopyTo(bytes.AsSpan(40));
        var counter = new byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(
            counter,
            view.Counters.GetValueOrDefault(other.Id) + 1
        );
        counter.CopyTo(bytes, 56);
        world.Introduce(victim, other.Cert, other.Session);
        world.Slip(victim, bytes, stream);
        return true;
    }
}
