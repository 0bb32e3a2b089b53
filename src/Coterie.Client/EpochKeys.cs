using Coterie.Protocol.Rooms;

namespace Coterie.Client;

/// <summary>
/// The keys of a room's epochs, as far back as the log goes: each manifest that begins one holds the key of the epoch before, sealed (M4).
/// </summary>
internal sealed class EpochKeys(ManifestChain manifests)
{
    private readonly Dictionary<uint, byte[]> known = [];

    /// <summary>A key that this member was given.</summary>
    public void Add(uint epoch, byte[] key) => known[epoch] = key;

    /// <summary>The key under which records of a manifest's version are sealed; null where this member was not given it.</summary>
    public byte[]? OfVersion(uint version) => version < manifests.Count ? Of(manifests[version].Epoch) : null;

    private byte[]? Of(uint wanted)
    {
        if (known.TryGetValue(wanted, out var key))
            return key;
        var from = known.Keys.Where(epoch => epoch > wanted).DefaultIfEmpty().Min();
        for (var epoch = from; epoch > wanted; epoch--)
        {
            var previous = new byte[32];
            if (!EpochKey.TryOpenPrevious(FirstOf(epoch), known[epoch], previous))
                return null;
            if (EpochKey.HashOf(previous) != FirstOf(epoch - 1).EpochKeyHash)
                return null;
            known.Add(epoch - 1, previous);
        }
        return known.GetValueOrDefault(wanted);
    }

    private Manifest FirstOf(uint epoch)
    {
        var version = 0u;
        while (manifests[version].Epoch != epoch)
            version++;
        return manifests[version];
    }
}
