using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>Two identities attest a false snapshot: that class is kept for later, and nobody may write it (J6).</summary>
internal sealed class AttestFalseSnapshot : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        if (world.Hostile(Role.Editor) is not { } session)
            return false;
        var brought = false;
        foreach (var role in new[] { Role.Editor, Role.Owner, Role.Viewer })
        {
            if (world.Hostile(role) is { } other)
                brought |= world.Bring(other, RecordClass.Attest, world.Streams.Chat, world.Dice.Bytes(32), []);
        }
        return brought && session is not null;
    }
}
