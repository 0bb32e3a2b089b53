using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>One member is told that there is nothing in a stream, or less than there was (J16).</summary>
internal sealed class HideStream : Move
{
    public override IReadOnlyList<Condition> Never => [Condition.Quiet];

    public override bool Make(World world)
    {
        if (
            world.OnItsWay(HubFrame.Stream) is not { } found
            || !StreamFrame.TryParse(found.Frame.Body, out var frame, out _)
        )
            return false;
        var stream = frame.Stream;
        var seq = frame.HeadSeq == 0 ? 0 : (ulong)world.Dice.Below((int)frame.HeadSeq);
        var head = world.Truth.Log.GetValueOrDefault(stream)?.HeadAt(seq);
        if (head is not { } shown)
            return false;
        found.Change(body =>
        {
            var writer = new ByteWriter(body.AsSpan(16));
            writer.U64(seq);
            writer.Digest(shown);
        });
        found.Line.Down.RemoveAll(one => one.Type == HubFrame.Deliver && Of(one) == stream);
        var before = found.Line.Tamper;
        found.Line.Tamper = one =>
            one.Type == HubFrame.Deliver && Of(one) == stream ? null
            : before is null ? one
            : before(one);
        return true;
    }

    private static StreamId Of(Passing frame) => StreamId.Read(frame.Body.AsSpan(Envelope.HeadBytes + 24));
}
