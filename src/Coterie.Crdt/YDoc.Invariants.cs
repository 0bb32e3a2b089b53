namespace Coterie.Crdt;

public sealed partial class YDoc
{
    /// <summary>Checks everything that always holds of the structure; throws when something does not. For tests.</summary>
    public void CheckInvariants()
    {
        CheckThread();
        Store.CheckInvariants();
    }
}
