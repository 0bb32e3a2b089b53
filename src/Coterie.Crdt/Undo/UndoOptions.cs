namespace Coterie.Crdt;

/// <summary>What an <see cref="UndoManager"/> takes for one step, and for its own.</summary>
public sealed record UndoOptions
{
    /// <summary>Changes that follow each other faster than this are one step.</summary>
    public TimeSpan CaptureTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// Which origins are undone; null is a change without one, and also an update that was applied without. A <see cref="Type"/>
    /// stands for all origins of that type.
    /// </summary>
    public IReadOnlyCollection<object?> TrackedOrigins { get; init; } = [null];

    /// <summary>Whether a transaction is undone at all.</summary>
    public Func<Transaction, bool> CaptureTransaction { get; init; } = static _ => true;

    /// <summary>
    /// Whether an undo or redo may delete an item that a step inserted; false leaves it. It is asked of each item below the
    /// scope; it must not change the document.
    /// </summary>
    public Func<YItem, bool> DeleteFilter { get; init; } = static _ => true;

    /// <summary>Whether a value comes back although somebody else set another one since.</summary>
    public bool IgnoreRemoteMapChanges { get; init; }
}
