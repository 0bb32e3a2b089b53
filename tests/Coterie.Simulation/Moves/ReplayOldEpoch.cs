using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A record that was made under earlier rules and never stored is brought behind later ones (J2).</summary>
internal sealed class ReplayOldEpoch : Move
{
    public override bool Make(World world)
    {
        var streams = world.Truth.Log.Where(pair => pair.Value.Floor > 0).Select(pair => pair.Key).ToList();
        if (streams.Count == 0)
            return false;
        var stream = streams[world.Dice.Below(streams.Count)];
        var sessions = world.Truth.Sessions.Where(one => one.Person.IsHostile && one.Role == Role.Editor).ToList();
        if (world.Pick(sessions) is not { } session)
            return false;
        var old = world.Truth.Rules.First(manifest => manifest.Epoch == session.Epoch);
        if (old.Version >= world.Truth.Log[stream].Floor)
            return false;
        var kind =
            stream == world.Streams.Chat || stream == world.Streams.Tree ? RecordClass.Snapshot : RecordClass.Edit;
        if (kind == RecordClass.Edit && world.Streams.Place(stream) != Streams.Files)
            return false;
        if (world.Victim(stream) is not { } victim || victim.Person.Views[stream] is not { Count: > 0 } view)
            return false;
        var clear = kind == RecordClass.Edit ? [] : World.SnapshotClear(stream, view.Count, view.Head);
        world.Slip(victim, world.Forge(session, old, kind, view, clear, world.Dice.Bytes(20)).Bytes, stream);
        return true;
    }
}
