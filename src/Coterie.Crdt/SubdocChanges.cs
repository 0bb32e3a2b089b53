namespace Coterie.Crdt;

/// <summary>Subdocuments that came, went, or were asked for in one transaction.</summary>
public sealed class SubdocChanges
{
    /// <summary>New in the document.</summary>
    public ISet<YDoc> Added { get; } = new HashSet<YDoc>();

    /// <summary>No longer in the document.</summary>
    public ISet<YDoc> Removed { get; } = new HashSet<YDoc>();

    /// <summary>Someone wants their content.</summary>
    public ISet<YDoc> Loaded { get; } = new HashSet<YDoc>();
}
