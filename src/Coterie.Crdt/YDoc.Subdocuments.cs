namespace Coterie.Crdt;

/// <summary>A document inside another.</summary>
public sealed partial class YDoc
{
    /// <summary>The item that holds this document in its parent.</summary>
    internal (YDoc Doc, int Item)? Holder { get; set; }

    private HashSet<YDoc>? _subdocs;

    /// <summary>The subdocuments that are in the document.</summary>
    public IReadOnlyCollection<YDoc> Subdocs => (IReadOnlyCollection<YDoc>?)_subdocs ?? [];

    /// <summary>Subdocuments came, went or are wanted.</summary>
    public event Action<SubdocChanges, Transaction>? SubdocsChanged;

    /// <summary>Says that the content of this subdocument is wanted.</summary>
    public void Load()
    {
        if (Holder is { } holder && !ShouldLoad)
        {
            ShouldLoad = true;
            holder.Doc.Transact(transaction => transaction.SubdocLoaded(this));
        }
        ShouldLoad = true;
    }

    private void NoteSubdocs(SubdocChanges changes, Transaction transaction, ref List<Exception>? errors)
    {
        foreach (var doc in changes.Added)
        {
            doc.ClientId = ClientId;
            (_subdocs ??= []).Add(doc);
        }
        foreach (var doc in changes.Removed)
            _subdocs?.Remove(doc);
        try
        {
            SubdocsChanged?.Invoke(changes, transaction);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            (errors ??= []).Add(error);
        }
    }
}
