using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Truth;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>
/// Who would begin at a snapshot is shown a record from before it once more: of what its author saw nothing is known there, so the snapshot's
/// counters alone stop it (R4, N4). The member in C# begins at one only where the hub forgot what it covers (N6): here its judge does, as clients in the browser have it do.
/// </summary>
internal sealed class ReplayPreSnapshot : Move
{
    public override bool Make(World world)
    {
        var chat = world.Streams.Chat;
        var log = world
            .Server.History.SelectMany(write => write.Entries)
            .Where(entry => entry.Stream == chat)
            .Select(entry => entry.Envelope)
            .ToList();
        var at = log.FindLastIndex(envelope => world.DeedIn(envelope)?.Class == RecordClass.Snapshot);
        if (at < 1 || !world.Server.IsGenuine || world.DeedIn(log[world.Dice.Below(at)]) is not { } replayed)
            return false;
        using var judge = Latecomer(world, chat, log, at);
        foreach (var envelope in log.Skip(at))
            Account.Demand(
                Show(judge, envelope).IsOk,
                "who begins at a snapshot does not believe what comes behind it"
            );
        var body = new byte[Envelope.HeadBytes + replayed.Bytes.Length];
        Envelope.WriteHead(body, (ulong)log.Count + 1, world.Now);
        replayed.Bytes.CopyTo(body, Envelope.HeadBytes);
        Account.Demand(!Show(judge, body).IsOk, "who begins at a snapshot believes once more what it covers");
        return true;
    }

    /// <summary>A judge that begins where the snapshot's clear part says, with what its state says of counters and rules there.</summary>
    private static RoomState Latecomer(World world, StreamId chat, List<byte[]> log, int snapshot)
    {
        var judge = new RoomState(world.Genesis, world.Incarnation, Side.Client);
        foreach (var manifest in world.Truth.Rules)
            judge.AddManifest(manifest);
        foreach (var opened in world.Truth.Sessions)
            judge.Meet(opened.Cert, opened.Session, live: true);
        var covered = log.Take(snapshot).Select(envelope => world.DeedIn(envelope)!).ToList();
        var head = world.Truth.Log[chat].HeadAt((ulong)snapshot)!.Value;
        judge.Start(chat, (ulong)snapshot, head, covered[^1].Version);
        foreach (var deed in covered)
            judge.StartCounter(chat, deed.Session, deed.Counter);
        return judge;
    }

    private static Verdict Show(RoomState judge, byte[] bytes)
    {
        Account.Demand(Envelope.TryParse(bytes, out var envelope, out _), "an envelope of the store does not parse");
        var record = envelope.Record;
        var holds = judge.TryGetSession(record.Session, out var author) && record.Verify(author.Key);
        return judge.Position(envelope.Seq, envelope.ServerTime, record, holds, out _);
    }
}
