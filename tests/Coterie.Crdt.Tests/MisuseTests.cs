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

    [Fact]
    public void A_client_without_clocks_left_inserts_nothing_and_another_goes_on()
    {
        var doc = new YDoc { ClientId = 7 };
        var (text, array, map) = (doc.GetText("t"), doc.GetArray("a"), doc.GetMap("m"));
        text.Insert(0, "ab");
        var bold = new Dictionary<string, object?>(StringComparer.Ordinal) { ["bold"] = true };
        // Client 7 has collected structs up to three clocks before the last.
        doc.ApplyUpdate([1, 1, 7, 2, 0, 0xfa, 0xff, 0xff, 0xff, 0x07, 0]);
        doc.ClientId = 7;
        Assert.Equal(Limits.MostClock - 3, doc.StateVector[7]);
        var state = doc.EncodeStateAsUpdate();
        Action[] edits =
        [
            () => text.Insert(2, "cdef"),
            () => text.Insert(1, "cd", bold),
            () => array.Push(1, 2, 3, 4),
            () => array.Push(new YText("cdef")),
        ];
        foreach (var edit in edits[..3])
            Assert.Throws<InvalidOperationException>(edit);
        Assert.Equal(state, doc.EncodeStateAsUpdate());
        map["k"] = 1;
        text.Insert(2, "cd");
        Assert.Throws<InvalidOperationException>(() => map["k"] = 2);
        Assert.Throws<InvalidOperationException>(() => array.Push(new YText()));
        Assert.Throws<InvalidOperationException>(() => text.Insert(4, "e"));
        Assert.Throws<InvalidOperationException>(() => text.Format(0, 1, bold));
        Assert.Equal(Limits.MostClock, doc.StateVector[7]);
        doc.ClientId = 8;
        foreach (var edit in edits)
            edit();
        doc.CheckInvariants();
        var copy = new YDoc();
        copy.ApplyUpdate(doc.EncodeStateAsUpdate());
        Assert.Equal(text.ToString(), copy.GetText("t").ToString());
        Assert.Equal(doc.EncodeStateAsUpdate(), copy.EncodeStateAsUpdate());
    }

    [Fact]
    public void A_position_in_a_root_of_no_known_type_is_nowhere_yet()
    {
        var doc = new YDoc();
        var text = doc.GetText("t");
        text.Insert(0, "abc");
        var (within, end) = (RelativePosition.At(text, 1), RelativePosition.At(text, 3));
        var copy = new YDoc();
        Assert.Null(end.In(copy));
        copy.ApplyUpdate(doc.EncodeStateAsUpdate());
        Assert.Null(within.In(copy));
        Assert.Null(end.In(copy));
        var known = copy.GetText("t");
        Assert.Equal((known, 1), within.In(copy));
        Assert.Equal((known, 3), end.In(copy));
        Assert.Null(RelativePosition.Decode([1, 1, (byte)'u', 0]).In(copy));
    }

    [Fact]
    public void A_type_in_no_document_can_be_read()
    {
        var text = new YXmlText("abc");
        var element = new YXmlElement("p");
        element.Push(text);
        Assert.Equal("<p></p>", element.ToString());
        Assert.Equal(0, text.Length);
        Assert.Empty(text.ToDelta());
        Assert.Empty(text.ToDelta(Snapshot.Empty));
        Assert.Empty(text.Attributes);
        Assert.Null(text.GetAttribute("a"));
        Assert.Null(text.Parent);
        Assert.False(text.IsDeleted);
        new YDoc().GetXmlFragment("x").Push(element);
        Assert.Equal("<p>abc</p>", element.ToString());
    }

    [Fact]
    public void What_is_no_XML_stands_in_it_as_in_JavaScript()
    {
        var xml = new YDoc().GetXmlFragment("x");
        xml.Push(new YXmlHook("h"), new YArray(), new YText("t"), new YXmlElement("p"));
        Assert.Equal("[object Object][object Object]t<p></p>", xml.ToString());
    }

    [Fact]
    public void Nothing_in_place_of_something_is_refused_by_name()
    {
        var doc = new YDoc();
        var text = doc.GetText("t");
        Assert.Throws<ArgumentNullException>("attributes", () => text.Format(0, 1, null!));
        Assert.Throws<ArgumentNullException>("attributes", () => text.Insert(0, "a", null!));
        Assert.Throws<ArgumentNullException>("delta", () => text.ApplyDelta(null!));
        Assert.Throws<ArgumentNullException>("deleted", () => new Snapshot(null!, new StateVector()));
        Assert.Throws<ArgumentNullException>("known", () => new Snapshot(new DeleteSet(), null!));
        Assert.Throws<ArgumentNullException>("name", () => doc.GetText(null!));
        Assert.Throws<ArgumentNullException>("name", () => new YXmlElement(null!));
        Assert.Throws<ArgumentNullException>("name", () => new YXmlHook(null!));
    }

    [Fact]
    public void Numbers_that_no_double_holds_are_refused()
    {
        var array = new YDoc().GetArray("a");
        array.Push(1UL << 53, -(1L << 53), (byte)1, ulong.MinValue);
        Assert.Equal([9007199254740992.0, -9007199254740992.0, 1.0, 0.0], array);
        foreach (var value in new object[] { ulong.MaxValue, long.MinValue, long.MaxValue, 1m })
            Assert.Throws<ArgumentException>(() => array.Push(value));
        Assert.Equal(4, array.Count);
    }

    [Fact]
    public void Of_several_values_none_is_put_in_where_one_cannot_be()
    {
        var doc = new YDoc();
        var (array, map, text, xml) = (doc.GetArray("a"), doc.GetMap("m"), doc.GetText("t"), doc.GetXmlFragment("x"));
        var (type, subdoc, none) = (new YMap(), new YDoc(), new object());
        Action[] edits =
        [
            () => array.Push(type, type),
            () => array.Push(new YMap(), none),
            () => array.Push(1, new YMap { ["d"] = doc }),
            () => array.Push(subdoc, subdoc),
            () => array.Insert(0, new YMap { ["d"] = subdoc }, subdoc),
            () => map["k"] = new YMap { ["one"] = subdoc, ["other"] = subdoc },
            () => new YArray().Push(none),
            () => new YMap()["k"] = none,
            () => new YXmlElement("p").SetAttribute("k", none),
            () => new YText().InsertEmbed(0, none),
            () => new YText().ApplyDelta(DeltaOp.Insert("a"), DeltaOp.Insert(none)),
            () => text.ApplyDelta(DeltaOp.Insert("a"), DeltaOp.Insert(none)),
            () => text.Insert(0, "a", new ValueObject { ["k"] = none }),
            () => text.Format(0, -1, new ValueObject { ["k"] = true }),
            () => map["k"] = new List<object> { new YMap() },
            () => map["k"] = new Dictionary<int, string> { [1] = "one" },
        ];
        foreach (var edit in edits)
            Assert.ThrowsAny<SystemException>(edit);
        Assert.Empty(doc.StateVector.Clients);
        array.Push(type, subdoc);
        xml.Push(new YXmlText("a"));
        doc.CheckInvariants();
    }

    [Fact]
    public void A_type_that_is_put_in_and_cannot_be_filled_is_told()
    {
        var doc = new YDoc();
        var (array, told) = (doc.GetArray("a"), 0);
        array.Changed += _ => told++;
        var text = new YText();
        text.Insert(1, "a");
        Assert.Throws<ArgumentOutOfRangeException>(() => array.Push(text));
        Assert.Single(array);
        Assert.Equal(1, told);
        doc.CheckInvariants();
    }

    [Fact]
    public void What_is_kept_for_later_is_as_it_was_when_it_was_handed_in()
    {
        var doc = new YDoc();
        var (list, pairs) = (
            new List<object?> { 1 },
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["b"] = 1 }
        );
        var text = new YText("ab");
        text.Format(0, 1, pairs);
        text.InsertEmbed(2, pairs);
        var map = new YMap
        {
            ["l"] = list,
            ["s"] = new Dictionary<string, string>(StringComparer.Ordinal) { ["k"] = "v" },
        };
        list.Add(2);
        pairs["b"] = 2;
        doc.GetArray("a").Push(text, map);
        Assert.Equal(1.0, text.ToDelta()[0].Attributes!["b"]);
        Assert.Equal(1.0, ((ValueObject)text.ToDelta()[^1].Content!)["b"]);
        Assert.Equal<object?>([1.0], (object?[])map["l"]!);
        Assert.Equal("v", ((ValueObject)map["s"]!)["k"]);
    }

    [Fact]
    public void Users_are_kept_in_their_document_alone()
    {
        var doc = new YDoc();
        foreach (var users in new[] { new YDoc().GetMap("users"), new YMap() })
            Assert.Throws<ArgumentException>("users", () => new PermanentUserData(doc, users));
    }
}
