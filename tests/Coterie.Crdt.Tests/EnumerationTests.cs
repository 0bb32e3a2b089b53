namespace Coterie.Crdt.Tests;

/// <summary>Lists that are changed, or merged behind the scenes, while somebody goes through them.</summary>
public sealed class EnumerationTests
{
    [Fact]
    public void Who_makes_a_list_longer_or_shorter_while_it_is_enumerated_is_told()
    {
        var doc = new YDoc();
        var (array, xml) = (doc.GetArray("a"), doc.GetXmlFragment("x"));
        array.Push(1, 2, 3);
        xml.Push(new YXmlElement("p"), new YXmlElement("q"));
        Action[] changes =
        [
            () => Go(array, () => array.Push(4)),
            () => Go(array, () => array.Delete(0)),
            () => doc.Transact(_ => Go(array, () => array.Insert(0, 0))),
            () => Go(xml, () => xml.Delete(1)),
        ];
        foreach (var change in changes)
            Assert.Throws<InvalidOperationException>(change);
        doc.CheckInvariants();

        static void Go(IEnumerable<object?> list, Action change)
        {
            foreach (var _ in list.Take(10))
                change();
        }
    }

    [Fact]
    public void A_list_is_gone_through_while_others_change_and_its_own_values_are_replaced()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var doc = new YDoc();
            var (array, other, text) = (doc.GetArray("a"), doc.GetArray("b"), doc.GetText("t"));
            for (var at = 0; at < 40; at++)
                array.Insert(random.Next(array.Count + 1), at);
            var expected = array.ToList();
            var index = 0;
            void Step(object? value)
            {
                Assert.Equal(expected[index], value);
                Change(random.Next(5), index);
                index++;
            }
            void Change(int kind, int at)
            {
                if (kind == 0)
                    text.Insert(random.Next(text.Length + 1), "text");
                else if (kind == 1)
                    text.Delete(0, text.Length / 2);
                else if (kind == 2)
                    other.Insert(random.Next(other.Count + 1), "beside");
                else if (kind == 3 && other.Count > 0)
                    other.Delete(0, random.Next(other.Count));
                else
                    doc.Transact(_ =>
                    {
                        array.Delete(at);
                        array.Insert(at, expected[at]);
                    });
            }
            // It begins outside, goes on inside and ends outside of a transaction.
            using var values = array.GetEnumerator();
            doc.Transact(_ =>
            {
                for (var until = random.Next(20); until > 0 && values.MoveNext(); until--)
                    Step(values.Current);
            });
            while (values.MoveNext())
                Step(values.Current);
            Assert.Equal(expected.Count, index);
            doc.CheckInvariants();
        }
    }
}
