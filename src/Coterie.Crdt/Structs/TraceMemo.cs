namespace Coterie.Crdt.Structs;

/// <summary>
/// The last walk along a list in one direction that went past items which were not made anew below a holder: from any of these on, the
/// walk ends where that one did, as long as none of them, but the first, is made anew itself.
/// </summary>
internal sealed class TraceMemo(bool toTheRight)
{
    private HashSet<int> _passed = [];
    private Queue<int> _order = new();
    private int _holder;

    public bool ToTheRight => toTheRight;

    /// <summary>Where the walk ended; 0 is at the list's end.</summary>
    public int Found { get; set; }

    public bool Knows(int holder, int item) => holder == _holder && _passed.Contains(item);

    public void Begin(int holder)
    {
        Forget();
        _holder = holder;
        Found = 0;
    }

    public void Pass(int item)
    {
        _passed.Add(item);
        _order.Enqueue(item);
    }

    public void Redone(int item)
    {
        if (!_passed.Contains(item))
            return;
        if (_order.TryPeek(out var first) && first == item)
            _passed.Remove(_order.Dequeue());
        else
            Forget();
    }

    private void Forget()
    {
        // To clear them costs what they ever held.
        if (_passed.EnsureCapacity(0) > Limits.MostScratch)
            (_passed, _order) = ([], new Queue<int>());
        _passed.Clear();
        _order.Clear();
    }
}
