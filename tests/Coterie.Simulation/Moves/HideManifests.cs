using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>Who comes in is shown an older end of the rules (K9).</summary>
internal sealed class HideManifests : Move
{
    public override IReadOnlyList<Condition> Never => [Condition.Quiet];

    public override bool Make(World world)
    {
        if (
            world.OnItsWay(HubFrame.Room) is not { } found
            || !RoomFrame.TryParse(found.Frame.Body, out var frame, out _)
        )
            return false;
        var manifests = new List<byte[]>();
        foreach (var manifest in frame.Manifests)
            manifests.Add(manifest.ToArray());
        if (manifests.Count < 2)
            return false;
        var shown = manifests[..(1 + world.Dice.Below(manifests.Count - 1))];
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        RoomFrame.Write(output, frame.Kind, frame.Incarnation, frame.Genesis, shown);
        found.Replace(output.WrittenSpan[Frame.HeadBytes..].ToArray());
        return true;
    }
}
