namespace Coterie.Hub.Stores;

public enum StoreProblem
{
    /// <summary>Another process has the data directory.</summary>
    InUse,

    /// <summary>The directory cannot be created or written.</summary>
    Unwritable,

    /// <summary>The database is damaged, or is no database.</summary>
    Corrupt,

    /// <summary>A newer program wrote it.</summary>
    NewerSchema,

    /// <summary>No space is left.</summary>
    Full,

    /// <summary>The write does not continue what is stored (see <see cref="IRoomStore.CommitAsync"/>).</summary>
    Conflict,

    /// <summary>Anything else that the database or the disk reported.</summary>
    Failed,
}

/// <summary>A store that cannot do what it was asked. The message tells an operator what to do.</summary>
public sealed class StoreException(StoreProblem problem, string message, Exception? cause = null)
    : Exception(message, cause)
{
    public StoreProblem Problem { get; } = problem;
}
