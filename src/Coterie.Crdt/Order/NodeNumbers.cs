namespace Coterie.Crdt.Order;

/// <summary>From an item's handle to its number in the index of its list; 0 where it has none.</summary>
internal sealed class NodeNumbers
{
    private int[] _nodes = new int[1024];

    public int this[int handle]
    {
        get => handle < _nodes.Length ? _nodes[handle] : 0;
        set
        {
            if (handle >= _nodes.Length)
                Array.Resize(ref _nodes, Math.Max(handle + 1, _nodes.Length * 2));
            _nodes[handle] = value;
        }
    }
}
