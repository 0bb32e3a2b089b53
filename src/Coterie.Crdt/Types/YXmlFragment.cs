using System.Collections;
using Coterie.Crdt.Structs;
using Coterie.Crdt.Types;

namespace Coterie.Crdt;

/// <summary>Shared XML without a name: a list of <see cref="YXmlElement"/>, <see cref="YXmlText"/> and <see cref="YXmlHook"/>.</summary>
public class YXmlFragment : YType, IReadOnlyList<object?>
{
    private List<object?>? _early = [];

    internal override TypeRef Ref => TypeRef.XmlFragment;

    /// <summary>How many children there are.</summary>
    public int Count => IsAttached ? Branch.Length : _early!.Count;

    /// <summary>The child at an index.</summary>
    public object? this[int index] => IsAttached ? ListEdit.Get(Doc!, Branch, index) : _early![index];

    /// <summary>Puts children before an index.</summary>
    public void Insert(int index, params IEnumerable<YType> children)
    {
        ArgumentNullException.ThrowIfNull(children);
        if (!IsAttached)
        {
            _early!.InsertRange(index, children);
            return;
        }
        using var edit = Begin();
        ListEdit.Insert(edit.Transaction, Branch, index, children);
    }

    /// <summary>Puts children behind a child; null: first.</summary>
    /// <exception cref="ArgumentException"><paramref name="child"/> is no child of this one, or is forgotten.</exception>
    public void InsertAfter(YType? child, params IEnumerable<YType> children)
    {
        ArgumentNullException.ThrowIfNull(children);
        if (!IsAttached)
        {
            var at = child is null ? -1 : _early!.IndexOf(child);
            if (child is not null && at < 0)
                throw NoChild(nameof(child));
            _early!.InsertRange(at + 1, children);
            return;
        }
        if (child is not null && !IsChild(child))
            throw NoChild(nameof(child));
        using var edit = Begin();
        ListEdit.InsertAfter(edit.Transaction, Branch, child?.Branch.Item ?? 0, children);
    }

    /// <summary>Puts children behind all others.</summary>
    public void Push(params IEnumerable<YType> children) => Insert(Count, children);

    /// <summary>Deletes children from an index on.</summary>
    public void Delete(int index, int length = 1)
    {
        if (!IsAttached)
        {
            _early!.RemoveRange(index, length);
            return;
        }
        using var edit = Begin();
        ListEdit.Delete(edit.Transaction, Branch, index, length);
    }

    /// <summary>The XML.</summary>
    public override string ToString() => XmlString.Of(this);

    internal override object? JsonAt(int depth) => ToString();

    internal override IEnumerable<object> EarlyParts => _early!.OfType<YType>();

    /// <summary>One by one, in order. Who makes the list longer or shorter meanwhile gets an <see cref="InvalidOperationException"/>.</summary>
    public IEnumerator<object?> GetEnumerator() =>
        (IsAttached ? ListEdit.Values(Doc!, Branch) : _early!).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether it stands in the list of children, if only as a tombstone.</summary>
    private bool IsChild(YType child)
    {
        if (child.Doc != Doc || child.Branch.Item <= 0)
            return false;
        ref readonly var item = ref Branch.Store.Items[child.Branch.Item];
        return item.Parent == Branch.Index && !item.IsKeyed;
    }

    private static ArgumentException NoChild(string name) => new("The type is no child of this one.", name);

    internal override void Integrated(Transaction transaction)
    {
        var early = _early!;
        _early = null;
        ListEdit.Insert(transaction, Branch, 0, early);
    }

    private protected override void Forget() => _early = null;
}
