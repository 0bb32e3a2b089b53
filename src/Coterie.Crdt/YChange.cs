namespace Coterie.Crdt;

/// <summary>How a piece of text differs between two moments.</summary>
public enum YChange
{
    /// <summary>It was there before and is gone.</summary>
    Removed,

    /// <summary>It was not there before.</summary>
    Added,
}
