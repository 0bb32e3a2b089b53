using System.Runtime.CompilerServices;
using Coterie.Crdt.Bytes;

namespace Coterie.Crdt.Structs;

/// <summary>Where a piece of text lies.</summary>
internal readonly record struct TextPlace(int Chunk, int Offset);

/// <summary>
/// Owns the UTF-16 units of all strings of a document. A string lies in one chunk without a gap. New text goes to the tail; a
/// string that ends at the tail grows there, any other is moved when it grows beyond its room, to where it has room for as much
/// again, or for a quarter if it is long. What is moved away or deleted leaves garbage behind, until <see cref="StructStore.TidyText"/> copies the rest.
/// </summary>
internal sealed class TextChunks
{
    private const int FirstSize = 64;
    private const int MostShared = 8192;
    private const int LeastRoom = 8;
    private const int MostDoubled = 255;

    /// <summary>Units that are copied in one step however few they are.</summary>
    private const int Few = 16;

    private char[][] _chunks = [];
    private int _count;
    private int _used;

    public TextChunks() { }

    /// <summary>With one chunk of that size.</summary>
    public TextChunks(int size)
    {
        _chunks = [GC.AllocateUninitializedArray<char>(size)];
        _count = 1;
    }

    /// <summary>Units taken, garbage included.</summary>
    public long Taken { get; private set; }

    /// <summary>The tail, to which <see cref="Rewind"/> goes back.</summary>
    public TextPlace Tail => new(_count - 1, _used);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<char> Span(int chunk, int offset, int length) => _chunks[chunk].AsSpan(offset, length);

    public Span<char> Span(in Item item) => _chunks[item.Content].AsSpan(item.Offset, item.Length);

    /// <summary>The item's text and whatever its chunk has behind that.</summary>
    public ReadOnlySpan<char> From(in Item item) => _chunks[item.Content].AsSpan(item.Offset);

    /// <summary>Copies the item's text to where it has room; what lies behind it there is of no meaning.</summary>
    public void CopyTo(in Item item, Span<char> text)
    {
        var from = _chunks[item.Content].AsSpan(item.Offset);
        if (item.Length <= Few && Math.Min(from.Length, text.Length) >= Few)
            from[..Few].CopyTo(text);
        else
            from[..item.Length].CopyTo(text);
    }

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

    /// <summary>
    /// Adds the UTF-8 of the first <paramref name="count"/> bytes; what lies behind them is of no meaning. False where that is none:
    /// then nothing was added.
    /// </summary>
    public bool TryAdd(ReadOnlySpan<byte> from, int count, out TextPlace place, out int length)
    {
        place = Take(count);
        length = count;
        var text = _chunks[place.Chunk].AsSpan(place.Offset);
        if (
            count <= AsciiText.Few
            && Math.Min(from.Length, text.Length) >= AsciiText.Few
            && AsciiText.TryWidenFew(from, count, text)
        )
            return true;
        length = ByteReader.TryText(from[..count], text);
        GiveBack(count - Math.Max(length, 0));
        return length >= 0;
    }

    /// <summary>Makes the item's text longer by <paramref name="more"/>; the caller sets the item's length.</summary>
    public void Append(ref Item item, ReadOnlySpan<char> more)
    {
        var end = item.Offset + item.Length;
        if (more.Length <= item.Room)
            item.Room -= (ushort)more.Length;
        else if (IsTail(item) && _chunks[item.Content].Length - end >= more.Length)
        {
            Taken += more.Length - item.Room;
            _used = end + more.Length;
            item.Room = 0;
        }
        else
            Move(ref item, more.Length);
        more.CopyTo(_chunks[item.Content].AsSpan(item.Offset + item.Length));
    }

    /// <summary>As much again for a short text, a quarter for a long one: who types on moves each unit a few times in all.</summary>
    private static ushort RoomBehind(int length) =>
        (ushort)Math.Clamp(length / 4, Math.Clamp(length, LeastRoom, MostDoubled), ushort.MaxValue);

    /// <summary>Moves an item's text to where there is room for more.</summary>
    private void Move(ref Item item, int more)
    {
        var length = item.Length + more;
        item.Room = RoomBehind(length);
        var place = Take(length + item.Room);
        Span(item).CopyTo(_chunks[place.Chunk].AsSpan(place.Offset));
        item.Content = place.Chunk;
        item.Offset = place.Offset;
    }

    /// <summary>
    /// An item's text is forgotten: its units go back to the tail or, where they lie right behind the text of the item on its
    /// left, become room for that one. Who takes a key back and types on needs no new place.
    /// </summary>
    public void Forget(in Item item, ref Item left)
    {
        var isBehind =
            left.Kind == ContentKind.String && left.Content == item.Content && left.Offset + left.Length == item.Offset;
        if (IsTail(item))
        {
            GiveBack(item.Length + item.Room);
            if (isBehind)
                left.Room = 0;
        }
        else if (isBehind)
            left.Room = (ushort)Math.Min(item.Length + item.Room, ushort.MaxValue);
    }

    /// <summary>The item's last units are forgotten, as <see cref="Forget"/> does it; the caller sets the item's length.</summary>
    public void Shorten(ref Item item, int less)
    {
        if (IsTail(item))
        {
            GiveBack(less + item.Room);
            item.Room = 0;
        }
        else
            item.Room = (ushort)Math.Min(item.Room + less, ushort.MaxValue);
    }

    /// <summary>Whether nothing was taken behind the item's text and its room.</summary>
    private bool IsTail(in Item item) => item.Content == _count - 1 && item.Offset + item.Length + item.Room == _used;

    /// <summary>Drops everything taken since <paramref name="tail"/> was read.</summary>
    public void Rewind(TextPlace tail)
    {
        while (_count - 1 > tail.Chunk)
            _chunks[--_count] = null!;
        _used = tail.Offset;
    }

    private void AddChunk(int atLeast)
    {
        if (_count == _chunks.Length)
            Array.Resize(ref _chunks, Math.Max(4, _count * 2));
        var size = _count == 0 ? FirstSize : Math.Clamp(_chunks[_count - 1].Length * 2L, FirstSize, MostShared);
        _chunks[_count++] = GC.AllocateUninitializedArray<char>(
            // What is larger than a chunk will go on growing.
            atLeast > MostShared
                ? atLeast * 2
                : Math.Max((int)size, atLeast)
        );
        _used = 0;
    }
}
