using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>
/// A stream's newest chain heads, from the first one known: as far back as a seenSeq may lie (J10). Grows with the stream to its bound and
/// then forgets the oldest, without allocating.
/// </summary>
internal sealed class HeadRing
{
    private const int Most = Limits.SeenWindow + 1;
    private Digest[] heads;

    public HeadRing(ulong seq, Digest head)
    {
        FirstSeq = Seq = seq;
        heads = [head];
    }

    /// <summary>The first position ever known here.</summary>
    public ulong FirstSeq { get; }

    /// <summary>The newest position.</summary>
    public ulong Seq { get; private set; }

    public Digest Head => heads[At(Seq)];

    public void Push(in Digest head)
    {
        Seq++;
        if (Seq - FirstSeq >= (ulong)heads.Length && heads.Length < Most)
            Array.Resize(ref heads, Math.Min(Most, Math.Max(8, 2 * heads.Length)));
        heads[At(Seq)] = head;
    }

    /// <summary>The head at a position that is known and not older than the window.</summary>
    public bool TryGet(ulong seq, out Digest head)
    {
        var known = seq >= FirstSeq && seq <= Seq && Seq - seq <= Limits.SeenWindow;
        head = known ? heads[At(seq)] : default;
        return known;
    }

    // While the ring grows, Seq − FirstSeq < Length, so positions keep their place when the array is resized.
    private int At(ulong seq) => (int)((seq - FirstSeq) % (ulong)heads.Length);
}
