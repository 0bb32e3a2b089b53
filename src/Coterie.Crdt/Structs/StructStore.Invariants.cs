namespace Coterie.Crdt.Structs;

/// <summary>What always holds between transactions.</summary>
internal sealed partial class StructStore
{
    public void CheckInvariants()
    {
        var structs = 0;
        foreach (var client in Clients)
            structs += CheckClient(client);
        Check(structs == Items.Live, $"{Items.Live} items live, {structs} are reached");
        for (var index = 1; index < Branches.End; index++)
            if (Branches[index] is { } branch)
                CheckBranch(branch);
    }

    private static void Check(bool holds, string what)
    {
        if (!holds)
            throw new InvalidOperationException(what);
    }

    private int CheckClient(ClientStructs client)
    {
        if (client.State == 0)
            return 0;
        var clock = 0;
        var count = 0;
        var place = client.Find(0);
        do
        {
            var handle = client[place];
            ref readonly var item = ref Items[handle];
            Check(item.Client == client.Index, "a struct among those of another client");
            Check(item.Clock == clock, "the structs of a client leave a gap");
            Check(item.Length > 0, "a struct of no length");
            Check(client.Find(clock + item.Length - 1) == place, "a clock is not found");
            clock = item.End;
            count++;
            if (item.Kind == ContentKind.Gc)
                continue;
            Check(item.Left == 0 || Items[item.Left].Right == handle, "left's right is someone else");
            Check(item.Right == 0 || Items[item.Right].Left == handle, "right's left is someone else");
            Check(item.Kind != ContentKind.Deleted || item.IsDeleted, "a collected item that is not deleted");
            Check(!Branches[item.Parent].IsDeleted || item.IsDeleted, "a living item in a deleted type");
            Check(item.Has(ItemFlags.Redone) == Redone.ContainsKey(handle), "who was redone is not known");
        } while (client.Next(ref place));
        Check(clock == client.State, "a client's state is not where its structs end");
        Check(count == client.Count, "a client has another number of structs than it says");
        return count;
    }

    private void CheckBranch(Branch branch)
    {
        int length = 0,
            count = 0,
            cursor = -1;
        for (var handle = branch.Start; handle != 0; handle = Items[handle].Right)
        {
            if (handle == branch.CursorItem)
                cursor = length;
            Check(Items[handle].Parent == branch.Index, "an item in a list of another parent");
            length += Items[handle].Visible;
            count++;
        }
        Check(length == branch.Length, $"a type of length {branch.Length} shows {length}");
        Check(count == branch.ListCount, $"a list of {count} items says {branch.ListCount}");
        Check(branch.CursorItem == 0 || branch.CursorStart == cursor, "the cursor is somewhere else");
        branch.Tree?.CheckInvariants(branch.Start);
        if (branch.Map is null)
            return;
        foreach (var (key, chain) in branch.Map)
        {
            Check(Items[chain.Last].Right == 0, "a value with a right neighbour");
            Check(Items[chain.First].Left == 0, "a first value with a left neighbour");
            var first = 0;
            for (var handle = chain.Last; handle != 0; first = handle, handle = Items[handle].Left)
                Check(Items[handle].IsKeyed && Items[handle].Place == key, "a value under another key");
            Check(first == chain.First, "a first value of another chain");
        }
    }
}
