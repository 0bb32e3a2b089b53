namespace Coterie.Crdt.Tests;

/// <summary>
/// A keystroke allocates its update's array and nothing else. Where the document grows it takes chunks, which are counted apart:
/// their sum is held against what was typed, not against how often.
/// </summary>
public sealed class AllocationTests
{
    private const int Keystrokes = 20_000;

    /// <summary>
    /// What growth may take: for each new item 56 bytes, 8 in the clock index and its share of half-filled leaves; for each unit
    /// 2 bytes and as many of room; and what chunks are taken ahead.
    /// </summary>
    private static long Growth(int items) => items * 160L + Keystrokes * 8 + 65_536;

    /// <summary>What arrays cost beside their content: header and length, rounded up to 8.</summary>
    private static long ArrayBytes(int length) => (24 + length + 7) & ~7L;

    [Fact]
    public void A_local_keystroke_allocates_its_update_and_nothing_else()
    {
        var doc = new YDoc();
        var text = doc.GetText("t");
        long arrays = 0;
        doc.Updated += (update, _) => arrays += ArrayBytes(update.Length);
        Type(text, Keystrokes);
        arrays = 0;
        var items = doc.Store.Items.Live;
        var before = GC.GetAllocatedBytesForCurrentThread();
        Type(text, Keystrokes);
        var beside = GC.GetAllocatedBytesForCurrentThread() - before - arrays;
        items = doc.Store.Items.Live - items;
        TestContext.Current.TestOutputHelper!.WriteLine($"{beside} bytes for {items} items beside {arrays} of updates");
        Assert.InRange(beside, 0, Growth(items));
        doc.CheckInvariants();

        // Typing and deleting the same place again takes nothing at all: no chunk is needed.
        Churn(text, Keystrokes);
        arrays = 0;
        before = GC.GetAllocatedBytesForCurrentThread();
        Churn(text, 100);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before - arrays);
    }

    [Fact]
    public void A_local_keystroke_that_is_told_as_a_span_allocates_nothing()
    {
        var doc = new YDoc();
        var text = doc.GetText("t");
        var bytes = 0;
        doc.Written += (update, _) => bytes += update.Length;
        text.Insert(0, "some text");
        Churn(text, Keystrokes);
        (var before, bytes) = (GC.GetAllocatedBytesForCurrentThread(), 0);
        Churn(text, 100);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(bytes > 0, "nothing was told");
    }

    [Fact]
    public void Typing_on_in_a_text_with_marks_allocates_its_update_and_nothing_else()
    {
        var (from, to) = (new YDoc(), new YDoc());
        var updates = new List<byte[]>();
        from.Updated += (update, _) => updates.Add(update);
        var text = from.GetText("t");
        text.Insert(0, "some bold text");
        text.Format(5, 4, new ValueObject { ["bold"] = true });
        TypeOn(6, "w");
        foreach (var update in updates)
            to.ApplyUpdate(update);
        updates = new List<byte[]>(200);
        var before = GC.GetAllocatedBytesForCurrentThread();
        TypeOn(6 + Keystrokes, "w");
        var beside =
            GC.GetAllocatedBytesForCurrentThread() - before - updates.Sum(static each => ArrayBytes(each.Length));
        // The sum itself takes an enumerator.
        Assert.InRange(beside, 0, 100);
        before = GC.GetAllocatedBytesForCurrentThread();
        for (var at = 0; at < updates.Count; at++)
            to.ApplyUpdate(updates[at]);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(text.ToString(), to.GetText("t").ToString());
        Assert.Equal(3, to.GetText("t").ToDelta().Count);

        void TypeOn(int index, string key)
        {
            var times = index == 6 ? Keystrokes : 100;
            for (var n = 0; n < times; n++)
                text.Insert(index + n, key);
        }
    }

    [Fact]
    public void A_remote_keystroke_allocates_nothing()
    {
        var (from, to) = (new YDoc(), new YDoc());
        var updates = new List<byte[]>();
        from.Updated += (update, _) => updates.Add(update);
        Type(from.GetText("t"), Keystrokes);
        foreach (var update in updates)
            to.ApplyUpdate(update);
        updates.Clear();
        Type(from.GetText("t"), Keystrokes);
        var items = to.Store.Items.Live;
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var update in updates)
            to.ApplyUpdate(update);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        items = to.Store.Items.Live - items;
        TestContext.Current.TestOutputHelper!.WriteLine($"{allocated} bytes for {items} items");
        Assert.InRange(allocated, 0, Growth(items));
        Assert.Equal(from.GetText("t").ToString(), to.GetText("t").ToString());
        to.CheckInvariants();

        updates.Clear();
        Churn(from.GetText("t"), Keystrokes);
        foreach (var update in updates)
            to.ApplyUpdate(update);
        updates.Clear();
        Churn(from.GetText("t"), 100);
        before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var update in updates)
            to.ApplyUpdate(update);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>As people type: mostly on, now and then elsewhere, sometimes a key taken back.</summary>
    private static void Type(YText text, int keystrokes)
    {
        var random = new Random(7);
        var at = text.Length;
        for (var n = 0; n < keystrokes; n++)
        {
            if (random.Next(20) == 0)
                at = random.Next(text.Length + 1);
            if (at > 0 && random.Next(5) == 0)
                text.Delete(--at, 1);
            else
                text.Insert(at++, "k");
        }
    }

    private static void Churn(YText text, int times)
    {
        for (var n = 0; n < times; n++)
        {
            text.Insert(5, "k");
            text.Delete(5, 1);
        }
    }
}
