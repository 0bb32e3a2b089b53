namespace Coterie.Crdt;

/// <summary>
/// Who uses the document. A change marks it from the beginning of its transaction until all observers have heard, encoding and
/// decoding as long as they take; whoever else comes meanwhile gets an error, and the first goes on undisturbed. Reading looks at
/// the mark and sets none.
/// </summary>
public sealed partial class YDoc
{
    /// <summary>The managed id of the thread that changes, encodes or decodes; 0 is none.</summary>
    private int _user;

    /// <summary>A use that ends when it is disposed, unless it is part of one that began before.</summary>
    internal readonly ref struct Usage(YDoc? doc)
    {
        public void Dispose() => doc?.Leave();
    }

    /// <summary>Marks the document as used by this thread, if that is checked.</summary>
    /// <exception cref="InvalidOperationException">Another thread uses it.</exception>
    internal Usage Use() => ThreadCheck.IsOn && TryEnter() ? new Usage(this) : default;

    /// <summary>Looks whether another thread changes the document, if that is checked.</summary>
    /// <exception cref="InvalidOperationException">It does.</exception>
    internal void CheckThread()
    {
        if (
            ThreadCheck.IsOn
            && Volatile.Read(ref _user) is not 0 and var user
            && user != Environment.CurrentManagedThreadId
        )
            throw UsedBy(user);
    }

    /// <summary>Whether nobody used it before.</summary>
    private bool TryEnter()
    {
        var thread = Environment.CurrentManagedThreadId;
        var user = Interlocked.CompareExchange(ref _user, thread, 0);
        return user == 0 || (user == thread ? false : throw UsedBy(user));
    }

    private void Leave()
    {
        if (ThreadCheck.IsOn)
            Interlocked.CompareExchange(ref _user, 0, Environment.CurrentManagedThreadId);
    }

    private static InvalidOperationException UsedBy(int user) =>
        new(
            $"Thread {Environment.CurrentManagedThreadId} uses a document that thread {user} is using: "
                + "a document and its types belong to one thread at a time."
        );
}
