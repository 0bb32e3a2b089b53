using System.Runtime.InteropServices;
using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Order;

/// <summary>
/// An index of one crowded list that answers in O(log n) where an item belongs among those that were inserted at the same place
/// without knowledge of it: exactly what the walk of <see cref="StructStore"/> answers that passes them one by one.
/// It is told of each item that comes into the list and of each that is split; items may be deleted, but not merged.
/// </summary>
/// <remarks>
/// <para>
/// How the walk's answer follows. Let o be the origin of the new item, r its right origin, c its client. Siblings are the items of
/// origin o; every item stands behind its origin. The walk ends at the first of: r; a sibling with the same right origin and a
/// client not below c; an item whose origin stands before o. Call that the end. Let s be the last sibling before the end with a client
/// below c. Without one, the new item stands right of o. Else it stands right of s and of what follows s without a break, as
/// the walk moves on with each item whose origin it has moved past. A break is a sibling with a client not below c, unless an item
/// before the end, but behind that sibling, has an origin between o and the sibling: the walk moves past that one too.
/// </para>
/// <para>
/// The first such item is the sibling's cover. It never changes: who comes later with an origin between o and the sibling ends
/// its walk at the sibling. Only right origins that no editor states make covers: one that is itself inside what follows a sibling.
/// </para>
/// <para>
/// Invariants: nodes number the items, and stand in their labels, in the order of the list; an origin is a letter and keeps its
/// number, whatever is split.
/// </para>
/// </remarks>
internal sealed class SiblingOrder
{
    /// <summary>A letter that items have as their origin, the item that holds it, and the tree of these items.</summary>
    private struct Origin
    {
        public int Client;
        public int Clock;
        public int Item;
        public int Node;
        public int Siblings;
    }

    private readonly StructStore _store;
    private readonly ListLabels _labels = new();
    private readonly OriginTree _all;
    private readonly SiblingTree _siblings;
    private readonly TwinTree _twins;

    /// <summary>From a node to its item.</summary>
    private readonly List<int> _items = [0];
    private readonly NodeNumbers _nodes;

    /// <summary>The origin of what does not stand behind it, at which every walk ends.</summary>
    private const int Nowhere = 0;

    /// <summary>No origin: the place before all items.</summary>
    private const int Start = 1;

    private readonly List<Origin> _origins = [new() { Clock = -1 }, new() { Clock = -1 }];
    private readonly Dictionary<(int Client, int Clock), int> _numbers = [];

    /// <summary>The trees of those with one origin and one right origin.</summary>
    private readonly Dictionary<(int Origin, int RightClient, int RightClock), int> _twinRoots = [];

    /// <summary>Indexes the list that begins with that item; <paramref name="nodes"/> holds the numbers of all lists.</summary>
    public SiblingOrder(StructStore store, int first, NodeNumbers nodes)
    {
        _store = store;
        _nodes = nodes;
        _all = new OriginTree(_labels, Compare);
        _siblings = new SiblingTree(_labels, ClientOf);
        _twins = new TwinTree(_labels, ClientOf);
        for (var item = first; item != 0; item = store.Items[item].Right)
            Append(item);
        var origins = new int[_items.Count];
        for (var node = 1; node < origins.Length; node++)
            origins[node] = NumberOf(node);
        var covers = Covers.Of(origins, Enumerable.Range(0, _origins.Count), Compare, number => Resolved(number).Node);
        for (var node = 1; node < origins.Length; node++)
            Plant(node, origins[node], covers[node]);
    }

    /// <summary>The item after which that one belongs, which is not in the list yet but knows its neighbours there; 0 is none.</summary>
    public int Place(in Item item)
    {
        if (!TryNumber(item, out var number))
            return item.Left;
        var client = _store.ClientId(item.Client);
        var origin = Resolved(number);
        var end = _all.FirstFromBefore(number, origin.Node);
        if (NodeHere(item.Right) is var right and not 0 && _labels.IsBefore(origin.Node, right))
            end = Earlier(end, right);
        if (_twinRoots.TryGetValue(TwinsOf(item, number), out var twins))
            end = Earlier(end, _twins.FirstFrom(twins, client));
        var last = _siblings.LastBelow(origin.Siblings, client, end);
        if (last == 0)
            return item.Left;
        var open = _siblings.FirstOpen(origin.Siblings, last, end);
        end = Earlier(end, open);
        return end == 0 ? _items[_all.Last()] : _store.Items[_items[end]].Left;
    }

    /// <summary>An item was put into the list.</summary>
    public void Inserted(int handle)
    {
        ref readonly var item = ref _store.Items[handle];
        var node = Append(handle);
        var number = NumberOf(node);
        var cover = 0;
        if (number != Nowhere && item.Right != 0)
        {
            var next = _nodes[item.Right];
            var order = Compare(_all.OriginOf(next), number);
            cover = order switch
            {
                0 => _siblings.CoverOf(next),
                > 0 => next,
                _ => 0,
            };
        }
        Plant(node, number, cover);
    }

    /// <summary>An item was made of the right part of the one before it.</summary>
    public void Split(int made)
    {
        var node = Append(made);
        Plant(node, NumberOf(node), 0);
    }

    private ulong ClientOf(int node) => _store.ClientId(_store.Items[_items[node]].Client);

    /// <summary>The node of an item; 0 when that is in another list, or none.</summary>
    private int NodeHere(int handle) =>
        _nodes[handle] is var node && node < _items.Count && _items[node] == handle ? node : 0;

    private int Earlier(int one, int other) => one == 0 || (other != 0 && _labels.IsBefore(other, one)) ? other : one;

    /// <summary>Gives an item of the list its node, behind that of its left neighbour.</summary>
    private int Append(int handle)
    {
        var node = _items.Count;
        _items.Add(handle);
        _nodes[handle] = node;
        var left = _store.Items[handle].Left;
        _labels.InsertAfter(left == 0 ? 0 : _nodes[left], node);
        return node;
    }

    private void Plant(int node, int number, int cover)
    {
        _all.Insert(node, number);
        if (number == Nowhere)
            return;
        ref var root = ref CollectionsMarshal.AsSpan(_origins)[number].Siblings;
        root = _siblings.Insert(root, node, cover);
        ref var twins = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _twinRoots,
            TwinsOf(_store.Items[_items[node]], number),
            out _
        );
        twins = _twins.Insert(twins, node);
    }

    private static (int Origin, int RightClient, int RightClock) TwinsOf(in Item item, int number) =>
        item.HasRightOrigin ? (number, item.RightOriginClient, item.RightOriginClock) : (number, -1, 0);

    private bool TryNumber(in Item item, out int number)
    {
        number = Start;
        return !item.HasOrigin || _numbers.TryGetValue((item.OriginClient, item.OriginClock), out number);
    }

    /// <summary>The number of an item's origin.</summary>
    private int NumberOf(int node)
    {
        ref readonly var item = ref _store.Items[_items[node]];
        if (!TryNumber(item, out var number))
        {
            number = _origins.Count;
            _numbers[(item.OriginClient, item.OriginClock)] = number;
            _origins.Add(new() { Client = item.OriginClient, Clock = item.OriginClock });
        }
        // A right origin inside of the item that ends with the origin parts that item, and the new one stands in between, as in Yjs.
        return _labels.IsBefore(Resolved(number).Node, node) ? number : Nowhere;
    }

    /// <summary>An origin, with the item that holds it now.</summary>
    private ref readonly Origin Resolved(int number)
    {
        ref var origin = ref CollectionsMarshal.AsSpan(_origins)[number];
        if (number > Start && (origin.Item == 0 || origin.Clock >= _store.Items[origin.Item].End))
        {
            origin.Item = _store.Find(origin.Client, origin.Clock);
            origin.Node = _nodes[origin.Item];
        }
        return ref origin;
    }

    /// <summary>Which of two origins stands further left.</summary>
    private int Compare(int one, int other)
    {
        if (one == other || one == Nowhere || other == Nowhere)
            return one.CompareTo(other);
        ref readonly var left = ref Resolved(one);
        ref readonly var right = ref Resolved(other);
        if (left.Node == right.Node)
            return left.Clock.CompareTo(right.Clock);
        return _labels.IsBefore(left.Node, right.Node) ? -1 : 1;
    }
}
