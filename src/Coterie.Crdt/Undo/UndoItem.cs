namespace Coterie.Crdt;

/// <summary>One step that can be undone: what it inserted and what it deleted.</summary>
public sealed class UndoItem
{
    internal UndoItem(DeleteSet insertions, DeleteSet deletions)
    {
        Insertions = insertions;
        Deletions = deletions;
    }

    /// <summary>What it inserted.</summary>
    public DeleteSet Insertions { get; internal set; }

    /// <summary>What it deleted.</summary>
    public DeleteSet Deletions { get; internal set; }

    /// <summary>Anything that belongs to the step, like where the cursor was.</summary>
    public IDictionary<string, object?> Meta { get; } = new Dictionary<string, object?>(StringComparer.Ordinal);
}
