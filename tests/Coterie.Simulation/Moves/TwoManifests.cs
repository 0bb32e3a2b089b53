using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Truth;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>An owner signs two manifests of one version, and the server shows both to a member (M6).</summary>
internal sealed class TwoManifests : Move
{
    public override bool Make(World world)
    {
        if (world.Rules.Version == 0)
            return false;
        var owner = world.People.First(person => person == world.Founder);
        var before = world.Truth.Rules[^2];
        var person = world.Any(one =>
            one is { IsOnline: true, IsHostile: false } && one.Member.State!.Manifests.Count > before.Version + 1
        );
        if (before.OwnerIndex(owner.Keys.Sign.Public) < 0 || person is null)
            return false;
        var other = world
            .Charter.Amend(owner, before, draft => draft with { Policy = draft.Policy ^ Policy.Screen })
            .Manifest.Encoded;
        person.Take(new Passing(HubFrame.Manifest, [(byte)(other.Length >> 8), (byte)other.Length, .. other]));
        Account.Demand(
            person.EndedBy == Coterie.Protocol.Wire.Refusal.Alarm,
            $"{person.Name} was shown two manifests of one version and raised no alarm"
        );
        return true;
    }
}
