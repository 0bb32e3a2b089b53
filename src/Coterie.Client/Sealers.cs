using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;

namespace Coterie.Client;

/// <summary>
/// The record keys in use (R3), derived once for each session, class and stream; a session is of one epoch (J4). Bounded: when full, all are forgotten and derived again
/// as they are needed.
/// </summary>
internal sealed class Sealers(EpochKeys epochs) : IDisposable
{
    private const int Most = 4_096; // sealers; one costs about 1 kB
    private readonly Dictionary<(SessionId, RecordClass, StreamId), RecordSealer> kept = [];

    /// <summary>Null where this member has not the key of that version's epoch.</summary>
    public RecordSealer? Of(uint version, SessionId session, RecordClass recordClass, StreamId stream, MemberId member)
    {
        var name = (session, recordClass, stream);
        if (kept.TryGetValue(name, out var sealer))
            return sealer;
        if (epochs.OfVersion(version) is not { } epochKey)
            return null;
        if (kept.Count == Most)
            Dispose();
        sealer = new RecordSealer(epochKey, session, recordClass, stream, member);
        kept.Add(name, sealer);
        return sealer;
    }

    public byte[]? Open(in RecordView record, MemberId author)
    {
        if (Of(record.Version, record.Session, record.Class, record.Stream, author) is not { } sealer)
            return null;
        var plaintext = new byte[Math.Max(0, RecordSealer.PlaintextBytes(record))];
        return sealer.TryOpen(record, plaintext, out var payload) ? payload.ToArray() : null;
    }

    public void Dispose()
    {
        foreach (var sealer in kept.Values)
            sealer.Dispose();
        kept.Clear();
    }
}
