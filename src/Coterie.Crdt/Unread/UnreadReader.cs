using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Unicode;
using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Unread;

/// <summary>
/// Goes once through an update: looks whether it is one that can stay unread, and puts each struct between its neighbours in a list of
/// numbers, where these are still beside each other. Where they are not, people wrote at one place at the same time, or something is
/// missing: that is for the document.
/// </summary>
/// <remarks>
/// Structs are numbered through: each block begins with a number that is none of its structs and ends with clock 0, the first one is 0,
/// which is no struct. So struct n begins where n - 1 ends.
/// </remarks>
internal ref partial struct UnreadReader
{
    /// <summary>A shorter update is decoded sooner than it is looked at.</summary>
    private const int LeastBytes = 1000;

    /// <summary>Clients of more are rather kept as items.</summary>
    private const int MostBlocks = 64;

    /// <summary>Bytes of a root's name.</summary>
    private const int LongestName = 64;

    /// <summary>What a struct has at least: what it is, an id or a name, a length.</summary>
    private const int LeastStruct = 4;

    /// <summary>What is looked at in one step beyond the end: the head of a struct.</summary>
    private const int Margin = 32;

    /// <summary>Letters that are looked at and copied in one step, however few they are.</summary>
    private const int Step = 32;

    private const int HasOrigins = StructStore.HasOrigin | StructStore.HasRightOrigin;

    /// <summary>What is behind a struct in the list, and where its letters lie: no bytes for a tombstone.</summary>
    private struct Node
    {
        public int Next;
        public int At;
        public int Bytes;
    }

    /// <summary>All structs of one client, and how far they were gone through.</summary>
    private struct Block
    {
        public PackedUint Client;

        /// <summary>The number before its first struct.</summary>
        public int First;

        /// <summary>The number of its last struct.</summary>
        public int Last;

        /// <summary>The struct that comes next, and where it is.</summary>
        public int Next;
        public int At;

        /// <summary>Where its hints begin, how many there are, and how many clocks share one.</summary>
        public int FirstHint;
        public int Hints;
        public int Shift;

        /// <summary>Whether it is gone through, or waits for another.</summary>
        public bool IsUnderWay;
    }

    private readonly byte[] _bytes;
    private readonly int _length;
    private readonly List<Block> _list = [];
    private Node[] _nodes = [];

    /// <summary>The clocks before which structs end.</summary>
    private int[] _ends = [];

    /// <summary>Of a block: the structs that hold clock 0, 2^shift, 2 * 2^shift …</summary>
    private int[] _hints = [];

    /// <summary>The first struct of the text; 0 for none.</summary>
    private int _start;

    /// <summary>What is waited for.</summary>
    private (int Block, int Clock) _needed;

    private int _nameAt;
    private int _nameLength;

    /// <param name="update">Of format v1.</param>
    public UnreadReader(ReadOnlySpan<byte> update)
    {
        _length = update.Length;
        _bytes = ArrayPool<byte>.Shared.Rent(update.Length + Margin);
        update.CopyTo(_bytes);
        _bytes.AsSpan(update.Length, Margin).Clear();
    }

    /// <summary>The root's name.</summary>
    public readonly string Root => Encoding.ASCII.GetString(_bytes, _nameAt, _nameLength);

    private readonly Span<Block> Blocks => CollectionsMarshal.AsSpan(_list);

    /// <summary>Whether it is worth while to look at an update.</summary>
    public static bool MayBePlain(ReadOnlySpan<byte> update) =>
        update.Length >= LeastBytes && update[0] is > 0 and <= MostBlocks;

    public readonly void Release()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        if (_nodes.Length == 0)
            return;
        ArrayPool<Node>.Shared.Return(_nodes);
        ArrayPool<int>.Shared.Return(_ends);
        ArrayPool<int>.Shared.Return(_hints);
    }

    /// <summary>Whether the update is a plain text; then its letters can be had in order.</summary>
    /// <param name="own">A client that it must not hold.</param>
    public bool TryRead(ulong own)
    {
        if (!TryBlocks(own))
            return false;
        for (var block = 0; block < _list.Count; block++)
            if (!TryOrder(block, int.MaxValue))
                return false;
        return AreTombstones(Blocks[^1].At);
    }

    /// <summary>The letters in the order of the text, and how many units of UTF-16 they are.</summary>
    public readonly Pieces Letters(out int units)
    {
        var letters = ArrayPool<byte>.Shared.Rent(_length + Step);
        ReadOnlySpan<byte> bytes = _bytes;
        ReadOnlySpan<Node> nodes = _nodes;
        Span<byte> rest = letters;
        for (var number = _start; number != 0; )
        {
            ref readonly var node = ref nodes[number];
            number = node.Next;
            // In whole steps; what the last one writes too much is written over by what follows.
            for (var at = 0; at < node.Bytes; at += Step)
                Vector256.Create(bytes[(node.At + at)..]).CopyTo(rest[at..]);
            rest = rest[node.Bytes..];
        }
        var all = letters.AsSpan(0, letters.Length - rest.Length);
        units = Ascii.IsValid(all) ? all.Length : Encoding.UTF8.GetCharCount(all);
        var pieces = new Pieces(all);
        ArrayPool<byte>.Shared.Return(letters);
        return pieces;
    }

    /// <summary>Finds where the structs of each client begin.</summary>
    private bool TryBlocks(ulong own)
    {
        ReadOnlySpan<byte> bytes = _bytes;
        var (at, first, hint) = (1, 0, 0);
        for (int blocks = bytes[0]; blocks > 0; blocks--)
        {
            if (
                !ByteReader.TryUint(bytes, ref at, out var structs)
                || structs == 0
                || structs > _length / LeastStruct
                || !TryClient(ref at, out var id)
                || id == own
                || bytes[at++] != 0
                || Find(id) >= 0
            )
                return false;
            _list.Add(
                new Block
                {
                    Client = new PackedUint(id),
                    First = first,
                    Last = first + structs,
                    Next = first + 1,
                    At = at,
                    FirstHint = hint,
                    Shift = LeastShift,
                }
            );
            first += structs + 1;
            hint += HintsOf(structs);
            if (blocks > 1 && !TryPass(ref at, structs))
                return false;
        }
        _nodes = ArrayPool<Node>.Shared.Rent(first);
        _ends = ArrayPool<int>.Shared.Rent(first + Vector256<int>.Count);
        _hints = ArrayPool<int>.Shared.Rent(hint);
        foreach (ref readonly var block in Blocks)
            _ends[block.First] = 0;
        return true;
    }

    private static int HintsOf(int structs) => 2 * (structs + 1);

    /// <summary>Passes the structs of a client unseen, to where those of the next one begin.</summary>
    private readonly bool TryPass(ref int at, int structs)
    {
        ReadOnlySpan<byte> bytes = _bytes;
        for (; structs > 0; structs--)
        {
            if (at >= _length)
                return false;
            var info = bytes[at++];
            for (var ids = info & HasOrigins; ids != 0; ids &= ids - 1)
                if (!TryId(ref at, out _) || !ByteReader.TryUint(bytes, ref at, out _))
                    return false;
            if ((info & HasOrigins) == 0)
                at += 2 + bytes[at + 1];
            if (at >= _length || !ByteReader.TryUint(bytes, ref at, out var size))
                return false;
            if ((info & ~HasOrigins) == (int)ContentKind.String)
                at += size;
        }
        return at < _length;
    }

    /// <summary>The name of the one root.</summary>
    private bool TryRoot(ref int at)
    {
        int length = _bytes[at + 1];
        if (_bytes[at] != 1 || length > LongestName || at + 2 + length > _length)
            return false;
        var name = _bytes.AsSpan(at + 2, length);
        if (_nameAt == 0)
        {
            if (!Ascii.IsValid(name))
                return false;
            (_nameAt, _nameLength) = (at + 2, length);
        }
        at += 2 + length;
        return name.SequenceEqual(_bytes.AsSpan(_nameAt, _nameLength));
    }

    /// <summary>From bytes to UTF-16 units; false where they are no UTF-8.</summary>
    private static bool TryUnits(ReadOnlySpan<byte> text, out int units)
    {
        units = text.Length;
        if (Ascii.IsValid(text))
            return true;
        if (!Utf8.IsValid(text))
            return false;
        units = Encoding.UTF8.GetCharCount(text);
        return true;
    }

    /// <summary>Whether all that is deleted came as tombstones.</summary>
    private readonly bool AreTombstones(int at)
    {
        ReadOnlySpan<byte> bytes = _bytes;
        if (at >= _length || bytes[at++] is var clients && clients > MostBlocks)
            return false;
        for (; clients > 0; clients--)
        {
            if (
                !TryClient(ref at, out var id)
                || Find(id) is not (>= 0 and var block)
                || !ByteReader.TryUint(bytes, ref at, out var ranges)
            )
                return false;
            var (number, last) = (Blocks[block].First + 1, Blocks[block].Last);
            for (; ranges > 0; ranges--)
            {
                if (
                    at >= _length
                    || !ByteReader.TryUint(bytes, ref at, out var clock)
                    || !ByteReader.TryUint(bytes, ref at, out var length)
                    || clock < _ends[number - 1]
                    || length > _ends[last] - clock
                )
                    return false;
                while (number < last && _ends[number] <= clock)
                    number++;
                for (var end = clock + length; _nodes[number].Bytes == 0 && _ends[number] < end; number++) { }
                if (_nodes[number].Bytes != 0)
                    return false;
            }
        }
        return at <= _length;
    }

    /// <summary>A client as it is always spelled.</summary>
    private readonly bool TryClient(ref int at, out ulong id)
    {
        var from = at;
        return TryId(ref at, out id) && new PackedUint(id).Count == at - from;
    }

    /// <summary>A client's id; a number can be read behind it.</summary>
    private readonly bool TryId(ref int at, out ulong id)
    {
        ReadOnlySpan<byte> rest = _bytes.AsSpan(at, _length + Margin - at);
        var isId = ByteReader.TryVarUint(ref rest, out id);
        at = _length + Margin - rest.Length;
        return isId && at < _length;
    }

    /// <summary>The block of a client; -1 for none.</summary>
    private readonly int Find(ulong id)
    {
        var packed = new PackedUint(id);
        for (var block = 0; block < _list.Count; block++)
            if (Blocks[block].Client.Bytes == packed.Bytes && Blocks[block].Client.Count == packed.Count)
                return block;
        return -1;
    }
}
