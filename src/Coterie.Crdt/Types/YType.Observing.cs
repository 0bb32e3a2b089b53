namespace Coterie.Crdt;

public abstract partial class YType
{
    /// <summary>The type itself changed.</summary>
    public event Action<YEvent>? Changed;

    /// <summary>The type, or something below it, changed: one event for each type that did, the nearest first.</summary>
    public event Action<IReadOnlyList<YEvent>, Transaction>? ChangedDeep;

    internal bool IsObserved => Changed is not null;

    internal bool IsObservedDeep => ChangedDeep is not null;

    internal void Tell(YEvent change) => Changed?.Invoke(change);

    internal void Tell(IReadOnlyList<YEvent> changes, Transaction transaction) =>
        ChangedDeep?.Invoke(changes, transaction);
}
