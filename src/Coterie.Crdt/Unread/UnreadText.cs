using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Unread;

/// <summary>
/// The text of an update that nobody decoded: each struct is put between its neighbours in a list of numbers alone, where these are still
/// beside each other. Where they are not, people wrote at one place at the same time, or something is missing: that is for the document.
/// </summary>
/// <remarks>
/// Structs are numbered through: each block begins with a number that is none of its structs and ends with clock 0, the first one is 0,
/// which is no struct. So struct n begins where n - 1 ends.
/// </remarks>
internal sealed class UnreadText
{
    private const int Finished = -1;
    private const int GivenUp = -2;

    /// <summary>2^4 clocks share a hint, or more where structs are longer than that.</summary>
    private const int LeastShift = 4;

    /// <summary>Structs that are passed from a hint on, before they are halved.</summary>
    private const int MostPassed = 8;

    /// <summary>What is behind a struct in the list, and where its letters lie: -Bytes where they are not all ASCII, 0 for none.</summary>
    private struct Node
    {
        public int Next;
        public int At;
        public int Bytes;
    }

    /// <summary>How far a block was gone through.</summary>
    private struct Progress
    {
        public int First;
        public int FirstHint;
        public int Hints;
        public int Next;
        public int At;
        public bool IsUnderWay;
    }

    private readonly UnreadUpdate _update;
    private readonly byte[] _bytes;
    private readonly int _shift;
    private readonly Node[] _nodes;
    private readonly int[] _ends;
    private readonly int[] _hints;
    private readonly Progress[] _progress;
    private int _start;

    private UnreadText(UnreadUpdate update)
    {
        _update = update;
        _bytes = ArrayPool<byte>.Shared.Rent(update.PaddedLength);
        update.CopyTo(_bytes);
        var blocks = update.Blocks;
        var clocks = 0L;
        foreach (ref readonly var block in blocks)
            clocks += block.End;
        _shift = Math.Max(LeastShift, BitOperations.Log2((uint)(clocks / update.Structs)));
        _progress = new Progress[blocks.Length];
        var (first, hint) = (0, 0);
        for (var at = 0; at < blocks.Length; at++)
        {
            _progress[at] = new Progress
            {
                First = first,
                FirstHint = hint,
                Next = first + 1,
                At = blocks[at].At,
            };
            first += blocks[at].Structs + 1;
            hint += (blocks[at].End >> _shift) + 1;
        }
        _nodes = ArrayPool<Node>.Shared.Rent(first);
        _ends = ArrayPool<int>.Shared.Rent(first);
        _hints = ArrayPool<int>.Shared.Rent(hint);
        foreach (ref readonly var progress in _progress.AsSpan())
            _ends[progress.First] = 0;
    }

    /// <summary>The text; null where it cannot be had so.</summary>
    public static string? Of(UnreadUpdate update)
    {
        var text = new UnreadText(update);
        try
        {
            return text.TryOrder()
                ? string.Create(update.Units, text, static (units, text) => text.CopyTo(units))
                : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text._bytes);
            ArrayPool<Node>.Shared.Return(text._nodes);
            ArrayPool<int>.Shared.Return(text._ends);
            ArrayPool<int>.Shared.Return(text._hints);
        }
    }

    /// <summary>Goes through all blocks; what a struct refers to in another one comes before it.</summary>
    private bool TryOrder()
    {
        var waiting = new Stack<(int Block, int Until)>();
        for (var first = 0; first < _progress.Length; first++)
        {
            waiting.Push((first, int.MaxValue));
            while (waiting.TryPeek(out var top))
            {
                _progress[top.Block].IsUnderWay = true;
                var needed = GoThrough(top.Block, top.Until, out var clock);
                if (needed == GivenUp)
                    return false;
                if (needed == Finished)
                {
                    _progress[top.Block].IsUnderWay = false;
                    waiting.Pop();
                }
                // Two that wait for each other never come.
                else if (_progress[needed].IsUnderWay)
                    return false;
                else
                    waiting.Push((needed, clock));
            }
        }
        return true;
    }

    /// <summary>Puts the structs of a block in up to a clock; answers the block of which more is needed first, and up to which clock.</summary>
    private int GoThrough(int block, int until, out int needed)
    {
        ref var progress = ref _progress[block];
        ref readonly var known = ref _update.Blocks[block];
        ReadOnlySpan<byte> bytes = _bytes;
        var (client, mask, count) = (known.Client.Bytes, known.Client.Mask, known.Client.Count);
        var nodes = _nodes.AsSpan();
        var ends = _ends.AsSpan();
        var hints = _hints.AsSpan(progress.FirstHint);
        var (first, shift, last) = (progress.First, _shift, progress.First + known.Structs);
        var (at, next, hinted) = (progress.At, progress.Next, progress.Hints);
        var result = Finished;
        needed = 0;
        for (; next <= last; next++)
        {
            var clock = ends[next - 1];
            if (clock > until)
                break;
            var (begin, left, right) = (at, 0, 0);
            var info = bytes[at++];
            if ((info & StructStore.HasOrigin) != 0)
            {
                if (((MemoryMarshal.Read<ulong>(bytes[at..]) ^ client) & mask) == 0)
                {
                    at += count;
                    ByteReader.TryUint(bytes, ref at, out var origin);
                    left = next - 1;
                    if (clock - 1 != origin)
                    {
                        left = hints[origin >> shift];
                        for (var tries = 0; ends[left] <= origin; left++)
                            if (++tries > MostPassed)
                            {
                                left = Halve(left, next - 1, origin);
                                break;
                            }
                        if (ends[left] - 1 != origin)
                            result = GivenUp;
                    }
                }
                else
                    result = Other(ref at, isRight: false, out left, out needed);
            }
            var behind = left == 0 ? _start : nodes[left].Next;
            if (result == Finished && (info & StructStore.HasRightOrigin) != 0)
            {
                if (((MemoryMarshal.Read<ulong>(bytes[at..]) ^ client) & mask) == 0)
                {
                    at += count;
                    ByteReader.TryUint(bytes, ref at, out var origin);
                    if (behind <= first || behind >= next || ends[behind - 1] != origin)
                        result = GivenUp;
                }
                else
                {
                    result = Other(ref at, isRight: true, out right, out needed);
                    if (result == Finished && right != behind)
                        result = GivenUp;
                }
            }
            else if (behind != 0)
                result = result == Finished ? GivenUp : result;
            if (result != Finished)
            {
                at = begin;
                break;
            }
            if ((info & (StructStore.HasOrigin | StructStore.HasRightOrigin)) == 0)
                at += 2 + bytes[at + 1];
            ByteReader.TryUint(bytes, ref at, out var size);
            ref var node = ref nodes[next];
            (node.Next, node.At) = (behind, at);
            if (left == 0)
                _start = next;
            else
                nodes[left].Next = next;
            if ((info & (int)ContentKind.String) != 0)
                size = Letters(bytes, ref at, size, ref node);
            else
                node.Bytes = 0;
            ends[next] = clock + size;
            for (var hint = clock + size - 1 >> shift; hinted <= hint; )
                hints[hinted++] = next;
        }
        (progress.At, progress.Next, progress.Hints) = (at, next, hinted);
        return result;
    }

    /// <summary>Notes where letters lie; answers how many units they are.</summary>
    private int Letters(ReadOnlySpan<byte> bytes, ref int at, int size, ref Node node)
    {
        var read = size;
        if (!_update.IsAscii)
            UnreadUpdate.TryUnits(bytes, at, ref size, out read);
        node.Bytes = size == read ? read : -read;
        at += read;
        return size;
    }

    /// <summary>The struct of another client that ends, or on the right begins, with a clock.</summary>
    private int Other(ref int at, bool isRight, out int number, out int needed)
    {
        (number, needed) = (0, 0);
        ReadOnlySpan<byte> rest = _bytes.AsSpan(at);
        ByteReader.TryVarUint(ref rest, out var id);
        at = _bytes.Length - rest.Length;
        ByteReader.TryUint(_bytes, ref at, out var clock);
        var block = _update.Find(id);
        if (block < 0 || clock >= _update.Blocks[block].End)
            return GivenUp;
        ref readonly var progress = ref _progress[block];
        if (_ends[progress.Next - 1] <= clock)
        {
            needed = clock;
            return block;
        }
        number = Halve(progress.First + 1, progress.Next - 1, clock);
        return (isRight ? _ends[number - 1] == clock : _ends[number] - 1 == clock) ? Finished : GivenUp;
    }

    /// <summary>The struct between two that holds a clock.</summary>
    private int Halve(int low, int high, int clock)
    {
        while (low < high)
        {
            var middle = (int)((uint)(low + high) >> 1);
            if (_ends[middle] <= clock)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private void CopyTo(Span<char> text)
    {
        ReadOnlySpan<byte> bytes = _bytes;
        ReadOnlySpan<Node> nodes = _nodes;
        for (var number = _start; number != 0; )
        {
            ref readonly var node = ref nodes[number];
            number = node.Next;
            var count = node.Bytes;
            // In whole steps, where what the last one writes too much is written over by what follows.
            if (count >= 0 && text.Length - count >= AsciiText.Few)
                for (var at = 0; at < count; at += AsciiText.Few)
                    AsciiText.TryWidenFew(bytes[(node.At + at)..], AsciiText.Few, text[at..]);
            else
                Utf8.ToUtf16(bytes.Slice(node.At, Math.Abs(count)), text, out _, out count);
            text = text[count..];
        }
    }
}
