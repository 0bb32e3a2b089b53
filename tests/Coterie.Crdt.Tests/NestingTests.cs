namespace Coterie.Crdt.Tests;

/// <summary>However deep types nest, nothing that reads or writes them ends the program.</summary>
public sealed class NestingTests
{
    private const int Deep = 20_000;

    /// <summary>Less than any thread has, main threads and those of other systems too.</summary>
    private const int SmallStack = 384 << 10;

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void Deep_XML_becomes_a_string(int inAttributes)
    {
        var doc = new YDoc();
        var fragment = doc.GetXmlFragment("x");
        var top = new YXmlElement("p");
        fragment.Push(top);
        doc.Transact(_ =>
        {
            for (var (at, element) = (1, top); at < Deep; at++)
            {
                var below = new YXmlElement("p");
                if (inAttributes == 1)
                    element.SetAttribute("a", below);
                else
                    element.Push(below);
                element = below;
            }
        });
        var (open, close) = inAttributes == 1 ? ("<p a=\"", "\"></p>") : ("<p>", "</p>");
        string Repeated(string text) => string.Concat(Enumerable.Repeat(text, Deep - 1));
        Assert.Equal(Repeated(open) + "<p></p>" + Repeated(close), InSmallStack(fragment.ToString));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Plain_values_are_given_out_as_deep_as_types_may_nest(bool asMap)
    {
        var (doc, top) = (new YDoc(), (YType)new YArray());
        doc.GetArray("a").Push(top);
        for (var depth = 2; depth < Limits.TypeDepth; depth++)
            top = Put(top, asMap);
        var json = InSmallStack(doc.GetArray("a").ToJson);
        var depths = 0;
        for (; json is object?[] { Length: 1 } or ValueObject { Count: 1 }; depths++)
            json = json is object?[] values ? values[0] : ((ValueObject)json)["k"];
        Assert.Equal(Limits.TypeDepth - 1, depths);
        Put(top, asMap);
        Assert.Throws<InvalidOperationException>(() => InSmallStack(doc.GetArray("a").ToJson));
    }

    [Fact]
    public void What_nests_too_deep_is_not_put_in()
    {
        var doc = new YDoc();
        var array = doc.GetArray("a");
        Assert.Throws<InvalidOperationException>(() => array.Push(Tower(Deep)));
        Assert.Throws<InvalidOperationException>(() => doc.GetText("t").InsertEmbed(0, Tower(Limits.TypeDepth + 1)));
        Assert.Throws<InvalidOperationException>(() => doc.GetMap("m")["k"] = Tower(Limits.TypeDepth + 1));
        Assert.Empty(doc.StateVector.Clients);
        InSmallStack(() =>
        {
            array.Push(Tower(Limits.TypeDepth));
            return array;
        });
        Assert.Equal(Limits.TypeDepth, doc.StateVector[doc.ClientId]);
        doc.CheckInvariants();
    }

    [Fact]
    public void A_type_inside_itself_or_in_two_places_is_not_put_in()
    {
        var doc = new YDoc();
        var array = doc.GetArray("a");
        var (outer, inner, element) = (new YArray(), new YArray(), new YXmlElement("p"));
        outer.Push(inner);
        inner.Push(outer);
        element.Push(element);
        var twice = new YMap();
        var holder = new YMap { ["one"] = twice, ["other"] = twice };
        foreach (var type in new YType[] { outer, inner, element, holder })
            Assert.Throws<InvalidOperationException>(() => array.Push(type));
        Assert.Throws<InvalidOperationException>(element.ToString);
        Assert.Throws<InvalidOperationException>(outer.ToJson);
        Assert.Throws<ArgumentException>(() => array.Push(doc));
        Assert.Empty(array);
        Assert.Empty(doc.StateVector.Clients);
    }

    /// <summary>Marks are cleaned up in the order in which clients were deleted from: it has to be that of Yjs.</summary>
    [Fact]
    public void What_a_type_holds_is_deleted_before_what_follows_the_type()
    {
        var doc = new YDoc { ClientId = 3 };
        var root = doc.GetArray("a");
        var (outer, first) = (new YArray(), new YMap());
        root.Push(outer);
        doc.ClientId = 1;
        outer.Push(first);
        doc.ClientId = 2;
        outer.Push(new YMap());
        doc.ClientId = 4;
        first["k"] = new YText("t");
        doc.ClientId = 5;
        first["l"] = 1;
        List<ulong> clients = [];
        doc.AfterTransaction += transaction => clients.AddRange(transaction.DeleteSet.Clients);
        root.Delete(0);
        Assert.Equal([3UL, 1UL, 4UL, 5UL, 2UL], clients);
        doc.CheckInvariants();
    }

    private static YType Put(YType top, bool asMap)
    {
        YType below = asMap ? new YMap() : new YArray();
        if (top is YArray array)
            array.Push(below);
        else
            ((YMap)top)["k"] = below;
        return below;
    }

    /// <summary>Types of all kinds, one in the other.</summary>
    private static YType Tower(int height)
    {
        YType top = new YArray();
        for (var at = 1; at < height; at++)
            top = Around(top, at);
        return top;
    }

    private static YType Around(YType type, int at)
    {
        switch (at % 4)
        {
            case 0:
                var text = new YText();
                text.InsertEmbed(0, type);
                return text;
            case 1:
                return new YMap { ["k"] = type };
            case 2:
                var element = new YXmlElement("p");
                element.Push(type);
                return element;
            default:
                var array = new YArray();
                array.Push(type);
                return array;
        }
    }

    internal static T? InSmallStack<T>(Func<T> read)
    {
        T? result = default;
        Exception? error = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    result = read();
                }
                catch (InvalidOperationException thrown)
                {
                    error = thrown;
                }
            },
            SmallStack
        );
        thread.Start();
        thread.Join();
        return error is null ? result : throw error;
    }
}
