using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Types;

/// <summary>Edits of values under keys: maps and attributes. The last item of a key's chain is its value.</summary>
internal static class MapEdit
{
    public static void Set(Transaction transaction, Branch branch, string key, object? value)
    {
        var store = branch.Store;
        var (kind, content) = ListEdit.ContentOf(transaction, value);
        store.InsertKeyed(transaction, branch, store.Names.Id(key), kind, 1, store.Contents.Add(content!));
    }

    public static bool Remove(Transaction transaction, Branch branch, string key)
    {
        var item = branch.Last(branch.Store.Names.Find(key));
        if (item == 0 || branch.Store.Items[item].IsDeleted)
            return false;
        branch.Store.Delete(transaction, item);
        return true;
    }

    public static bool TryGet(YDoc doc, Branch branch, string key, out object? value)
    {
        var handle = branch.Last(branch.Store.Names.Find(key));
        value = null;
        if (handle == 0)
            return false;
        ref readonly var item = ref branch.Store.Items[handle];
        if (item.IsDeleted)
            return false;
        value = YType.ValueAt(doc, item, item.Length - 1);
        return true;
    }

    public static IEnumerable<KeyValuePair<string, object?>> Entries(YDoc doc, Branch branch)
    {
        if (branch.Map is null)
            yield break;
        foreach (var (key, chain) in branch.Map)
            if (!branch.Store.Items[chain.Last].IsDeleted)
                yield return new(
                    branch.Store.Names[key],
                    YType.ValueAt(doc, branch.Store.Items[chain.Last], branch.Store.Items[chain.Last].Length - 1)
                );
    }

    public static int Count(Branch branch)
    {
        var count = 0;
        if (branch.Map is not null)
            foreach (var (_, chain) in branch.Map)
                if (!branch.Store.Items[chain.Last].IsDeleted)
                    count++;
        return count;
    }
}
