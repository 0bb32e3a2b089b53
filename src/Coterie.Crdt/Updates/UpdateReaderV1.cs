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
