using System.Collections;
using System.Runtime.CompilerServices;
using Coterie.Crdt.Structs;
using Coterie.Crdt.Types;

namespace Coterie.Crdt;

/// <summary>
/// A shared list of values: null, <see cref="Undefined"/>, booleans, numbers (every primitive one
/// up to 2^53, given back as double; no decimal), BigInteger, strings, byte
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

    /// <summary>Puts values before an index: each of a sequence of objects as one value.</summary>
    /// <param name="index">From 0 to <see cref="Count"/>.</param>
    /// <param name="values">
    /// The values. A sequence of objects or strings is taken for the values themselves: to put in a list as one value, wrap it
    /// (<c>Insert(0, [list])</c>). A string, a byte array, a dictionary and a shared type are one value each.
    /// </param>
    /// <exception cref="ArgumentException">A document cannot hold one of them, or the index is not there; none was put in.</exception>
    /// <exception cref="InvalidOperationException">A shared type or subdocument among them is somewhere already; none was put in.</exception>
    public void Insert(int index, params IEnumerable<object?> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (!IsAttached)
        {
            _early!.InsertRange(index, values.Select(ListEdit.Early).ToList());
            return;
        }
        using var edit = Begin();
        ListEdit.Insert(edit.Transaction, Branch, index, values);
    }

    /// <summary>Puts one shared type before an index, also one that is a sequence itself; null is a value, too.</summary>
    [OverloadResolutionPriority(1)]
    public void Insert(int index, YType? value) => Insert(index, (IEnumerable<object?>)[value]);

    /// <summary>Puts values behind all others: each of a sequence of objects as one value, as <see cref="Insert(int, IEnumerable{object?})"/> does.</summary>
    public void Push(params IEnumerable<object?> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (!IsAttached)
        {
            _early!.AddRange(values.Select(ListEdit.Early).ToList());
            return;
        }
        using var edit = Begin();
        ListEdit.Push(edit.Transaction, Branch, values);
    }

    /// <summary>Puts one shared type behind all others, also one that is a sequence itself; null is a value, too.</summary>
    [OverloadResolutionPriority(1)]
    public void Push(YType? value) => Push((IEnumerable<object?>)[value]);

    /// <summary>Deletes values from an index on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not all of them are there; none was deleted.</exception>
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

    internal override object? JsonAt(int depth)
    {
        var json = new List<object?>(Count);
        foreach (var value in this)
            json.Add(JsonOf(value, depth));
        return json.ToArray();
    }

    internal override IEnumerable<object> EarlyParts => _early!.Where(static each => each is YType or YDoc)!;

    /// <summary>One by one, in order. Who makes the list longer or shorter meanwhile gets an <see cref="InvalidOperationException"/>.</summary>
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
