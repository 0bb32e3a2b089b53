using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Types;

/// <summary>A place between two items of a text, and the attributes in force there.</summary>
internal sealed class TextCursor
{
    private readonly ItemArena _items;

    public TextCursor(Transaction transaction, Branch branch, int index)
    {
        Transaction = transaction;
        Branch = branch;
        Store = branch.Store;
        _items = Store.Items;
        Left = ListEdit.CutAt(transaction, branch, index);
        Right = Left == 0 ? branch.Start : _items[Left].Right;
        Index = index;
        if (branch.HasFormatting && Left != 0)
            foreach (var mark in branch.MarksUpTo(Left))
                Attributes.Pass(mark.Key, mark.Value);
    }

    public Transaction Transaction { get; }
    public Branch Branch { get; }
    public StructStore Store { get; }
    public int Left { get; private set; }
    public int Right { get; private set; }
    public int Index { get; private set; }
    public AttributeMap Attributes { get; } = new();

    public bool IsAtEnd => Right == 0;
    public bool IsAtTombstone => _items[Right].IsDeleted;

    /// <summary>The formatting mark on the right, deleted or not; null when something else is there.</summary>
    public FormatMark? Mark => Store.MarkOf(Right);

    public ref readonly Item Item => ref _items[Right];

    public void Forward()
    {
        ref readonly var item = ref _items[Right];
        if (!item.IsDeleted)
        {
            if (Store.MarkOf(Right) is { } mark)
                Attributes.Pass(mark.Key, mark.Value);
            else
                Index += item.Length;
        }
        Left = Right;
        Right = item.Right;
    }

    /// <summary>Puts a new item here and goes behind it.</summary>
    public void Insert(ContentKind kind, object content)
    {
        Right = Store.InsertItem(Transaction, Branch, Left, Right, kind, 1, Store.Contents.Add(content));
        Forward();
    }

    public void InsertText(ReadOnlySpan<char> text)
    {
        var place = Store.Text.Add(text);
        Right = Store.InsertItem(
            Transaction,
            Branch,
            Left,
            Right,
            ContentKind.String,
            text.Length,
            place.Chunk,
            place.Offset
        );
        Forward();
    }

    /// <summary>Cuts the item on the right so that it is at most that long.</summary>
    public void CutTo(int length)
    {
        if (length < _items[Right].Length)
            Store.Cut(Transaction, Right, length);
    }

    public void DeleteRight() => Store.Delete(Transaction, Right);
}
