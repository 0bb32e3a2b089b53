using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Types;

/// <summary>Edits of a list by index: arrays and the children of XML.</summary>
internal static class ListEdit
{
    public static void Insert(Transaction transaction, Branch branch, int index, IEnumerable<object?> values)
    {
        CheckIndex(branch, index);
        InsertAfter(transaction, branch, CutAt(transaction, branch, index), values);
    }

    /// <summary>Puts values behind everything, tombstones included.</summary>
    public static void Push(Transaction transaction, Branch branch, IEnumerable<object?> values) =>
        InsertAfter(transaction, branch, branch.LastItem(), values);

    public static void Delete(Transaction transaction, Branch branch, int index, int length)
    {
        CheckRange(branch, index, length);
        if (length == 0)
            return;
        var store = branch.Store;
        var (item, start) = branch.Find(index + 1);
        if (index > start)
            item = store.Cut(transaction, item, index - start);
        while (length > 0)
        {
            ref readonly var each = ref store.Items[item];
            if (each.IsVisible)
            {
                if (length < each.Length)
                    store.Cut(transaction, item, length);
                length -= each.Length;
                store.Delete(transaction, item);
            }
            item = each.Right;
        }
    }

    public static object? Get(YDoc doc, Branch branch, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, branch.Length);
        var (item, start) = branch.Find(index + 1);
        return YType.ValueAt(doc, branch.Store.Items[item], index - start);
    }

    /// <summary>
    /// The values, one by one. A transaction may merge items, after which their handles stand for others: where one ran meanwhile, or
    /// runs, the next value is looked for by its index.
    /// </summary>
    /// <exception cref="InvalidOperationException">The list has become longer or shorter since the first was asked for.</exception>
    public static IEnumerable<object?> Values(YDoc doc, Branch branch)
    {
        var items = branch.Store.Items;
        var count = branch.Length;
        var (item, start) = (branch.Start, 0);
        var changes = doc.Changes;
        for (var index = 0; ; index++)
        {
            if (branch.Length != count)
                throw new InvalidOperationException("The list was changed while it was enumerated.");
            if (index == count)
                yield break;
            if (doc.Changes != changes || doc.IsChanging)
            {
                changes = doc.Changes;
                (item, start) = branch.Find(index + 1);
            }
            for (; index - start >= items[item].Visible; item = items[item].Right)
                start += items[item].Visible;
            yield return YType.ValueAt(doc, items[item], index - start);
        }
    }

    public static void CheckIndex(Branch branch, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, branch.Length);
    }

    public static void CheckRange(Branch branch, int index, int length)
    {
        CheckIndex(branch, index);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, branch.Length - index);
    }

    /// <summary>The item that ends right before index <paramref name="index"/>, cut if need be; 0 for the start.</summary>
    public static int CutAt(Transaction transaction, Branch branch, int index)
    {
        var (left, start) = branch.Find(index);
        if (left != 0 && index - start < branch.Store.Items[left].Length)
            branch.Store.Cut(transaction, left, index - start);
        return left;
    }

    /// <summary>A value for a type that is in no document yet: what no document can hold is refused at once.</summary>
    public static object? Early(object? value) => value is YType or YDoc ? value : AnyValue.Of(value);

    private static bool IsPlain(object? value) => value is not (byte[] or YDoc or YType);

    /// <summary>All values as they are put in: what cannot be is refused before any is.</summary>
    private static List<object?> Checked(Transaction transaction, IEnumerable<object?> values)
    {
        var all = new List<object?>();
        HashSet<object>? seen = null;
        foreach (var value in values)
        {
            if (value is YType or YDoc && !transaction.FillsType)
                YType.CheckEarly(value, transaction.Doc, seen ??= []);
            all.Add(value is byte[] ? value : Early(value));
        }
        return all;
    }

    public static void InsertAfter(Transaction transaction, Branch branch, int left, IEnumerable<object?> values)
    {
        var store = branch.Store;
        var right = left == 0 ? branch.Start : store.Items[left].Right;
        var all = Checked(transaction, values);
        List<object?>? plain = null;
        foreach (var value in all)
        {
            if (IsPlain(value))
            {
                (plain ??= []).Add(value);
                continue;
            }
            left = InsertPlain(transaction, branch, left, right, ref plain);
            var (kind, content) = ContentOf(transaction, value);
            left = store.InsertItem(transaction, branch, left, right, kind, 1, store.Contents.Add(content!));
        }
        InsertPlain(transaction, branch, left, right, ref plain);
    }

    private static int InsertPlain(
        Transaction transaction,
        Branch branch,
        int left,
        int right,
        ref List<object?>? values
    )
    {
        if (values is null)
            return left;
        StructStore.CheckRoom(transaction.Doc.Own, values.Count);
        var content = branch.Store.Contents.Add(values);
        var made = branch.Store.InsertItem(transaction, branch, left, right, ContentKind.Any, values.Count, content);
        values = null;
        return made;
    }

    /// <summary>One value as the content of an item.</summary>
    public static (ContentKind Kind, object? Content) ContentOf(Transaction transaction, object? value)
    {
        StructStore.CheckRoom(transaction.Doc.Own, 1);
        switch (value)
        {
            case byte[] bytes:
                return (ContentKind.Binary, bytes.Clone());
            case YDoc doc:
                if (!transaction.FillsType)
                    YType.CheckEarly(doc, transaction.Doc, []);
                return (ContentKind.Doc, doc);
            case YType type:
                if (!transaction.FillsType)
                    YType.CheckEarly(type, transaction.Doc, []);
                var branch = transaction.Doc.Store.NewBranch();
                branch.Ref = type.Ref;
                branch.Name = type.Name;
                type.Attach(transaction.Doc, branch);
                return (ContentKind.Type, branch);
            default:
                return (ContentKind.Any, new List<object?> { AnyValue.Of(value) });
        }
    }
}
