namespace Coterie.Crdt.Order;

/// <summary>
/// Tells in constant time which of two nodes stands further left in a list that grows at any place. Node 0 stands before all.
/// </summary>
/// <remarks>
/// Invariant: labels ascend from left to right. Where none is free behind a node, the labels of the smallest aligned range around
/// it that is not too full are spread evenly; how full is too full falls as the range grows, so that an insertion moves O(log n)
/// labels in the mean wherever insertions happen (Bender, Cole, Demaine, Farach-Colton and Zito, "Two simplified algorithms for
/// maintaining order in a list", 2002).
/// </remarks>
internal sealed class ListLabels
{
    private const int Bits = 62;

    /// <summary>By how much a range of twice the labels may hold more nodes: less than twice.</summary>
    private const double Growth = 2 / 1.4;

    private ulong[] _labels = new ulong[16];
    private int[] _next = new int[16];
    private int[] _previous = new int[16];

    public bool IsBefore(int one, int other) => _labels[one] < _labels[other];

    public void InsertAfter(int left, int node)
    {
        if (node >= _labels.Length)
            Grow(node);
        if (GapAfter(left) < 2)
            SpreadAround(left);
        _labels[node] = _labels[left] + (GapAfter(left) / 2);
        var right = _next[left];
        (_previous[node], _next[node]) = (left, right);
        _next[left] = node;
        if (right != 0)
            _previous[right] = node;
    }

    private void Grow(int node)
    {
        var size = Math.Max(node + 1, _labels.Length * 2);
        Array.Resize(ref _labels, size);
        Array.Resize(ref _next, size);
        Array.Resize(ref _previous, size);
    }

    private ulong GapAfter(int node) => (_next[node] == 0 ? 1UL << Bits : _labels[_next[node]]) - _labels[node];

    private void SpreadAround(int node)
    {
        var (first, last, count, room) = (node, node, 1UL, 1.0);
        for (var bits = 1; bits <= Bits; bits++)
        {
            room *= Growth;
            var from = _labels[node] >> bits << bits;
            for (; first != 0 && _labels[_previous[first]] >= from; count++)
                first = _previous[first];
            for (; _next[last] != 0 && _labels[_next[last]] - from < 1UL << bits; count++)
                last = _next[last];
            var step = (1UL << bits) / count;
            if (count > room || step < 2)
                continue;
            for (var each = first; ; each = _next[each], from += step)
            {
                _labels[each] = from;
                if (each == last)
                    return;
            }
        }
    }
}
