using Coterie.Crdt.Updates;

namespace Coterie.Crdt;

/// <summary>
/// A document that stays bytes: it takes updates in and answers what it knows and what somebody else lacks, without being loaded. For
/// who keeps many documents of which few are open: it holds its updates in format v2 and nothing else.
/// </summary>
/// <remarks>
/// Updates are merged, not integrated. What waits for something that has not come is kept, too, and what an update brought before it was
/// deleted is kept until the document is loaded and stored anew. Like a <see cref="YDoc"/> it belongs to one thread at a time, which is not checked.
/// </remarks>
public sealed class ColdDocument
{
    /// <summary>What came since the last merge is merged once it has so many bytes, and a quarter of those it is merged with: each byte is copied a few times in all.</summary>
    private const int LeastToMerge = 4_096;

    private readonly List<byte[]> _later = [];
    private byte[] _state;
    private int _laterBytes;

    /// <summary>What the structs of all that is held weigh, at most.</summary>
    private long _weight;

    /// <summary>What they may weigh. Bytes from elsewhere may be longer than what merging makes of them, and give no more room.</summary>
    private long _most = Limits.StructsAlways;

    /// <summary>An empty document.</summary>
    public ColdDocument() => _state = new YDoc().EncodeStateAsUpdateV2();

    /// <summary>A document as its bytes say.</summary>
    /// <param name="state">An update of format v2, as <see cref="EncodeStateAsUpdateV2"/> gives it.</param>
    /// <exception cref="InvalidUpdateException">It is no update.</exception>
    public ColdDocument(ReadOnlySpan<byte> state)
    {
        _weight = UpdateBlocks.ReadV2(state).Weight;
        _state = state.ToArray();
    }

    /// <summary>
    /// What the document knows: each client's clocks as far as they came without a gap. A loaded document counts only what it could
    /// integrate; this one counts also what waits in it for another client's.
    /// </summary>
    public StateVector StateVector => Update.StateVectorOfV2(Merged());

    /// <summary>How many bytes are held.</summary>
    public int Size => _state.Length + _laterBytes;

    /// <summary>Takes an update of format v1 in.</summary>
    /// <exception cref="InvalidUpdateException">
    /// It is no update, or with it the document would weigh more than its bytes in format v2 may (<see cref="Limits.StructsPerByte"/>);
    /// nothing of it was taken in.
    /// </exception>
    public void ApplyUpdate(ReadOnlySpan<byte> update) => Add(Update.ToV2(update));

    /// <summary>As <see cref="ApplyUpdate"/>, in format v2.</summary>
    /// <exception cref="InvalidUpdateException">As there.</exception>
    public void ApplyUpdateV2(ReadOnlySpan<byte> update) => Add(update.ToArray());

    /// <summary>What the document holds beyond a state vector, as an update of format v1.</summary>
    /// <param name="known">What the receiver has: an encoded state vector. Empty: nothing.</param>
    /// <exception cref="InvalidUpdateException"><paramref name="known"/> is no state vector.</exception>
    public byte[] EncodeStateAsUpdate(ReadOnlySpan<byte> known = default) => Update.ToV1(EncodeStateAsUpdateV2(known));

    /// <summary>As <see cref="EncodeStateAsUpdate"/>, in format v2.</summary>
    public byte[] EncodeStateAsUpdateV2(ReadOnlySpan<byte> known = default) =>
        known.IsEmpty ? [.. Merged()] : Update.DiffV2(Merged(), known);

    /// <summary>A document with all that this one holds; the two have nothing to do with each other from then on.</summary>
    public YDoc Load(YDocOptions? options = null)
    {
        var doc = new YDoc(options ?? new YDocOptions());
        doc.ApplyUpdateV2(Merged());
        return doc;
    }

    private void Add(byte[] update)
    {
        var weight = UpdateBlocks.ReadV2(update).Weight;
        if (_weight + weight > _most)
        {
            AddWhole(update);
            return;
        }
        _weight += weight;
        _later.Add(update);
        _laterBytes += update.Length;
        if (_laterBytes >= Math.Max(LeastToMerge, _state.Length / 4))
            Merged();
    }

    /// <summary>Merging makes runs of what many updates state: it may need too few bytes for that, and then could not be read again.</summary>
    private void AddWhole(byte[] update)
    {
        var merged = Update.MergeV2(Merged(), update);
        _weight = UpdateBlocks.ReadV2(merged).Weight;
        SetState(merged);
    }

    private byte[] Merged()
    {
        if (_later.Count > 0)
            SetState(Update.MergeV2([_state, .. _later]));
        return _state;
    }

    private void SetState(byte[] merged)
    {
        _state = merged;
        _most = Limits.StructsIn(merged.Length);
        _later.Clear();
        _laterBytes = 0;
    }
}
