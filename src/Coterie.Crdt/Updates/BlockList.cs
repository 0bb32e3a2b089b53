namespace Coterie.Crdt.Updates;

/// <summary>
/// Structs of updates, in chunks of 20 kB. One array of all would be as large as memory that .NET takes anew each time and
/// gives back late.
/// </summary>
internal sealed class BlockList
{
    private const int Shift = 8;
    private const int ChunkSize = 1 << Shift;
    private const int FirstSize = 4;

    private readonly List<UpdateBlock[]> _chunks = [];

    public int Count { get; private set; }

    public ref readonly UpdateBlock this[int at] => ref _chunks[at >> Shift][at & (ChunkSize - 1)];

    public void Add(in UpdateBlock block)
    {
        var at = Count & (ChunkSize - 1);
        if (at == 0)
            // Most updates hold a few structs.
            _chunks.Add(new UpdateBlock[Count == 0 ? FirstSize : ChunkSize]);
        else if (at == _chunks[^1].Length)
        {
            var grown = _chunks[^1];
            Array.Resize(ref grown, Math.Min(ChunkSize, at * 4));
            _chunks[^1] = grown;
        }
        _chunks[^1][at] = block;
        Count++;
    }
}
