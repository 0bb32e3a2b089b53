using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Unicode;
using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Unread;

/// <summary>
/// An update of format v1 that a document holds as it came: the letters and tombstones of one root text and nothing else, each client
/// from its first clock on, deleted what came as tombstones. It was gone through once, so that decoding it cannot fail.
/// </summary>
internal sealed class UnreadUpdate
{
    /// <summary>A shorter update is decoded sooner than it is looked at.</summary>
    private const int LeastBytes = 1000;

    /// <summary>Clients of more are rather kept as items.</summary>
    private const int MostBlocks = 64;

    /// <summary>Bytes of a root's name.</summary>
    private const int LongestName = 64;

    /// <summary>What is looked at in one step beyond the end: the head of a struct.</summary>
    private const int Margin = 32;

    private const int PieceBytes = 1 << 15;

    /// <summary>All structs of one client.</summary>
    /// <param name="Client">Its id.</param>
    /// <param name="Structs">How many; one at least.</param>
    /// <param name="At">Where in the bytes the first one begins.</param>
    /// <param name="End">The clock behind the last one.</param>
    internal readonly record struct Block(PackedUint Client, int Structs, int At, int End);

    private readonly List<Block> _blocks = [];

    /// <summary>The update in pieces: large arrays are dear to make and to collect.</summary>
    private byte[][] _pieces = [];

    private UnreadUpdate(int length) => Length = length;

    /// <summary>Bytes that <see cref="CopyTo"/> wants.</summary>
    public int PaddedLength => Length + Margin;

    /// <summary>Bytes of the update itself.</summary>
    public int Length { get; }

    /// <summary>Puts the update together again, and zeros behind it.</summary>
    public void CopyTo(Span<byte> bytes)
    {
        for (var piece = 0; piece < _pieces.Length; piece++)
            _pieces[piece].CopyTo(bytes[(piece * PieceBytes)..]);
        bytes.Slice(Length, Margin).Clear();
    }

    private void Keep(ReadOnlySpan<byte> update)
    {
        _pieces = new byte[(update.Length + PieceBytes - 1) / PieceBytes][];
        for (var piece = 0; piece < _pieces.Length; piece++)
        {
            var rest = update[(piece * PieceBytes)..];
            _pieces[piece] = rest[..Math.Min(rest.Length, PieceBytes)].ToArray();
        }
    }

    public ReadOnlySpan<Block> Blocks => CollectionsMarshal.AsSpan(_blocks);

    /// <summary>All structs of all blocks.</summary>
    public int Structs { get; private set; }

    /// <summary>UTF-16 units of all letters.</summary>
    public int Units { get; private set; }

    /// <summary>Whether each letter is a byte.</summary>
    public bool IsAscii { get; private set; } = true;

    /// <summary>The root's name.</summary>
    public string Root { get; private set; } = "";

    /// <summary>Whether a client begins with the root's first letters: then the root is there, whatever waits for something.</summary>
    private bool _hasBeginning;

    private int _nameAt;
    private int _nameLength;

    /// <summary>The update, if it is one of these; null for any other, valid or not.</summary>
    /// <param name="update">Format v1.</param>
    /// <param name="own">A client that it must not hold.</param>
    public static UnreadUpdate? Of(ReadOnlySpan<byte> update, ulong own)
    {
        if (update.Length < LeastBytes || update[0] is 0 or > MostBlocks)
            return null;
        var unread = new UnreadUpdate(update.Length);
        var bytes = ArrayPool<byte>.Shared.Rent(unread.PaddedLength);
        var tombstones = new Tombstones();
        try
        {
            update.CopyTo(bytes);
            bytes.AsSpan(update.Length, Margin).Clear();
            if (!unread.IsPlain(bytes.AsSpan(0, unread.PaddedLength), own, ref tombstones))
                return null;
            unread.Keep(update);
            return unread;
        }
        finally
        {
            tombstones.Release();
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private bool IsPlain(ReadOnlySpan<byte> bytes, ulong own, ref Tombstones tombstones)
    {
        var at = 1;
        for (int blocks = bytes[0]; blocks > 0; blocks--)
        {
            if (
                !ByteReader.TryUint(bytes, ref at, out var structs)
                || structs == 0
                || !TryClient(bytes, ref at, out var id)
                || id == own
                || bytes[at++] != 0
                || at > Length
                || Find(id) >= 0
            )
                return false;
            tombstones.Begin();
            var block = new Block(new PackedUint(id), structs, at, 0);
            if (!TryPass(bytes, block, ref at, ref tombstones, out var end))
                return false;
            _blocks.Add(block with { End = end });
            if ((Structs += structs) > Length)
                return false;
        }
        tombstones.Begin();
        Root = Encoding.ASCII.GetString(bytes.Slice(_nameAt, _nameLength));
        return _hasBeginning && AreTombstones(bytes, ref at, ref tombstones) && at <= Length;
    }

    /// <summary>Goes through the structs of one client.</summary>
    private bool TryPass(ReadOnlySpan<byte> bytes, in Block block, ref int from, ref Tombstones tombstones, out int end)
    {
        end = 0;
        var at = from;
        var (client, mask, count) = (block.Client.Bytes, block.Client.Mask, block.Client.Count);
        var (clock, units, length, isAscii) = (0L, 0L, Length, IsAscii);
        for (var left = block.Structs; left > 0; left--)
        {
            if (at >= length)
                return false;
            var info = bytes[at++];
            if ((info & StructStore.HasOrigin) != 0 && !TryEarlier(bytes, ref at, client, mask, count, clock))
                return false;
            if ((info & StructStore.HasRightOrigin) != 0 && !TryEarlier(bytes, ref at, client, mask, count, clock))
                return false;
            if ((info & (StructStore.HasOrigin | StructStore.HasRightOrigin)) == 0 && !TryRoot(bytes, ref at, clock))
                return false;
            if (!ByteReader.TryUint(bytes, ref at, out var size) || size == 0 || size > Limits.MostClock - clock)
                return false;
            switch (info & ~(StructStore.HasOrigin | StructStore.HasRightOrigin))
            {
                case (int)ContentKind.String:
                    if (at + size > length || !TryUnits(bytes, at, ref size, out var read))
                        return false;
                    isAscii &= size == read;
                    at += read;
                    units += size;
                    break;
                case (int)ContentKind.Deleted:
                    tombstones.Add((int)clock, (int)clock + size);
                    break;
                default:
                    return false;
            }
            clock += size;
        }
        if ((units += Units) > Limits.MostClock)
            return false;
        (Units, IsAscii, from, end) = ((int)units, isAscii, at, (int)clock);
        return true;
    }

    /// <summary>An id of the client itself before that clock, or any of another client.</summary>
    private static bool TryEarlier(ReadOnlySpan<byte> bytes, ref int at, ulong own, ulong mask, int count, long clock)
    {
        if (((MemoryMarshal.Read<ulong>(bytes[at..]) ^ own) & mask) == 0)
        {
            at += count;
            return ByteReader.TryUint(bytes, ref at, out var earlier) && earlier < clock;
        }
        var rest = bytes[at..];
        var isId = ByteReader.TryVarUint(ref rest, out _);
        at = bytes.Length - rest.Length;
        // Its own id spelled otherwise would have to be held against the clock: nobody spells so.
        return isId
            && bytes[at - 1] != 0
            && at < bytes.Length - sizeof(uint)
            && ByteReader.TryUint(bytes, ref at, out _);
    }

    /// <summary>The name of the one root.</summary>
    private bool TryRoot(ReadOnlySpan<byte> bytes, ref int at, long clock)
    {
        _hasBeginning |= clock == 0;
        int length = bytes[at + 1];
        if (bytes[at] != 1 || length > LongestName || at + 2 + length > Length)
            return false;
        var name = bytes.Slice(at + 2, length);
        if (_nameAt == 0)
        {
            if (!Ascii.IsValid(name))
                return false;
            (_nameAt, _nameLength) = (at + 2, length);
        }
        at += 2 + length;
        return name.SequenceEqual(bytes.Slice(_nameAt, _nameLength));
    }

    /// <summary>From bytes to UTF-16 units; false where they are no UTF-8.</summary>
    public static bool TryUnits(ReadOnlySpan<byte> bytes, int at, ref int size, out int read)
    {
        read = size;
        if (
            size <= AsciiText.Few
            && (Vector128.Create(bytes[at..]).ExtractMostSignificantBits() & ((1u << size) - 1)) == 0
        )
            return true;
        var text = bytes.Slice(at, size);
        if (Ascii.IsValid(text))
            return true;
        if (!Utf8.IsValid(text))
            return false;
        size = Encoding.UTF8.GetCharCount(text);
        return true;
    }

    /// <summary>Whether all that is deleted came as tombstones.</summary>
    private bool AreTombstones(ReadOnlySpan<byte> bytes, ref int at, ref Tombstones tombstones)
    {
        if (bytes[at++] is var clients && clients > MostBlocks)
            return false;
        for (; clients > 0; clients--)
        {
            if (!TryClient(bytes, ref at, out var id) || Find(id) is not (>= 0 and var block))
                return false;
            if (!ByteReader.TryUint(bytes, ref at, out var ranges))
                return false;
            var known = tombstones.Of(block);
            for (; ranges > 0; ranges--)
            {
                if (
                    at >= Length
                    || !ByteReader.TryUint(bytes, ref at, out var clock)
                    || !ByteReader.TryUint(bytes, ref at, out var length)
                )
                    return false;
                while (known.Length > 0 && known[0].End <= clock)
                    known = known[1..];
                if (known.IsEmpty || clock < known[0].Clock || length > known[0].End - clock)
                    return false;
            }
        }
        return true;
    }

    private bool TryClient(ReadOnlySpan<byte> bytes, ref int at, out ulong id)
    {
        var rest = bytes[at..];
        var isId = ByteReader.TryVarUint(ref rest, out id);
        var from = at;
        at = bytes.Length - rest.Length;
        return isId && at < Length && new PackedUint(id).Count == at - from;
    }

    /// <summary>The block of a client; -1 for none.</summary>
    public int Find(ulong id)
    {
        var packed = new PackedUint(id);
        for (var block = 0; block < _blocks.Count; block++)
            if (_blocks[block].Client.Bytes == packed.Bytes && _blocks[block].Client.Count == packed.Count)
                return block;
        return -1;
    }

    /// <summary>Ranges of adjacent tombstones, of one block behind the other.</summary>
    private struct Tombstones()
    {
        internal struct Range
        {
            public int Clock;
            public int End;
        }

        private Range[] _ranges = ArrayPool<Range>.Shared.Rent(Limits.MostScratch);
        private int _count;
        private readonly List<int> _begins = [];

        /// <summary>What follows is of the next block.</summary>
        public readonly void Begin() => _begins.Add(_count);

        public void Add(int clock, int end)
        {
            if (_count > _begins[^1] && _ranges[_count - 1].End == clock)
            {
                _ranges[_count - 1].End = end;
                return;
            }
            if (_count == _ranges.Length)
            {
                var more = ArrayPool<Range>.Shared.Rent(_count * 2);
                _ranges.CopyTo(more, 0);
                Release();
                _ranges = more;
            }
            _ranges[_count++] = new Range { Clock = clock, End = end };
        }

        public readonly ReadOnlySpan<Range> Of(int block) => _ranges.AsSpan(_begins[block].._begins[block + 1]);

        public readonly void Release() => ArrayPool<Range>.Shared.Return(_ranges);
    }
}
