using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A member is given keys that were made for another member, or for another epoch (A2).</summary>
internal sealed class SwapWraps : Move
{
    public override bool Make(World world)
    {
        var wraps = world.Server.History.SelectMany(write => write.Wraps).ToList();
        if (wraps.Count == 0 || world.Any(person => person is { IsOnline: true, IsHostile: false }) is not { } person)
            return false;
        var wrap = wraps[world.Dice.Below(wraps.Count)].Bytes;
        person.Take(new Passing(HubFrame.Wrap, [(byte)(wrap.Length >> 8), (byte)wrap.Length, .. wrap]));
        return true;
    }
}
