using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>A session's last durable counter in a stream (R4).</summary>
public readonly record struct SessionCounter(SessionId Session, ulong Counter);

/// <summary>What every snapshot's state carries beside its content: the version floor (J2) and the counters (R4) at the covered position.</summary>
public sealed record SnapshotTail(uint VersionFloor, IReadOnlyList<SessionCounter> Counters)
{
    private const int CounterBytes = 24;

    internal int Size => 4 + CounterBytes * Counters.Count;

    internal static List<SessionCounter> ReadCounters(ref ByteReader reader)
    {
        var count = reader.U32();
        var counters = new List<SessionCounter>();
        var met = new HashSet<SessionId>();
        while (reader.Ok && counters.Count < count)
        {
            var counter = new SessionCounter(new SessionId(reader.U128()), reader.U64());
            reader.Demand(met.Add(counter.Session), WireError.Duplicate);
            counters.Add(counter);
        }
        return counters;
    }

    internal void WriteCounters(ref ByteWriter writer)
    {
        writer.U32((uint)Counters.Count);
        foreach (var (session, counter) in Counters)
        {
            writer.U128(session.Value);
            writer.U64(counter);
        }
    }
}
