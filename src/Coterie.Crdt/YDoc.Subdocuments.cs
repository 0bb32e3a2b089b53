using Coterie.Crdt.Structs;
using Coterie.Crdt.Updates;

namespace Coterie.Crdt;

/// <summary>A document inside another.</summary>
public sealed partial class YDoc
{
    /// <summary>The item that holds this document in its parent.</summary>
    internal (YDoc Doc, int Item)? Holder { get; set; }

    private HashSet<YDoc>? _subdocs;

    /// <summary>The subdocuments that are in the document.</summary>
    public IReadOnlyCollection<YDoc> Subdocs
    {
        get
        {
            CheckThread();
            return (IReadOnlyCollection<YDoc>?)_subdocs ?? [];
        }
    }

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

    /// <summary>The document is no longer used: whoever provides its content may let go of it.</summary>
    public event Action<YDoc>? Destroyed;

    /// <summary>Whether <see cref="Destroy"/> was called, or the document was taken out of the one that it was in.</summary>
    public bool IsDestroyed { get; private set; }

    /// <summary>
    /// Lets go of the document and of all that are in it, and tells <see cref="Destroyed"/>. In the document that holds it a fresh one
    /// of the same name takes its place, which nobody has loaded. Its content can still be read.
    /// </summary>
    public void Destroy()
    {
        if (IsDestroyed)
            return;
        IsDestroyed = true;
        foreach (var subdoc in Subdocs.ToList())
            subdoc.Destroy();
        if (Holder is { } holder && holder.Doc.Holds(this, holder.Item))
            holder.Doc.Replace(this, holder.Item);
        Destroyed?.Invoke(this);
    }

    private bool Holds(YDoc subdoc, int handle)
    {
        ref readonly var item = ref Store.Items[handle];
        return item is { Kind: ContentKind.Doc, IsDeleted: false } && Store.Contents[item.Content] == subdoc;
    }

    private void Replace(YDoc subdoc, int item)
    {
        var fresh = (SubdocContent.Of(subdoc) with { ShouldLoad = false }).ToDoc();
        Store.Contents[Store.Items[item].Content] = fresh;
        Transact(transaction =>
        {
            transaction.SubdocAdded(fresh, item);
            transaction.SubdocRemoved(subdoc);
        });
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
        foreach (var handler in Delegate.EnumerateInvocationList(SubdocsChanged))
            try
            {
                handler(changes, transaction);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                (errors ??= []).Add(error);
            }
        foreach (var doc in changes.Removed)
            try
            {
                doc.Destroy();
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                (errors ??= []).Add(error);
            }
    }
}
