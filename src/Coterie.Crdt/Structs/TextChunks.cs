using System.Numerics;
using System.Runtime.CompilerServices;

namespace Coterie.Crdt.Structs;

/// <summary>Where a piece of text lies.</summary>
internal readonly record struct TextPlace(int Chunk, int Offset);

/// <summary>
/// Owns the UTF-16 units of all strings of a document. A string lies in one chunk without a gap. New text goes to the tail; a
/// string that ends at the tail grows there, any other is moved to a place of twice its size when it grows, so that a unit is
/// copied a constant number of times on average. What is moved away or deleted leaves garbage behind.
/// </summary>
internal sealed class TextChunks
{
    private const int FirstSize = 64;
    private const int MostShared = 8192;

    private char[][] _chunks = [];
    private int _count;
    private int _used;

    /// <summary>Units taken, garbage included.</summary>
    public long Taken { get; private set; }

    /// <summary>The tail, to which <see cref="Rewind"/> goes back.</summary>
    public TextPlace Tail => new(_count - 1, _used);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<char> Span(int chunk, int offset, int length) => _chunks[chunk].AsSpan(offset, length);

    public Span<char> Span(in Item item) => _chunks[item.Content].AsSpan(item.Offset, item.Length);

    public ReadOnlyMemory<char> Memory(in Item item) => _chunks[item.Content].AsMemory(item.Offset, item.Length);

    /// <summary>Takes <paramref name="length"/> units at the tail.</summary>
    public TextPlace Take(int length)
    {
        if (_count == 0 || _chunks[_count - 1].Length - _used < length)
            AddChunk(length);
        var place = new TextPlace(_count - 1, _used);
        _used += length;
        Taken += length;
        return place;
    }

    /// <summary>Gives units at the tail back that were taken last and not needed.</summary>
    public void GiveBack(int length)
    {
        _used -= length;
        Taken -= length;
    }

    public TextPlace Add(ReadOnlySpan<char> text)
    {
        var place = Take(text.Length);
        text.CopyTo(Span(place.Chunk, place.Offset, text.Length));
        return place;
    }

    /// <summary>Makes the item's text longer by <paramref name="more"/>; the caller sets the item's length.</summary>
    public void Append(ref Item item, ReadOnlySpan<char> more)
    {
        var end = item.Offset + item.Length;
        var chunk = _chunks[item.Content];
        if (item.Content == _count - 1 && end == _used && chunk.Length - end >= more.Length)
        {
            item.Flags &= ~ItemFlags.Roomy;
            _used += more.Length;
            Taken += more.Length;
        }
        else if (!item.Has(ItemFlags.Roomy) || item.Length + more.Length > Capacity(item.Length))
        {
            var place = Take(Capacity(item.Length + more.Length));
            chunk.AsSpan(item.Offset, item.Length).CopyTo(_chunks[place.Chunk].AsSpan(place.Offset));
            item.Content = place.Chunk;
            item.Offset = place.Offset;
            item.Flags |= ItemFlags.Roomy;
            chunk = _chunks[place.Chunk];
        }
        more.CopyTo(chunk.AsSpan(item.Offset + item.Length));
    }

    /// <summary>Drops everything taken since <paramref name="tail"/> was read.</summary>
    public void Rewind(TextPlace tail)
    {
        while (_count - 1 > tail.Chunk)
            _chunks[--_count] = null!;
        _used = tail.Offset;
    }

    private static int Capacity(int length) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, 8));

    private void AddChunk(int atLeast)
    {
        if (_count == _chunks.Length)
            Array.Resize(ref _chunks, Math.Max(4, _count * 2));
        var size = _count == 0 ? FirstSize : Math.Min(MostShared, _chunks[_count - 1].Length * 2);
        _chunks[_count++] = GC.AllocateUninitializedArray<char>(Math.Max(size, atLeast));
        _used = 0;
    }
}
