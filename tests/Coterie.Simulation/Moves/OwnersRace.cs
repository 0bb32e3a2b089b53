using Coterie.Protocol.Rooms;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>Two owners, or one of two minds, make two manifests of one version: the server takes one (M5).</summary>
internal sealed class OwnersRace : Move
{
    public override bool ByMember => true;

    public override bool Make(World world)
    {
        if (world.Sovereign() is not { } owner)
            return false;
        var other =
            world.Any(person =>
                person != owner && world.Rules.OwnerIndex(person.Keys.Sign.Public) >= 0 && person.IsOnline
            ) ?? owner;
        world.Decrees(
            owner,
            world.Charter.Amend(owner, world.Rules, draft => draft with { Policy = draft.Policy ^ Policy.Ai })
        );
        world.Decrees(
            other,
            world.Charter.Amend(other, world.Rules, draft => draft with { Policy = draft.Policy ^ Policy.Calls })
        );
        return true;
    }
}
