namespace Coterie.Crdt.Structs;

/// <summary>A list that is filled and emptied again and again: emptying it only forgets how many there were.</summary>
internal sealed class Scratch<T>
    where T : struct
{
    private T[] _values = new T[4];

    public int Count { get; private set; }

    public Span<T> All => _values.AsSpan(0, Count);

    public ref T this[int at] => ref _values[at];

    public void Add(in T value)
    {
        if (Count == _values.Length)
            Array.Resize(ref _values, Count * 2);
        _values[Count++] = value;
    }

    public void Clear() => Count = 0;
}
