using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Unread;

/// <summary>The pass itself: each struct is checked and goes between its neighbours.</summary>
internal ref partial struct UnreadReader
{
    /// <summary>2^5 clocks share a hint, or more where structs are longer than that.</summary>
    private const int LeastShift = 5;

    /// <summary>Structs that are looked at from a hint on, before they are halved.</summary>
    private const int MostPassed = 32;

    private enum Outcome
    {
        /// <summary>All structs are in their places, or those that were asked for.</summary>
        Done,

        /// <summary>A struct of another client must come first.</summary>
        Waits,

        /// <summary>The update has to be decoded, or refused.</summary>
        GivenUp,
    }

    /// <summary>Puts the structs of a block in up to a clock, after what they refer to in others: no deeper than there are blocks.</summary>
    private bool TryOrder(int block, int until)
    {
        ref var own = ref Blocks[block];
        own.IsUnderWay = true;
        Outcome outcome;
        while ((outcome = GoThrough(ref own, until)) == Outcome.Waits)
        {
            // Two that wait for each other never come.
            if (Blocks[_needed.Block].IsUnderWay || !TryOrder(_needed.Block, _needed.Clock))
                return false;
        }
        own.IsUnderWay = false;
        return outcome == Outcome.Done;
    }

    /// <summary>Checks the structs of a block up to a clock and puts them into the list.</summary>
    private Outcome GoThrough(ref Block block, int until)
    {
        ReadOnlySpan<byte> bytes = _bytes;
        var nodes = _nodes.AsSpan();
        var ends = _ends.AsSpan();
        var hints = _hints.AsSpan(block.FirstHint, HintsOf(block.Last - block.First));
        var (client, mask, count) = (block.Client.Bytes, block.Client.Mask, block.Client.Count);
        var (length, first, last) = (_length, block.First, block.Last);
        var (at, next, hinted, shift) = (block.At, block.Next, block.Hints, block.Shift);
        var clock = ends[next - 1];
        var outcome = Outcome.Done;
        for (; next <= last && clock <= until; next++)
        {
            if (at >= length)
                return Outcome.GivenUp;
            var begin = at;
            var info = bytes[at++];

            var left = 0;
            if ((info & StructStore.HasOrigin) != 0)
            {
                if (((MemoryMarshal.Read<ulong>(bytes[at..]) ^ client) & mask) == 0)
                {
                    at += count;
                    if (!ByteReader.TryUint(bytes, ref at, out var origin))
                        return Outcome.GivenUp;
                    left = origin == clock - 1 ? next - 1 : Ending(ends, hints, shift, next - 1, origin);
                    if (left == 0)
                        return Outcome.GivenUp;
                }
                else if ((outcome = Other(first, ref at, isRight: false, out left)) != Outcome.Done)
                {
                    at = begin;
                    break;
                }
            }

            var behind = left == 0 ? _start : nodes[left].Next;
            if ((info & StructStore.HasRightOrigin) == 0)
            {
                if (behind != 0)
                    return Outcome.GivenUp;
            }
            else if (((MemoryMarshal.Read<ulong>(bytes[at..]) ^ client) & mask) == 0)
            {
                at += count;
                if (
                    !ByteReader.TryUint(bytes, ref at, out var origin)
                    || behind <= first
                    || behind >= next
                    || ends[behind - 1] != origin
                )
                    return Outcome.GivenUp;
            }
            else if ((outcome = Other(first, ref at, isRight: true, out var right)) != Outcome.Done)
            {
                at = begin;
                break;
            }
            else if (right != behind)
                return Outcome.GivenUp;
            if ((info & HasOrigins) == 0 && !TryRoot(ref at))
                return Outcome.GivenUp;

            // What is no string is a tombstone.
            var kind = info & ~HasOrigins;
            if (
                kind is not ((int)ContentKind.String or (int)ContentKind.Deleted)
                || !ByteReader.TryUint(bytes, ref at, out var size)
                || size == 0
            )
                return Outcome.GivenUp;
            ref var node = ref nodes[next];
            var read = kind == (int)ContentKind.String ? size : 0;
            (node.Next, node.At, node.Bytes) = (behind, at, read);
            if ((at += read) > length)
                return Outcome.GivenUp;
            var isShortAscii =
                read <= Step
                && (Vector256.Create(bytes[node.At..]).ExtractMostSignificantBits() & (1UL << read) - 1) == 0;
            if (!isShortAscii && !TryUnits(bytes[node.At..at], out size))
                return Outcome.GivenUp;
            if (size > Limits.MostClock - clock)
                return Outcome.GivenUp;
            if (left == 0)
                _start = next;
            else
                nodes[left].Next = next;
            ends[next] = clock += size;

            var hint = clock - 1 >> shift;
            while (hint >= hints.Length)
            {
                hinted = Thinned(hints[..hinted]);
                shift++;
                hint >>= 1;
            }
            while (hinted <= hint)
                hints[hinted++] = next;
        }
        (block.At, block.Next, block.Hints, block.Shift) = (at, next, hinted, shift);
        return outcome;
    }

    /// <summary>The struct of another client that ends, or on the right begins, with a clock.</summary>
    private Outcome Other(int first, ref int at, bool isRight, out int number)
    {
        number = 0;
        // Its own id spelled otherwise would have to be held against the clock: nobody spells so.
        if (
            !TryId(ref at, out var id)
            || !ByteReader.TryUint(_bytes, ref at, out var clock)
            || Find(id) is not (>= 0 and var index)
            || Blocks[index].First == first
        )
            return Outcome.GivenUp;
        ref readonly var block = ref Blocks[index];
        if (_ends[block.Next - 1] <= clock)
        {
            _needed = (index, clock);
            return block.Next > block.Last ? Outcome.GivenUp : Outcome.Waits;
        }
        number = Halve(_ends, block.First + 1, block.Next - 1, clock);
        return (isRight ? _ends[number - 1] == clock : _ends[number] - 1 == clock) ? Outcome.Done : Outcome.GivenUp;
    }

    /// <summary>Keeps each second hint; answers how many there are then.</summary>
    private static int Thinned(Span<int> hints)
    {
        var kept = (hints.Length + 1) / 2;
        for (var hint = 1; hint < kept; hint++)
            hints[hint] = hints[2 * hint];
        return kept;
    }

    /// <summary>The struct of a block that ends with a clock; 0 for none. Those up to <paramref name="last"/> are in their places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Ending(ReadOnlySpan<int> ends, ReadOnlySpan<int> hints, int shift, int last, int clock)
    {
        if (clock >= ends[last])
            return 0;
        var number = hints[clock >> shift];
        for (var most = number + MostPassed; ; number += Vector256<int>.Count)
        {
            if (number >= most)
            {
                number = Halve(ends, number, last, clock);
                break;
            }
            // What is behind the last one means nothing, and is not come to.
            var behind = Vector256.GreaterThan(Vector256.Create(ends[number..]), Vector256.Create(clock));
            if (behind.ExtractMostSignificantBits() is var found and not 0)
            {
                number += BitOperations.TrailingZeroCount(found);
                break;
            }
        }
        return ends[number] - 1 == clock ? number : 0;
    }

    /// <summary>The struct between two that holds a clock.</summary>
    private static int Halve(ReadOnlySpan<int> ends, int low, int high, int clock)
    {
        while (low < high)
        {
            var middle = (int)((uint)(low + high) >> 1);
            if (ends[middle] <= clock)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
