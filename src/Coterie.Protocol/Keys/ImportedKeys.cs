namespace Coterie.Protocol.Keys;

/// <summary>
/// Bounds the verification keys that are imported at once, over all rooms that share this. The platform takes about 9 kB for a key
/// outside the managed heap, where its bytes take 65: so members who only read cost next to nothing, and of those who write the
/// keys used last stay ready. Threads may share it; those that verify at the bound may each stand one key above it for that moment.
/// </summary>
public sealed class ImportedKeys(int most = ImportedKeys.Most)
{
    /// <summary>Keys imported at once where nothing else is said: about 18 MB.</summary>
    public const int Most = 2_048;

    private readonly Lock gate = new();
    private readonly LinkedList<VerifyKey> recent = [];

    /// <summary>The key is about to verify.</summary>
    internal void Used(VerifyKey key)
    {
        VerifyKey? idle = null;
        lock (gate)
        {
            if (key.Place is { } place)
            {
                if (recent.First != place)
                {
                    recent.Remove(place);
                    recent.AddFirst(place);
                }
            }
            else
            {
                key.Place = recent.AddFirst(key);
                if (recent.Count > most)
                {
                    idle = recent.Last!.Value;
                    recent.RemoveLast();
                    idle.Place = null;
                }
            }
        }
        idle?.Rest(); // outside: a key is locked while it verifies
    }

    internal void Forget(VerifyKey key)
    {
        lock (gate)
        {
            if (key.Place is { } place)
            {
                recent.Remove(place);
                key.Place = null;
            }
        }
    }
}
