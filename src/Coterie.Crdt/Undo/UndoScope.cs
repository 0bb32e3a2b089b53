using Coterie.Crdt.Structs;

namespace Coterie.Crdt;

/// <summary>What an undo manager looks after: what lies below some types, or all of a document. Good for one pass, in which no type moves.</summary>
internal sealed class UndoScope(StructStore store, List<YType> types, bool isWhole)
{
    private readonly BranchesBelow _below = new(branch => types.Exists(type => type.Branch == branch));

    public bool Holds(int handle) =>
        isWhole || (store.Items[handle].Parent is var parent and not 0 && _below.Contains(store.Branches[parent]));

    public bool IsChangedBy(Transaction transaction)
    {
        foreach (ref readonly var changed in transaction.Changed.All)
            if (changed.Branch is { IsDeleted: false } branch && _below.Contains(branch))
                return true;
        return isWhole;
    }
}
