namespace Coterie.Crdt.Updates;

/// <summary>A subdocument as an update tells it. The document itself is made when this is put into one, never for bytes alone.</summary>
internal sealed record SubdocContent(string Guid, bool Gc, bool AutoLoad, bool ShouldLoad, object? Meta)
{
    public static SubdocContent Of(YDoc doc) => new(doc.Guid, doc.Gc, doc.AutoLoad, doc.AutoLoad, doc.Meta);

    public static SubdocContent Of(string guid, ValueObject? settings)
    {
        bool Is(string name, bool usual) => settings?.GetValueOrDefault(name) is bool flag ? flag : usual;
        var autoLoad = Is("autoLoad", usual: false);
        var shouldLoad = Is("shouldLoad", usual: false) || autoLoad;
        return new(guid, Is("gc", usual: true), autoLoad, shouldLoad, settings?.GetValueOrDefault("meta"));
    }

    /// <summary>What an update says of it: only what differs from the usual.</summary>
    public ValueObject Settings()
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

    public YDoc ToDoc() =>
        new(
            new YDocOptions
            {
                Guid = Guid,
                Gc = Gc,
                AutoLoad = AutoLoad,
                ShouldLoad = ShouldLoad,
                Meta = Meta,
            }
        );
}
