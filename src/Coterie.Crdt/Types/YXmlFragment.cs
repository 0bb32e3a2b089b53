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

    /// <summary>Puts children behind a child, or first.</summary>
    public void InsertAfter(YType? child, params IEnumerable<YType> children)
    {
        ArgumentNullException.ThrowIfNull(children);
        if (!IsAttached)
        {
            _early!.InsertRange(child is null ? 0 : Math.Max(0, _early.IndexOf(child)) + 1, children);
            return;
        }
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
    public override string ToString() => string.Concat(this.Select(static each => each?.ToString()));

    /// <inheritdoc/>
    public override object? ToJson() => ToString();

    /// <inheritdoc/>
    public IEnumerator<object?> GetEnumerator() =>
        (IsAttached ? ListEdit.Values(Doc!, Branch) : _early!).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal override void Integrated(Transaction transaction)
    {
        var early = _early!;
        _early = null;
        ListEdit.Insert(transaction, Branch, 0, early);
    }

    private protected override void Forget() => _early = null;
}
