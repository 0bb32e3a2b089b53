namespace Coterie.Crdt.Structs;

/// <summary>The kinds of shared types. The numbers are the refs of the update format.</summary>
internal enum TypeRef : byte
{
    Array = 0,
    Map = 1,
    Text = 2,
    XmlElement = 3,
    XmlFragment = 4,
    XmlHook = 5,
    XmlText = 6,

    /// <summary>A root that an update names and nobody has asked for yet.</summary>
    Unknown = 255,
}

/// <summary>
/// The structure below one shared type: a list from Start along Item.Right, and for each key a chain that ends, at its right
/// end, in the map. What users hold (YText and its like) is a view of it, made when asked for.
/// </summary>
/// <remarks>
/// Invariants: Length is the sum of what the list's items show; ListCount is their number; Tree, when there is one, holds
/// exactly the list; Map[key].Last has no right neighbour, and everything left of it, as far as Map[key].First, is deleted.
/// </remarks>
internal sealed class Branch(StructStore store, int index)
{
    /// <summary>A list of more items than this gets a position tree when an index is asked for.</summary>
    public const int MostWalked = 24;

    public readonly StructStore Store = store;
    public readonly int Index = index;
    public TypeRef Ref = TypeRef.Unknown;

    /// <summary>The element's name or the hook's, for XmlElement and XmlHook.</summary>
    public string? Name;

    /// <summary>The root's name; null in a nested type.</summary>
    public string? Root;

    /// <summary>The item that holds this type; 0 for a root, -1 once it was collected.</summary>
    public int Item;

    public int Start;
    public int Length;
    public int ListCount;
    public PositionTree? Tree;

    /// <summary>The item that was found last and the index where it begins; 0 is none.</summary>
    public int CursorItem;
    public int CursorStart;

    /// <summary>Whether there ever was a formatting mark.</summary>
    public bool HasFormatting;

    /// <summary>Whether there ever was a mark of a value that JavaScript does not find equal to itself, or that ends when it is written anew.</summary>
    public bool HasOddMarks;

    /// <summary>
    /// Whether a formatting mark came since the type is known to be a text: only then are marks cleaned up after changes from
    /// elsewhere. Yjs forgets what came before somebody asked for the root, and copies have to agree.
    /// </summary>
    public bool CleansMarks;

    /// <summary>The leftmost and the rightmost item of a key's chain.</summary>
    internal readonly record struct Chain(int First, int Last);

    /// <summary>From a key's id to its chain, in the order in which keys came.</summary>
    public OrderedDictionary<int, Chain>? Map;

    /// <summary>The transaction that changed this type last, and its place in that transaction's list.</summary>
    public int ChangedBy;
    public int ChangedAt;

    /// <summary>The last transaction that brought this text marks or took some away, after which it is cleaned.</summary>
    public int CleanedBy;

    public YType? View;

    public bool IsDeleted => Item != 0 && (Item < 0 || Store.Items[Item].IsDeleted);

    /// <summary>The branch that holds this one; null for a root.</summary>
    public Branch? Parent => Item > 0 ? Store.Branches[Store.Items[Item].Parent] : null;

    /// <summary>Whether anybody hears of a change in this type.</summary>
    public bool IsObserved
    {
        get
        {
            if (View is { IsObserved: true })
                return true;
            for (var each = this; each is not null; each = each.Parent)
                if (each.View is { IsObservedDeep: true })
                    return true;
            return false;
        }
    }

    /// <summary>The ends of a key's chain; zeros where it was never set.</summary>
    public Chain Values(int key) => Map is not null && Map.TryGetValue(key, out var chain) ? chain : default;

    public int Last(int key) => Values(key).Last;

    public void SetLast(int key, int item)
    {
        Map ??= [];
        Map[key] = new(Values(key).First is var first and not 0 ? first : item, item);
    }

    /// <summary>The item stands left of all of its key's chain.</summary>
    public void SetFirst(int key, int item)
    {
        Map ??= [];
        Map[key] = new(item, Values(key).Last is var last and not 0 ? last : item);
    }

    /// <summary>
    /// The item that shows index - 1 and the index where it begins; (0, 0) for index 0. Index is at most Length.
    /// </summary>
    public (int Item, int Start) Find(int index)
    {
        if (index == 0)
            return (0, 0);
        var items = Store.Items;
        if (
            CursorItem != 0
            && CursorStart < index
            && index <= CursorStart + items[CursorItem].Length
            && Store.Takes(Shortcuts.Cursor)
        )
            return (CursorItem, CursorStart);
        Plant();
        if (Tree is not null)
            (CursorItem, CursorStart) = Tree.Find(index);
        else
            Walk(index);
        return (CursorItem, CursorStart);
    }

    /// <summary>The index at which a list item begins, or would if it were visible; of a value under a key what its chain shows before it.</summary>
    public int IndexOf(int handle)
    {
        var items = Store.Items;
        var before = 0;
        if (items[handle].IsKeyed)
        {
            for (var item = items[handle].Left; item != 0; item = items[item].Left)
                before += items[item].Visible;
            return before;
        }
        Plant();
        if (Tree is not null)
            return Tree.IndexOf(handle);
        for (var item = Start; item != handle; item = items[item].Right)
            before += items[item].Visible;
        return before;
    }

    /// <summary>The physically last item of the list; 0 when there is none.</summary>
    public int LastItem()
    {
        Plant();
        if (Tree is not null)
            return Tree.Last();
        var last = Start;
        while (last != 0 && Store.Items[last].Right is var right and not 0)
            last = right;
        return last;
    }

    /// <summary>The live formatting marks from the start up to and with an item, in order.</summary>
    public List<FormatMark> MarksUpTo(int handle)
    {
        Plant();
        var marks = new List<FormatMark>();
        if (Tree is not null)
        {
            var handles = new List<int>();
            Tree.MarksUpTo(handle, handles);
            foreach (var mark in handles)
                marks.Add(Store.MarkOf(mark)!);
            return marks;
        }
        for (var item = Start; ; item = Store.Items[item].Right)
        {
            if (!Store.Items[item].IsDeleted && Store.MarkOf(item) is { } mark)
                marks.Add(mark);
            if (item == handle)
                return marks;
        }
    }

    /// <summary>Makes the tree, if the list is long enough for one.</summary>
    private void Plant()
    {
        if (Tree is null && ListCount > MostWalked && Store.Takes(Shortcuts.Tree))
            Tree = new PositionTree(Store.Items, Start);
    }

    private void Walk(int index)
    {
        var items = Store.Items;
        var start = 0;
        var item = Start;
        while (index > start + items[item].Visible)
        {
            start += items[item].Visible;
            item = items[item].Right;
        }
        (CursorItem, CursorStart) = (item, start);
    }
}
