namespace Coterie.Crdt;

/// <summary>A document inside another.</summary>
public sealed partial class YDoc
{
    /// <summary>The item that holds this document in its parent.</summary>
    internal (YDoc Doc, int Item)? Holder { get; set; }

    private readonly HashSet<YDoc> _subdocs = [];

    /// <summary>The subdocuments that are in the document.</summary>
    public IReadOnlyCollection<YDoc> Subdocs => _subdocs;

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
            _subdocs.Add(doc);
        }
        foreach (var doc in changes.Removed)
            _subdocs.Remove(doc);
        try
        {
            SubdocsChanged?.Invoke(changes, transaction);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            (errors ??= []).Add(error);
        }
    }

    /// <summary>What an update says of a subdocument: only what differs from the usual.</summary>
    internal ValueObject Settings()
    {
        var settings = new ValueObject();
        if (!Gc)
            settings["gc"] = false;
        if (AutoLoad)
            settings["autoLoad"] = true;
        if (Meta is not null)
            settings["meta"] = Meta;
        return settings;
    }

    internal static YDoc FromSettings(string guid, ValueObject? settings)
    {
        bool Is(string name, bool usual) => settings?.GetValueOrDefault(name) is bool flag ? flag : usual;
        var autoLoad = Is("autoLoad", usual: false);
        return new YDoc(
            new YDocOptions
            {
                Guid = guid,
                Gc = Is("gc", usual: true),
                AutoLoad = autoLoad,
                ShouldLoad = Is("shouldLoad", usual: false) || autoLoad,
                Meta = settings?.GetValueOrDefault("meta"),
            }
        );
    }
}
