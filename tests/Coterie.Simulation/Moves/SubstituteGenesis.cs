using Coterie.Client.Founding;
using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>Who comes in is shown a room of the server's own under this id (K4).</summary>
internal sealed class SubstituteGenesis : Move
{
    public override IReadOnlyList<Condition> Never => [Condition.Quiet];

    public override bool Make(World world)
    {
        if (
            world.OnItsWay(HubFrame.Room) is not { } found
            || !RoomFrame.TryParse(found.Frame.Body, out var frame, out _)
        )
            return false;
        var terms = new FoundingTerms { Title = "A room" };
        using var other = FoundedRoom.Found(terms, new SeededRandom(world.Dice));
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        RoomFrame.Write(
            output,
            frame.Kind,
            frame.Incarnation,
            other.Genesis.Encoded,
            [other.Manifest.Encoded.ToArray()]
        );
        found.Replace(output.WrittenSpan[Frame.HeadBytes..].ToArray());
        return true;
    }
}
