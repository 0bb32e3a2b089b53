using System.Runtime.InteropServices;

namespace Coterie.Crdt.Structs;

/// <summary>
/// The values of Any and Json. An item's are Length values of a list from Offset on; items that were cut from one share the list and
/// never a place in it, so that a cut copies nothing. What lies behind an item's last value is only appended to.
/// </summary>
internal sealed partial class StructStore
{
    public List<object?> ValuesOf(in Item item) => (List<object?>)Contents[item.Content];

    /// <summary>The left item gets the right one's values.</summary>
    private void JoinValues(ref Item left, in Item right)
    {
        var (values, more) = (ValuesOf(left), ValuesOf(right));
        var end = left.Offset + left.Length;
        if (values != more || end != right.Offset)
        {
            if (end != values.Count)
            {
                Contents[left.Content] = values = values.GetRange(left.Offset, left.Length);
                left.Offset = 0;
            }
            values.AddRange(CollectionsMarshal.AsSpan(more).Slice(right.Offset, right.Length));
        }
        Contents.Free(right.Content);
    }

    /// <summary>Forgets an item's values; others that share the list keep theirs.</summary>
    private void ForgetValues(in Item item) =>
        CollectionsMarshal.AsSpan(ValuesOf(item)).Slice(item.Offset, item.Length).Clear();
}
