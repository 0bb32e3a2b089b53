namespace Coterie.Crdt.Tests;

/// <summary>Whoever listens hears, whatever others do who listen too; and what is let go of is told.</summary>
public sealed class HandlerTests
{
    [Fact]
    public void A_handler_that_throws_keeps_no_other_from_hearing()
    {
        var doc = new YDoc();
        var text = doc.GetText("t");
        var heard = new List<string>();
        static void Throw(string what) => throw new NotSupportedException(what);
        text.Changed += _ => Throw("changed");
        text.Changed += _ => heard.Add("changed");
        text.ChangedDeep += (_, _) => Throw("deep");
        text.ChangedDeep += (_, _) => heard.Add("deep");
        doc.AfterTransaction += _ => Throw("after");
        doc.AfterTransaction += _ => heard.Add("after");
        doc.Updated += (_, _) => Throw("updated");
        doc.Updated += (_, _) => heard.Add("updated");
        doc.Written += (_, _) => Throw("written");
        doc.Written += (_, _) => heard.Add("written");
        var thrown = Assert.Throws<AggregateException>(() => text.Insert(0, "a"));
        string[] all = ["changed", "deep", "after", "updated", "written"];
        Assert.Equal(all, heard);
        Assert.Equal(all, thrown.InnerExceptions.Select(static each => each.Message));
        Assert.Equal("a", text.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Who_hears_of_the_beginning_may_take_in_another_update_or_throw(bool isV2)
    {
        var (one, other, doc) = (new YDoc(), new YDoc(), new YDoc());
        one.GetText("t").Insert(0, "one");
        other.GetText("t").Insert(0, "other");
        var throws = true;
        doc.BeforeTransaction += _ =>
        {
            if (throws)
                throw new NotSupportedException("before");
            doc.ApplyUpdate(other.EncodeStateAsUpdate());
        };
        void Apply()
        {
            if (isV2)
                doc.ApplyUpdateV2(one.EncodeStateAsUpdateV2());
            else
                doc.ApplyUpdate(one.EncodeStateAsUpdate());
        }
        Assert.Throws<NotSupportedException>(Apply);
        doc.CheckInvariants();
        Assert.Empty(doc.StateVector.Clients);
        throws = false;
        Apply();
        doc.CheckInvariants();
        Assert.Equal("oneother".Length, doc.GetText("t").Length);
        Assert.Throws<InvalidUpdateException>(() => doc.ApplyUpdate([1, 2, 3]));
        doc.CheckInvariants();
        Assert.Equal("oneother".Length, doc.GetText("t").Length);
    }

    [Fact]
    public void What_a_change_threw_is_not_lost_when_an_observer_throws_too()
    {
        var doc = new YDoc();
        var array = doc.GetArray("a");
        array.Changed += static _ => throw new NotSupportedException("observer");
        var thrown = Assert.Throws<AggregateException>(() =>
            doc.Transact(_ =>
            {
                array.Push(1);
                throw new NotSupportedException("change");
            })
        );
        Assert.Equal(["change", "observer"], thrown.InnerExceptions.Select(static each => each.Message));
        Assert.Throws<NotSupportedException>(() => doc.Transact(static _ => throw new NotSupportedException("change")));
        Assert.Single(array);
        doc.CheckInvariants();
    }

    [Fact]
    public void A_subdocument_that_is_let_go_of_gives_its_place_to_a_fresh_one()
    {
        var (doc, gone) = (new YDoc(), new List<YDoc>());
        var map = doc.GetMap("m");
        var (first, inner) = (new YDoc(), new YDoc());
        map["d"] = first;
        first.GetMap("m")["i"] = inner;
        first.Destroyed += gone.Add;
        inner.Destroyed += gone.Add;
        var state = doc.EncodeStateAsUpdate();
        SubdocChanges? told = null;
        doc.SubdocsChanged += (changes, _) => told = changes;
        first.Destroy();
        first.Destroy();
        Assert.Equal([inner, first], gone);
        Assert.True(first.IsDestroyed);
        var second = Assert.IsType<YDoc>(map["d"]);
        Assert.NotSame(first, second);
        Assert.Equal(first.Guid, second.Guid);
        Assert.False(second.ShouldLoad);
        Assert.Equal([second], doc.Subdocs);
        Assert.Equal([second], told!.Added);
        Assert.Equal([first], told.Removed);
        Assert.Equal(state, doc.EncodeStateAsUpdate());

        second.Destroyed += gone.Add;
        map.Remove("d");
        Assert.Equal([inner, first, second], gone);
        Assert.Empty(doc.Subdocs);
        doc.CheckInvariants();
    }

    [Fact]
    public void Roots_are_named_whether_or_not_their_type_is_known()
    {
        var doc = new YDoc();
        doc.GetText("t").Insert(0, "a");
        doc.GetArray("a").Push(1);
        var copy = new YDoc();
        Assert.Empty(copy.Roots);
        copy.ApplyUpdate(doc.EncodeStateAsUpdate());
        var text = copy.GetText("t");
        Assert.Equal(
            [new("a", null), new("t", text)],
            copy.Roots.OrderBy(static each => each.Key, StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("{\"tname\":\"t\",\"item\":{\"client\":1,\"clock\":2},\"assoc\":-1}")]
    [InlineData("{\"type\":{\"client\":9007199254740991,\"clock\":0},\"assoc\":0}")]
    public void A_position_is_the_JSON_of_Yjs(string json)
    {
        var position = RelativePosition.FromJson(Bytes.JsonText.Read(json, 0));
        Assert.Equal(json, Bytes.JsonText.Write(position.ToJson()));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"tname\":1}")]
    [InlineData("{\"item\":[]}")]
    [InlineData("{\"item\":{\"client\":-1,\"clock\":0}}")]
    [InlineData("{\"item\":{\"client\":1,\"clock\":0.5}}")]
    [InlineData("{\"item\":{\"client\":1e300,\"clock\":0}}")]
    [InlineData("{\"tname\":\"t\",\"assoc\":1e10}")]
    public void What_is_no_position_is_refused(string json) =>
        Assert.Throws<FormatException>(() => RelativePosition.FromJson(Bytes.JsonText.Read(json, 0)));
}
