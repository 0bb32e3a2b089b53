using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Truth;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A member is told that something is saved which the server has thrown away: under a head that is none, or that only this member has (J15).</summary>
internal sealed class ForgeAck : Move
{
    public override IReadOnlyList<Condition> Never => [Condition.Quiet];

    public override bool Make(World world)
    {
        var lines = world
            .Lines.Where(line => line.Person is { IsOnline: true, IsHostile: false } && line.Up.Exists(IsAppend))
            .ToList();
        if (world.Pick(lines) is not { } line)
            return false;
        var index = line.Up.FindIndex(IsAppend);
        var bytes = line.Up[index][Frame.HeadBytes..];
        line.Up.RemoveAt(index);
        if (!RecordView.TryParse(bytes, out var record, out _))
            return false;
        var view = line.Person.Views[record.Stream];
        var head = StreamView.Next(view.Head, view.Count + 1, world.Now, bytes);
        if (world.Dice.Below(2) == 0)
            head = new Digest(head.Low, head.High);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        new Ack
        {
            Session = record.Session,
            Stream = record.Stream,
            Counter = record.Counter,
            Seq = view.Count + 1,
            ServerTime = world.Now,
            Head = head,
        }.Write(output);
        line.Person.Take(new Passing(HubFrame.Ack, output.WrittenSpan[Frame.HeadBytes..].ToArray()));
        return true;
    }

    private static bool IsAppend(byte[] frame) => (ClientFrame)frame[4] == ClientFrame.Append;
}
