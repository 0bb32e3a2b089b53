using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A member joins by the certificate and session of somebody else, which the server has shown them (S1).</summary>
internal sealed class ReplayedSession : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        var honest = world.Any(person => person is { IsHostile: false, IsOnline: true });
        var thief = world.Any(person => person is { IsHostile: true, Line: not null });
        if (honest is null || thief is null || world.SessionOf(honest) is not { } session)
            return false;
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        new Join { Cert = session.Cert.Encoded, Session = session.Session.Encoded }.Write(output);
        thief.Send(output.WrittenSpan.ToArray());
        return true;
    }
}
