namespace Coterie.Crdt;

public abstract partial class YType
{
    /// <summary>The type itself changed.</summary>
    public event Action<YEvent>? Changed;

    /// <summary>The type, or something below it, changed: one event for each type that did, the nearest first.</summary>
    public event Action<IReadOnlyList<YEvent>, Transaction>? ChangedDeep;

    internal bool IsObserved => Changed is not null;

    internal bool IsObservedDeep => ChangedDeep is not null;

    internal static void Tell(YEvent change, ref List<Exception>? errors)
    {
        foreach (var handler in Delegate.EnumerateInvocationList(change.Target.Changed))
            try
            {
                handler(change);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                (errors ??= []).Add(error);
            }
    }

    internal void Tell(IReadOnlyList<YEvent> changes, Transaction transaction, ref List<Exception>? errors)
    {
        foreach (var handler in Delegate.EnumerateInvocationList(ChangedDeep))
            try
            {
                handler(changes, transaction);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                (errors ??= []).Add(error);
            }
    }
}
