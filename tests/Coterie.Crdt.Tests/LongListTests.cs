namespace Coterie.Crdt.Tests;

/// <summary>Lists of so many items that their tree is four nodes high and nodes of every height are cut.</summary>
public sealed class LongListTests
{
    private const int Edits = 60_000;

    [Fact]
    public void A_text_edited_here_and_there_a_long_time_still_knows_every_index()
    {
        var seed = Environment.TickCount & 0xff_ffff;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var doc = new YDoc();
        var text = doc.GetText("t");
        doc.Transact(_ =>
        {
            for (var edit = 0; edit < Edits; edit++)
                if (text.Length > 100 && random.Next(4) == 0)
                    text.Delete(random.Next(text.Length - 9), random.Next(1, 9));
                else
                    text.Insert(random.Next(text.Length + 1), "words".AsSpan(0, random.Next(1, 5)));
            doc.CheckInvariants();
        });
        doc.CheckInvariants();
        Assert.Equal(text.Length, text.ToString().Length);
    }
}
