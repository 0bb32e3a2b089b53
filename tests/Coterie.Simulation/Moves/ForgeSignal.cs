using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A hostile member who holds the room's keys says a pulse in the session of somebody else, and the server passes it on (J11).</summary>
internal sealed class ForgeSignal : Move
{
    public override bool Make(World world)
    {
        var honest = world.Any(person => person is { IsHostile: false, IsOnline: true });
        var victim = world.Any(person => person is { IsHostile: false, IsOnline: true } && person != honest);
        if (
            world.AnyHostile() is not { } thief
            || honest is null
            || victim is null
            || world.SessionOf(honest) is not { } session
        )
            return false;
        var rules = victim.Member.State!.Manifests.Newest;
        if (session.Epoch != rules.Epoch)
            return false;
        var start = world.Truth.NewView(world.Streams.Control);
        var payload = new Pulse(
            [new PulseStream(world.Streams.Runs, 1, Bits128.Read(world.NewId()))],
            new byte[64]
        ).Encode();
        var counter = 1_000_000 + (ulong)world.Truth.Deeds.Count();
        var forged = world.Forge(
            session,
            rules,
            RecordClass.Signal,
            start,
            [],
            payload,
            header => header with { Counter = counter },
            thief
        );
        world.Introduce(victim.Line!, session.Cert, session.Session);
        victim.Take(new Passing(HubFrame.Relay, forged.Bytes));
        return true;
    }
}
