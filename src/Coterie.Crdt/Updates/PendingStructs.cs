namespace Coterie.Crdt.Updates;

/// <summary>Structs that wait for others.</summary>
/// <param name="Missing">For each client of which something is missing, the lowest clock that may help when it has come.</param>
/// <param name="Updates">The structs, in format v2, as they came: they are merged when somebody needs them.</param>
internal sealed record PendingStructs(Dictionary<ulong, int> Missing, List<byte[]> Updates)
{
    public byte[] Merged()
    {
        if (Updates.Count > 1)
        {
            var merged = Update.MergeV2([.. Updates]);
            Updates.Clear();
            Updates.Add(merged);
        }
        return Updates[0];
    }
}
