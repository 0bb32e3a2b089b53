using System.Collections;
using Coterie.Crdt.Structs;
using Coterie.Crdt.Types;

namespace Coterie.Crdt;

/// <summary>
/// A shared list of values: null, <see cref="Undefined"/>, booleans, numbers (given back as double), BigInteger, strings, byte
/// arrays, lists, dictionaries, shared types and subdocuments.
/// </summary>
public sealed class YArray : YType, IReadOnlyList<object?>
{
    private List<object?>? _early = [];

    internal override TypeRef Ref => TypeRef.Array;

    /// <summary>How many values there are.</summary>
    public int Count => IsAttached ? Branch.Length : _early!.Count;

    /// <summary>The value at an index.</summary>
    public object? this[int index] => IsAttached ? ListEdit.Get(Doc!, Branch, index) : _early![index];

    /// <summary>Puts values before an index.</summary>
    public void Insert(int index, params IEnumerable<object?> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (!IsAttached)
        {
            _early!.InsertRange(index, values);
            return;
        }
        using var edit = Begin();
        ListEdit.Insert(edit.Transaction, Branch, index, values);
    }

    /// <summary>Puts values behind all others.</summary>
    public void Push(params IEnumerable<object?> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (!IsAttached)
        {
            _early!.AddRange(values);
            return;
        }
        using var edit = Begin();
        ListEdit.Push(edit.Transaction, Branch, values);
    }

    /// <summary>Deletes values from an index on.</summary>
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

    /// <inheritdoc/>
    public override object? ToJson() => this.Select(JsonOf).ToArray();

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
