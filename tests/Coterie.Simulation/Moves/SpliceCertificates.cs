using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A member is introduced by the certificate of somebody else, or of another of their own times, and not by their own (S3).</summary>
internal sealed class SpliceCertificates : Move
{
    public override IReadOnlyList<Condition> Never => [Condition.Quiet];

    public override bool Make(World world)
    {
        if (
            world.OnItsWay(HubFrame.Member) is not { } found
            || !MemberFrame.TryParse(found.Frame.Body, out var frame, out _)
        )
            return false;
        var others = world.Truth.Sessions.ToList();
        var other = others[world.Dice.Below(others.Count)];
        if (!Session.TryParse(frame.Session, out var session, out _) || frame.Cert.SequenceEqual(other.Cert.Encoded))
            return false;
        var line = found.Line;
        found.Remove();
        world.Introduce(line, other.Cert, session);
        return true;
    }
}
