using Coterie.Crdt.Bytes;

namespace Coterie.Crdt.Structs;

/// <summary>
/// The structs of one client in the order of their clocks: from a clock to the item that holds it. They leave no gap, so that
/// State, the next clock, is where the last one ends. Entries lie in chunks; a lookup tries the place of the last one first, where
/// it remembers that one.
/// </summary>
internal sealed class ClientStructs(ulong id, int index, bool remembers)
{
    private const int ChunkSize = 128;
    private const int FirstSize = 4;

    /// <summary>Structs that are passed one by one.</summary>
    private const int MostPassed = 8;

    internal struct Entry
    {
        public int Clock;
        public int Handle;
    }

    private sealed class Chunk
    {
        public required Entry[] Entries;
        public int Count;
    }

    /// <summary>A place in the sequence of structs.</summary>
    internal readonly record struct Place(int Chunk, int At);

    private Chunk[] _chunks = [];

    /// <summary>The first clock of each chunk.</summary>
    private int[] _firsts = [];
    private int _chunkCount;
    private int _hitChunk;
    private int _hitAt;

    public ulong Id { get; } = id;

    /// <summary>The id as updates spell it.</summary>
    public PackedUint PackedId { get; } = new(id);

    /// <summary>The client's index in the store, by which items name it.</summary>
    public int Index { get; } = index;

    /// <summary>The next clock.</summary>
    public int State { get; set; }

    /// <summary>One more than the place of this client's block in the update that is being taken in; 0 for none.</summary>
    public int DecodedAt { get; set; }

    /// <summary>The transaction that touched this client last, and where it keeps what it noted.</summary>
    public int TouchedBy { get; set; }
    public int TouchedAt { get; set; }

    public int Count { get; private set; }

    public Place Last => new(_chunkCount - 1, _chunks[_chunkCount - 1].Count - 1);

    public int this[Place place] => _chunks[place.Chunk].Entries[place.At].Handle;

    public void Append(int clock, int handle)
    {
        var last = _chunkCount == 0 ? null : _chunks[_chunkCount - 1];
        if (last is null || last.Count == ChunkSize)
        {
            // Who filled one chunk will fill another.
            last = new Chunk { Entries = new Entry[last is null ? FirstSize : ChunkSize] };
            InsertChunk(_chunkCount, last);
        }
        Room(last);
        if (last.Count == 0)
            _firsts[_chunkCount - 1] = clock;
        last.Entries[last.Count++] = new Entry { Clock = clock, Handle = handle };
        Count++;
    }

    /// <summary>The place of the struct that holds <paramref name="clock"/>, which is below State.</summary>
    public Place Find(int clock)
    {
        if (!remembers)
            return Search(clock);
        var chunk = _chunks[_hitChunk];
        var at = _hitAt;
        if (at < chunk.Count && Holds(chunk, at, clock))
            return new(_hitChunk, at);
        // Who edits goes on beside the last place.
        if (at > 0 && at <= chunk.Count && Holds(chunk, at - 1, clock))
            return new(_hitChunk, --_hitAt);
        if (at + 1 < chunk.Count && Holds(chunk, at + 1, clock))
            return new(_hitChunk, ++_hitAt);
        return Search(clock);
    }

    /// <summary>The same, looked for at a place, which may be of any client, and a few places on.</summary>
    public Place Onward(Place place, int clock)
    {
        if (remembers && place.Chunk < _chunkCount)
        {
            var entries = InChunk(place.Chunk);
            var last = Math.Min(place.At + MostPassed, entries.Length - 1);
            for (var at = place.At; at < last && entries[at].Clock <= clock; at++)
                if (clock < entries[at + 1].Clock)
                    return new(place.Chunk, at);
        }
        return Find(clock);
    }

    private bool Holds(Chunk chunk, int at, int clock) =>
        chunk.Entries[at].Clock <= clock
        && clock < (at + 1 < chunk.Count ? chunk.Entries[at + 1].Clock : EndOfChunk(_hitChunk));

    private Place Search(int clock)
    {
        // Most lookups are for what was written last.
        var low = _chunkCount - 1;
        if (_firsts[low] > clock)
        {
            low = 0;
            // The half that is left over is chosen without a jump, of which every other one would be foreseen wrongly.
            for (var count = _chunkCount; count > 1; )
            {
                var half = count >>> 1;
                low += half & ~((clock - _firsts[low + half]) >> 31);
                count -= half;
            }
        }
        _hitChunk = low;
        var chunk = _chunks[low];
        ReadOnlySpan<Entry> entries = chunk.Entries.AsSpan(0, chunk.Count);
        low = entries.Length - 1;
        if (entries[low].Clock > clock)
        {
            low = 0;
            for (var count = entries.Length; count > 1; )
            {
                var half = count >>> 1;
                low += half & ~((clock - entries[low + half].Clock) >> 31);
                count -= half;
            }
        }
        _hitAt = low;
        return new(_hitChunk, low);
    }

    public bool Next(ref Place place)
    {
        if (place.At + 1 < _chunks[place.Chunk].Count)
            place = new(place.Chunk, place.At + 1);
        else if (place.Chunk + 1 < _chunkCount)
            place = new(place.Chunk + 1, 0);
        else
            return false;
        return true;
    }

    public bool Previous(ref Place place)
    {
        if (place.At > 0)
            place = new(place.Chunk, place.At - 1);
        else if (place.Chunk > 0)
            place = new(place.Chunk - 1, _chunks[place.Chunk - 1].Count - 1);
        else
            return false;
        return true;
    }

    public int ChunkCount => _chunkCount;

    public ReadOnlySpan<Entry> InChunk(int chunk) => _chunks[chunk].Entries.AsSpan(0, _chunks[chunk].Count);

    /// <summary>
    /// The clocks at which deleted ranges begin and end, by turns, in order; answers how many. There is room for one more than structs.
    /// </summary>
    public int DeletedBounds(ItemArena items, Span<int> bounds)
    {
        var (count, was) = (0, 0);
        var seen = items.Seen;
        for (var chunk = 0; chunk < _chunkCount; chunk++)
            foreach (ref readonly var entry in InChunk(chunk))
            {
                // Without a jump: which struct is deleted cannot be foreseen.
                var flag = (int)(seen[entry.Handle].Flags & ItemFlags.Deleted);
                bounds[count] = entry.Clock;
                count += flag ^ was;
                was = flag;
            }
        bounds[count] = State;
        return count + was;
    }

    /// <summary>How many structs there are from a place on.</summary>
    public int CountFrom(Place place)
    {
        var count = _chunks[place.Chunk].Count - place.At;
        for (var chunk = place.Chunk + 1; chunk < _chunkCount; chunk++)
            count += _chunks[chunk].Count;
        return count;
    }

    /// <summary>Puts the right part of a split struct behind its left part; answers its place.</summary>
    public Place InsertAfter(Place place, int clock, int handle)
    {
        var chunk = _chunks[place.Chunk];
        var at = place.At + 1;
        if (chunk.Count == ChunkSize)
        {
            var right = new Chunk { Entries = new Entry[ChunkSize], Count = ChunkSize / 2 };
            Array.Copy(chunk.Entries, ChunkSize / 2, right.Entries, 0, ChunkSize / 2);
            chunk.Count = ChunkSize / 2;
            InsertChunk(place.Chunk + 1, right);
            _firsts[place.Chunk + 1] = right.Entries[0].Clock;
            if (at > ChunkSize / 2)
            {
                chunk = right;
                place = new(place.Chunk + 1, place.At);
                at -= ChunkSize / 2;
            }
        }
        Room(chunk);
        Array.Copy(chunk.Entries, at, chunk.Entries, at + 1, chunk.Count - at);
        chunk.Entries[at] = new Entry { Clock = clock, Handle = handle };
        chunk.Count++;
        Count++;
        return new(place.Chunk, at);
    }

    /// <summary>Takes notice that the struct at a place begins at another clock: the one before it lost or got what lies between.</summary>
    public void Begin(Place place, int clock)
    {
        _chunks[place.Chunk].Entries[place.At].Clock = clock;
        if (place.At == 0)
            _firsts[place.Chunk] = clock;
    }

    /// <summary>Takes a struct out that was merged into the one before it.</summary>
    public void Remove(Place place)
    {
        var chunk = _chunks[place.Chunk];
        chunk.Count--;
        Array.Copy(chunk.Entries, place.At + 1, chunk.Entries, place.At, chunk.Count - place.At);
        Count--;
        if (chunk.Count > 0)
        {
            if (place.At == 0)
                _firsts[place.Chunk] = chunk.Entries[0].Clock;
            return;
        }
        _chunkCount--;
        Array.Copy(_chunks, place.Chunk + 1, _chunks, place.Chunk, _chunkCount - place.Chunk);
        Array.Copy(_firsts, place.Chunk + 1, _firsts, place.Chunk, _chunkCount - place.Chunk);
        _chunks[_chunkCount] = null!;
        _hitChunk = 0;
        _hitAt = 0;
    }

    private int EndOfChunk(int chunk) => chunk + 1 < _chunkCount ? _firsts[chunk + 1] : State;

    private void InsertChunk(int at, Chunk chunk)
    {
        if (_chunkCount == _chunks.Length)
        {
            Array.Resize(ref _chunks, Math.Max(1, _chunkCount * 2));
            Array.Resize(ref _firsts, _chunks.Length);
        }
        Array.Copy(_firsts, at, _firsts, at + 1, _chunkCount - at);
        Array.Copy(_chunks, at, _chunks, at + 1, _chunkCount - at);
        _chunks[at] = chunk;
        _chunkCount++;
    }

    private static void Room(Chunk chunk)
    {
        if (chunk.Count == chunk.Entries.Length)
            Array.Resize(ref chunk.Entries, Math.Min(ChunkSize, chunk.Count * 4));
    }
}
