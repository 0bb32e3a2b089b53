namespace Coterie.Crdt.Structs;

/// <summary>A table of objects by index, whose places are given out again. Place 0 is never given out.</summary>
internal sealed class Slots<T>
    where T : class
{
    private T?[] _objects = new T?[4];
    private int _next = 1;
    private readonly Stack<int> _free = new();

    /// <summary>One more than the highest index in use.</summary>
    public int End => _next;

    public T this[int index]
    {
        get => _objects[index]!;
        set => _objects[index] = value;
    }

    public int Add(T value)
    {
        if (!_free.TryPop(out var index))
        {
            if (_next == _objects.Length)
                Array.Resize(ref _objects, _next * 2);
            index = _next++;
        }
        _objects[index] = value;
        return index;
    }

    public void Free(int index)
    {
        _objects[index] = null;
        _free.Push(index);
    }
}
