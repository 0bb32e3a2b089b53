using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Updates;

/// <summary>Format v1: everything in order, one byte string.</summary>
internal ref struct UpdateReaderV1(ReadOnlySpan<byte> update) : IUpdateReader
{
    private const string BadClock = "a clock of more than 31 bits";
    private const string BadLength = "a length of more than 31 bits";
    private ByteReader _bytes = new(update);

    public readonly int Left => _bytes.Left;
    public readonly bool IsAtEnd => _bytes.IsAtEnd;

    public readonly InvalidUpdateException Wrong(string reason) => _bytes.Wrong(reason);

    public ulong Plain() => _bytes.VarUint();

    /// <summary>Bytes that a common struct may look at before its text.</summary>
    private const int MostOfHead = 1 + 2 * (sizeof(ulong) + sizeof(uint)) + sizeof(uint);

    // Not a part of the loop around it, which has more to hold than there are registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool TryNear(TextChunks chunks, ClientStructs own, ref Item item)
    {
        var bytes = _bytes.Rest;
        if (bytes.Length < MostOfHead)
            return false;
        var info = bytes[0];
        var kind = (ContentKind)(info & 0x1f);
        if (kind is not (ContentKind.String or ContentKind.Deleted))
            return false;
        var clock = item.Clock;
        var (at, left, right) = (1, 0, 0);
        var (hasLeft, hasRight) = ((info & StructStore.HasOrigin) != 0, (info & StructStore.HasRightOrigin) != 0);
        if (
            !(hasLeft | hasRight)
            || (hasLeft && !(TryOwn(bytes, ref at, own.PackedId, out left) && left < clock))
            || (hasRight && !(TryOwn(bytes, ref at, own.PackedId, out right) && right < clock))
            || !ByteReader.TryUint(bytes, ref at, out var length)
        )
            return false;
        var place = default(TextPlace);
        if (kind == ContentKind.String)
        {
            var count = length;
            if (count > bytes.Length - at || !chunks.TryAdd(bytes[at..], count, out place, out length))
                return false;
            at += count;
        }
        item = new Item
        {
            Clock = clock,
            Length = length,
            Client = own.Index,
            OriginClient = hasLeft ? own.Index : -1,
            OriginClock = left,
            RightOriginClient = hasRight ? own.Index : -1,
            RightOriginClock = right,
            Content = place.Chunk,
            Offset = place.Offset,
            Kind = kind,
            Flags = kind == ContentKind.String ? ItemFlags.Countable : ItemFlags.None,
        };
        _bytes.Skip(at);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryOwn(ReadOnlySpan<byte> bytes, ref int at, PackedUint own, out int clock)
    {
        var isOwn = ((BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]) ^ own.Bytes) & own.Mask) == 0;
        at += own.Count;
        return ByteReader.TryUint(bytes, ref at, out clock) && isOwn;
    }

    public void LeftId(out ulong client, out int clock)
    {
        client = _bytes.VarUint();
        clock = _bytes.Small(Limits.MostClock, BadClock);
    }

    public void RightId(out ulong client, out int clock) => LeftId(out client, out clock);

    public ulong Client() => _bytes.VarUint();

    public byte Info() => _bytes.Byte();

    public string String() => _bytes.VarString();

    public int Text(TextChunks chunks, out TextPlace place)
    {
        var bytes = _bytes.VarBytes();
        place = chunks.Take(bytes.Length);
        var units = _bytes.Text(bytes, chunks.Span(place.Chunk, place.Offset, bytes.Length));
        if (units < bytes.Length)
            chunks.GiveBack(bytes.Length - units);
        return units;
    }

    public bool ParentInfo() => _bytes.VarUint() == 1;

    public int TypeRef() => _bytes.Small(byte.MaxValue, "a shared type of no known kind");

    public int Length() => _bytes.Small(Limits.MostClock, BadLength);

    public object? Any() => AnyValue.Read(ref _bytes);

    public byte[] Binary() => _bytes.VarBytes().ToArray();

    public object? Json()
    {
        var offset = _bytes.Offset;
        return JsonText.Read(_bytes.VarString(), offset);
    }

    public string Key() => _bytes.VarString();

    public readonly void BeginDeletes() { }

    public int DeleteClock() => _bytes.Small(Limits.MostClock, BadClock);

    public int DeleteLength() => _bytes.Small(Limits.MostClock, BadLength);

    /// <summary>The state vector behind the delete set of a snapshot.</summary>
    public StateVector StateVector() => Crdt.StateVector.Read(ref _bytes);
}
