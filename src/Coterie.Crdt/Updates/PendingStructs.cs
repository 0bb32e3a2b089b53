namespace Coterie.Crdt.Updates;

/// <summary>Structs that wait for others.</summary>
/// <param name="Missing">For each client of which something is missing, the lowest clock that may help when it has come.</param>
/// <param name="Updates">The structs, in format v2, as they came: they are merged when somebody needs them.</param>
internal sealed record PendingStructs(Dictionary<ulong, int> Missing, List<byte[]> Updates)
{
    /// <summary>What comes is merged once it has so many bytes, and as many as what it is merged with: the same may come again and again.</summary>
    private const int LeastToMerge = 1 << 16;

    private int _later;

    /// <summary>More that waits, of which <see cref="Missing"/> knows already.</summary>
    public void Add(byte[] update)
    {
        Updates.Add(update);
        _later += update.Length;
        if (_later >= Math.Max(LeastToMerge, Updates[0].Length))
            Merged();
    }

    public byte[] Merged()
    {
        if (Updates.Count > 1)
        {
            var merged = Update.MergeWeighed(Updates);
            Updates.Clear();
            Updates.Add(merged);
        }
        _later = 0;
        return Updates[0];
    }
}
