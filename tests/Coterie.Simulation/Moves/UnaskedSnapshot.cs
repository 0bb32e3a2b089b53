using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Truth;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A member who reads the log is sent a snapshot in its place: made up, or somebody's (N4).</summary>
internal sealed class UnaskedSnapshot : Move
{
    public override bool Make(World world)
    {
        if (world.Victim(world.Streams.Chat) is not { } victim)
            return false;
        var view = victim.Person.Views[world.Streams.Chat];
        var snapshots = view.Applied.Where(deed => deed.Class == RecordClass.Snapshot).ToList();
        var record = world.Pick(snapshots)?.Bytes ?? world.Dice.Bytes(200);
        var body = new byte[Envelope.HeadBytes + record.Length];
        Envelope.WriteHead(body, view.Count + 1, world.Now);
        record.CopyTo(body, Envelope.HeadBytes);
        victim.Person.Take(new Passing(HubFrame.Snapshot, body));
        Account.Demand(
            victim.Person.Line is null,
            $"{victim.Person.Name} goes on over a line on which a snapshot came unasked"
        );
        return true;
    }
}
