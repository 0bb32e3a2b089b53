using Coterie.Crdt.Structs;

namespace Coterie.Crdt;

/// <summary>
/// Insertions of one client that hang together, as a filter sees them (<see cref="YDocOptions.GcFilter"/>,
/// <see cref="UndoOptions.DeleteFilter"/>). Where runs begin and end depends on what was merged: a filter may ask, not count.
/// </summary>
public readonly ref struct YItem
{
    private readonly YDoc _doc;
    private readonly ref readonly Item _item;

    internal YItem(YDoc doc, int handle)
    {
        _doc = doc;
        _item = ref doc.Store.Items[handle];
    }

    /// <summary>The name of the first unit.</summary>
    public StructId Id => new(_doc.Store.ClientId(_item.Client), _item.Clock);

    /// <summary>How many clocks it takes: UTF-16 units, values, or 1.</summary>
    public int Length => _item.Length;

    /// <summary>Whether it is deleted already.</summary>
    public bool IsDeleted => _item.IsDeleted;

    /// <summary>The type that it is in; null where nobody has said of what type that root is.</summary>
    public YType? Parent =>
        _doc.Store.Branches[_item.Parent] is { Ref: not TypeRef.Unknown } parent ? YType.ViewOf(_doc, parent) : null;

    /// <summary>The key that it is the value of; null in a list or text.</summary>
    public string? Key => _item.IsKeyed ? _doc.Store.Names[_item.Place] : null;

    /// <summary>The shared type that it holds; null when it holds something else.</summary>
    public YType? Type =>
        _item.Kind == ContentKind.Type ? YType.ViewOf(_doc, (Branch)_doc.Store.Contents[_item.Content]) : null;
}
