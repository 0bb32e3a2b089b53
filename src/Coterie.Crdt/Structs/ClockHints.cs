using System.Buffers;
using System.Numerics;

namespace Coterie.Crdt.Structs;

/// <summary>
/// From a clock to the struct that holds it, of one block of decoded structs while they are put in: which of them holds the first of
/// each few clocks. Only a hint: what is named may have been cut or dropped since.
/// </summary>
internal struct ClockHints
{
    /// <summary>2^4 clocks share a hint, or more where structs are longer than that.</summary>
    private const int LeastShift = 4;

    private int[]? _hints;
    private int _block;
    private int _base;
    private int _shift;
    private int _count;

    /// <summary>The place of the next struct to be noted.</summary>
    public int Next { get; private set; }

    public readonly bool IsOf(int block) => _hints is not null && _block == block;

    /// <summary>Begins with the structs from a place on, whose clocks go from the one to the other.</summary>
    public void Begin(int block, int first, int structs, int clock, int end)
    {
        Release();
        var clocks = end - clock;
        _shift = Math.Max(LeastShift, BitOperations.Log2((uint)(clocks / structs)));
        _hints = ArrayPool<int>.Shared.Rent((clocks >> _shift) + 1);
        (_block, _base, _count, Next) = (block, clock, 0, first);
    }

    public void Note(int end)
    {
        for (var until = Math.Min((end - _base - 1 >> _shift) + 1, _hints!.Length); _count < until; )
            _hints[_count++] = Next;
        Next++;
    }

    /// <summary>The place of a struct that begins no later; -1 where none is known.</summary>
    public readonly int Before(int clock) =>
        clock >= _base && clock - _base >> _shift is var at && at < _count ? _hints![at] : -1;

    public void Release()
    {
        if (_hints is not null)
            ArrayPool<int>.Shared.Return(_hints);
        _hints = null;
    }
}
