using System.Runtime.CompilerServices;

namespace Coterie.Crdt.Structs;

/// <summary>
/// Owns the items. A handle is an index that stays the same while its item lives; a freed handle is given out again.
/// Items never move, so a reference to one stays good while others are made. Handle 0 is no item.
/// </summary>
internal sealed class ItemArena
{
    private const int Shift = 7;
    private const int ChunkSize = 1 << Shift;

    private Item[][] _chunks = [new Item[ChunkSize]];
    private int _next = 1;
    private int _free;

    /// <summary>The same items for a loop that takes no handle: what it goes through need not be looked up at each.</summary>
    public View Seen => new(_chunks);

    public readonly ref struct View(Item[][] chunks)
    {
        private readonly Item[][] _chunks = chunks;

        public ref Item this[int handle]
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ref _chunks[handle >> Shift][handle & (ChunkSize - 1)];
        }
    }

    /// <summary>How many handles are in use.</summary>
    public int Live { get; private set; }

    public ref Item this[int handle]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _chunks[handle >> Shift][handle & (ChunkSize - 1)];
    }

    /// <summary>A handle whose item the caller fills in whole.</summary>
    public int Take()
    {
        Live++;
        if (_free != 0)
        {
            var handle = _free;
            _free = this[handle].Right;
            return handle;
        }
        if ((_next & (ChunkSize - 1)) == 0)
            AddChunk(_next >> Shift);
        return _next++;
    }

    public void Free(int handle)
    {
        Live--;
        ref var item = ref this[handle];
        item = default;
        item.Right = _free;
        _free = handle;
    }

    private void AddChunk(int at)
    {
        if (at == _chunks.Length)
            Array.Resize(ref _chunks, at * 2);
        // Nobody reads an item that was not filled in.
        _chunks[at] = GC.AllocateUninitializedArray<Item>(ChunkSize);
    }
}
