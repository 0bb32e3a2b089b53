using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A member says that they saw another history than they did (J10).</summary>
internal sealed class LieAboutSeen : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        if (world.Hostile(Role.Editor) is not { } session)
            return false;
        return world.Bring(
            session,
            RecordClass.Chat,
            world.Streams.Chat,
            [0],
            world.Said(),
            bend: header => header with { SeenHead = new Bits128(header.SeenHead.Low, header.SeenHead.High) }
        );
    }
}
