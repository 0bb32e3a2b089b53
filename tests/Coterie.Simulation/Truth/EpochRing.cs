using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Truth;

/// <summary>Every epoch's key, by its hash, and the key before it, which whoever holds the later one can open.</summary>
internal sealed class EpochRing
{
    private readonly Dictionary<Digest, (byte[] Key, Digest? Before)> keys = [];

    public void Add(byte[] key, Digest? before) => keys[EpochKey.HashOf(key)] = (key, before);

    public byte[] Of(Digest hash) => keys[hash].Key;

    /// <summary>Whether this person was given that key, or a later one.</summary>
    public bool MayRead(Person person, Digest wanted) => person.Granted.Keys.Any(given => Leads(given, wanted));

    public byte[] Open(in RecordView record, Digest hash, MemberId author)
    {
        using var sealer = new RecordSealer(Of(hash), record.Session, record.Class, record.Stream, author);
        var plain = new byte[RecordSealer.PlaintextBytes(record)];
        Account.Demand(sealer.TryOpen(record, plain, out var payload), "a member sealed what does not open");
        return payload.ToArray();
    }

    private bool Leads(Digest from, Digest wanted)
    {
        for (Digest? at = from; at is { } key; at = keys[key].Before)
        {
            if (key == wanted)
                return true;
        }
        return false;
    }
}
