using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A member is shown rules that no owner signed: a hostile member's own (M3).</summary>
internal sealed class ForgeManifest : Move
{
    public override bool Make(World world)
    {
        var version = (uint)world.Truth.Rules.Count;
        if (
            world.AnyHostile() is not { } thief
            || world.Any(person =>
                person is { IsOnline: true, IsHostile: false } && person.Member.State!.Manifests.Count == version
            )
                is not { } person
        )
            return false;
        var own = new OwnerKeys(thief.Keys.Sign.Public.ToArray(), thief.Keys.Dh.Public.ToArray());
        var draft = world.Rules.Draft with
        {
            Version = version,
            PrevHash = world.Rules.Hash,
            Owners = [.. world.Rules.Owners, own],
        };
        var manifest = draft.Sign(thief.Keys.Sign, 0);
        person.Take(new Passing(HubFrame.Manifest, [(byte)(manifest.Length >> 8), (byte)manifest.Length, .. manifest]));
        return true;
    }
}
