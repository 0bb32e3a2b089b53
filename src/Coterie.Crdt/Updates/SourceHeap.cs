using System.Runtime.InteropServices;

namespace Coterie.Crdt.Updates;

/// <summary>
/// The updates that are being merged, the one whose next struct is due first: the highest client, the lowest clock; of two at
/// the same place the one that moved last, as in the stable sort of Yjs. A binary heap.
/// </summary>
internal sealed class SourceHeap(int capacity)
{
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Turn(ulong Client, int Clock, long Moved, int Source);

    private readonly Turn[] _turns = new Turn[capacity];

    public int Count { get; private set; }

    public int First => _turns[0].Source;

    /// <summary>Adds one, in no order yet.</summary>
    public void Add(in Turn turn) => _turns[Count++] = turn;

    public void Order()
    {
        for (var at = Count / 2 - 1; at >= 0; at--)
            Sink(at, _turns[at]);
    }

    public void ReplaceFirst(in Turn turn) => Sink(0, turn);

    public void RemoveFirst()
    {
        Count--;
        if (Count > 0)
            Sink(0, _turns[Count]);
    }

    /// <summary>Puts a turn at a place or below, so that none comes before its parent.</summary>
    private void Sink(int at, Turn turn)
    {
        for (int below; (below = 2 * at + 1) < Count; at = below)
        {
            if (below + 1 < Count && IsBefore(_turns[below + 1], _turns[below]))
                below++;
            if (!IsBefore(_turns[below], turn))
                break;
            _turns[at] = _turns[below];
        }
        _turns[at] = turn;
    }

    private static bool IsBefore(in Turn one, in Turn other)
    {
        if (one.Client != other.Client)
            return one.Client > other.Client;
        return one.Clock != other.Clock ? one.Clock < other.Clock : one.Moved > other.Moved;
    }
}
