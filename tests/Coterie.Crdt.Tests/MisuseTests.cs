namespace Coterie.Crdt.Tests;

/// <summary>Types of elsewhere and types that are gone are refused by name, and the document stays as it was.</summary>
public sealed class MisuseTests
{
    [Fact]
    public void A_child_of_elsewhere_is_no_place_to_insert_behind()
    {
        var (doc, other) = (new YDoc(), new YDoc());
        var (xml, beside, foreign) = (doc.GetXmlFragment("x"), doc.GetXmlFragment("y"), other.GetXmlFragment("x"));
        foreach (var each in new[] { xml, beside, foreign })
            each.Push(new YXmlElement("p"));
        var attribute = new YXmlElement("a");
        ((YXmlElement)xml[0]!).SetAttribute("a", attribute);
        var forgotten = new YXmlElement("f");
        xml.Push(forgotten);
        xml.Delete(1);
        var state = doc.EncodeStateAsUpdate();
        YType[] none = [(YType)beside[0]!, (YType)foreign[0]!, beside, attribute, forgotten, new YXmlElement("n")];
        foreach (var child in none)
            Assert.Throws<ArgumentException>(() => xml.InsertAfter(child, new YXmlElement("q")));
        Assert.Throws<ArgumentException>(() => ((YXmlElement)xml[0]!).InsertAfter(attribute, new YXmlElement("q")));
        Assert.Throws<ArgumentException>(() =>
            new YXmlFragment().InsertAfter(new YXmlElement("n"), new YXmlElement("q"))
        );
        Assert.Equal(state, doc.EncodeStateAsUpdate());
        xml.InsertAfter((YType)xml[0]!, new YXmlElement("q"));
        xml.InsertAfter(null, new YXmlElement("r"));
        Assert.StartsWith("<r></r><p", xml.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("<q></q>", xml.ToString(), StringComparison.Ordinal);
        doc.CheckInvariants();
        other.CheckInvariants();
    }

    [Fact]
    public void What_was_deleted_and_is_forgotten_takes_nothing_in()
    {
        var doc = new YDoc();
        var outer = doc.GetArray("a");
        var (array, map, text, xml) = (new YArray(), new YMap(), new YText("text"), new YXmlElement("p"));
        outer.Push(array, map, text, xml);
        outer.Delete(0, 4);
        // Others take the places of those that went.
        outer.Push(new YMap(), new YMap(), new YMap(), new YMap());
        var state = doc.EncodeStateAsUpdate();
        Action[] edits =
        [
            () => array.Push(1),
            () => map["k"] = 1,
            () => text.Insert(0, "x"),
            () => text.InsertEmbed(0, 1),
            () => xml.SetAttribute("a", 1),
            () => xml.Push(new YXmlText()),
        ];
        foreach (var edit in edits)
            Assert.Throws<InvalidOperationException>(edit);
        Assert.Throws<ArgumentException>(() => RelativePosition.At(text, 0));
        Assert.Equal(state, doc.EncodeStateAsUpdate());
        Assert.All(
            new YType[] { array, map, text, xml },
            static each => Assert.True(each.IsDeleted && each.Parent is null)
        );
        doc.CheckInvariants();
    }

    [Fact]
    public void A_shared_type_is_one_value_also_where_it_is_a_list()
    {
        var array = new YDoc().GetArray("a");
        array.Push(new YArray());
        array.Push(new YXmlElement("p"));
        array.Insert(0, new YMap());
        array.Insert(0, new YXmlFragment());
        array.Push((YType?)null);
        array.Push(new List<string> { "a", "b" });
        array.Push([new List<string> { "a", "b" }]);
        Assert.Equal(8, array.Count);
        Assert.IsType<YXmlFragment>(array[0]);
        Assert.IsType<YArray>(array[2]);
        Assert.Equal("p", Assert.IsType<YXmlElement>(array[3]).NodeName);
        Assert.Null(array[4]);
        Assert.Equal(["a", "b"], [array[5], array[6]]);
        Assert.Equal<object?>(["a", "b"], Assert.IsType<object?[]>(array[7]));
        var early = new YArray();
        early.Push(new YArray());
        early.Insert(0, new YXmlFragment());
        Assert.Equal(2, early.Count);
    }
}
