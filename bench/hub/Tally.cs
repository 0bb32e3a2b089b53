namespace Coterie.Bench.Hub;

/// <summary>
/// What became of every keystroke: when it was due, when others had it, when its author was told "saved". A keystroke is
/// (author, number from 0). Latency counts from the moment a key was due, not from when the generator got to send it, so a
/// server that stalls the generator pays for it.
/// </summary>
internal sealed class Tally
{
    private readonly List<long[]> dues = [];
    private readonly List<int> reached = [];
    private readonly List<int> acked = [];

    public Histogram Delivery { get; private set; } = new();
    public Histogram Ack { get; private set; } = new();

    /// <summary>Keystrokes handed to people other than their author since <see cref="Restart"/>; one for each reader.</summary>
    public long Deliveries { get; private set; }

    /// <summary>The same, since the beginning.</summary>
    public long AllDeliveries { get; private set; }

    /// <summary>Starts counting anew; keystrokes and what became of them stay known.</summary>
    public void Restart()
    {
        Delivery = new Histogram();
        Ack = new Histogram();
        Deliveries = 0;
    }

    /// <summary>Who reads the current message: an author's own echo is not counted as a delivery.</summary>
    public int Reader { get; set; }

    public void Expect(int author, int number, long due)
    {
        Grow(author);
        if (dues[author].Length <= number)
        {
            var wider = dues[author];
            Array.Resize(ref wider, Math.Max(256, number * 2));
            dues[author] = wider;
        }
        dues[author][number] = due;
    }

    public void Delivered(int author, int from, int count, long now)
    {
        if (author == Reader)
            return;
        Grow(author);
        reached[author] = Math.Max(reached[author], from + count);
        Deliveries += count;
        AllDeliveries += count;
        var due = dues[author];
        for (var number = from; number < from + count && number < due.Length; number++)
            if (due[number] != 0)
                Delivery.Add(now - due[number]);
    }

    public void Acked(int author, int number, long now)
    {
        Grow(author);
        acked[author] = Math.Max(acked[author], number + 1);
        if (number < dues[author].Length && dues[author][number] != 0)
            Ack.Add(now - dues[author][number]);
    }

    /// <summary>How many of the author's keystrokes, from the first on, were acknowledged as saved.</summary>
    public int AckedOf(int author) => author < acked.Count ? acked[author] : 0;

    /// <summary>How many of the author's keystrokes, from the first on, somebody else has seen.</summary>
    public int ReachedOf(int author) => author < reached.Count ? reached[author] : 0;

    private void Grow(int author)
    {
        while (dues.Count <= author)
        {
            dues.Add([]);
            reached.Add(0);
            acked.Add(0);
        }
    }
}
