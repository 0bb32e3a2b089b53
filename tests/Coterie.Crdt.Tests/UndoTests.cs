namespace Coterie.Crdt.Tests;

/// <summary>What undo may touch; that it does the same as Yjs is checked on the recorded sessions.</summary>
public sealed class UndoTests
{
    private readonly YDoc _doc = new(new YDocOptions { ClientId = 1 });

    [Theory]
    [InlineData(false, "theirs")]
    [InlineData(true, "first")]
    public void A_value_that_somebody_else_set_since_stays_unless_told_otherwise(bool ignores, string left)
    {
        var map = _doc.GetMap("m");
        using var undo = new UndoManager(_doc, [map], new UndoOptions { IgnoreRemoteMapChanges = ignores });
        map["k"] = "first";
        undo.StopCapturing();
        map["k"] = "second";
        var other = new YDoc(new YDocOptions { ClientId = 2 });
        other.ApplyUpdate(_doc.EncodeStateAsUpdate());
        other.GetMap("m")["k"] = "theirs";
        _doc.ApplyUpdate(other.EncodeStateAsUpdate(), "remote");
        undo.Undo();
        Assert.Equal(left, map["k"]);
        _doc.CheckInvariants();
    }

    [Fact]
    public void What_undo_made_a_copy_of_is_parted_where_a_known_struct_refers_into_it_as_in_yjs()
    {
        var text = _doc.GetText("text");
        using var undo = new UndoManager(_doc, [text]);
        text.Insert(0, "ne");
        undo.StopCapturing();
        text.Delete(0, 2);
        undo.Undo();
        Assert.Equal(
            "0102010004010474657874026E65440100026E650101010002",
            Convert.ToHexString(_doc.EncodeStateAsUpdate())
        );
        _doc.ApplyUpdate(Convert.FromHexString("01010101840100016500")); // the "e" once more, behind the "n"
        Assert.Equal(
            "0103010004010474657874016E8401000165440100026E650101010002", // Yjs 13.6 after the same
            Convert.ToHexString(_doc.EncodeStateAsUpdate())
        );
        _doc.CheckInvariants();
    }

    [Fact]
    public void What_the_filter_protects_stays_when_its_insertion_is_undone()
    {
        var text = _doc.GetText("t");
        var seen = new List<(StructId, int, YType?, string?)>();
        using var undo = new UndoManager(
            _doc,
            [text],
            new UndoOptions
            {
                DeleteFilter = item =>
                {
                    seen.Add((item.Id, item.Length, item.Parent, item.Key));
                    return item.Length == 2;
                },
            }
        );
        _doc.Transact(_ =>
        {
            text.Insert(0, "abc");
            text.Insert(0, "de");
        });
        Assert.NotNull(undo.Undo());
        Assert.Equal("abc", text.ToString());
        Assert.Equal([(new StructId(1, 3), 2, text, null), (new StructId(1, 0), 3, text, null)], seen);
        _doc.CheckInvariants();
    }

    [Fact]
    public void A_transaction_that_is_not_to_be_captured_is_no_step()
    {
        var text = _doc.GetText("t");
        using var undo = new UndoManager(
            _doc,
            [text],
            new UndoOptions
            {
                TrackedOrigins = ["typed", "pasted"],
                CaptureTransaction = static transaction => transaction.Origin is "typed",
            }
        );
        _doc.Transact(_ => text.Insert(0, "a"), "pasted");
        Assert.False(undo.CanUndo);
        _doc.Transact(_ => text.Insert(0, "b"), "typed");
        Assert.Single(undo.UndoStack);
    }

    [Fact]
    public void Types_and_origins_may_be_added_later()
    {
        var (text, map) = (_doc.GetText("t"), _doc.GetMap("m"));
        using var undo = new UndoManager(_doc, [text]);
        map["k"] = 1;
        Assert.False(undo.CanUndo);
        undo.AddToScope(map, text);
        map["k"] = 2;
        Assert.Single(undo.UndoStack);
        undo.StopCapturing();
        _doc.Transact(_ => map["k"] = 3, "pasted");
        Assert.Single(undo.UndoStack);
        undo.Track("pasted");
        _doc.Transact(_ => map["k"] = 4, "pasted");
        Assert.Equal(2, undo.UndoStack.Count);
        undo.Untrack("pasted");
        _doc.Transact(_ => map["k"] = 5, "pasted");
        Assert.Equal(2, undo.UndoStack.Count);
        Assert.Throws<ArgumentException>(() => undo.AddToScope(new YDoc().GetText("t")));
    }

    [Fact]
    public void Who_listens_hears_of_steps_that_grow_and_go()
    {
        var text = _doc.GetText("t");
        var heard = new List<string>();
        using var undo = new UndoManager(_doc, [text]);
        undo.ItemAdded += (_, redo) => heard.Add(redo ? "redo" : "undo");
        undo.ItemUpdated += step => heard.Add($"grown to {step.Insertions[1][0].Length}");
        undo.Cleared += (undone, redone) => heard.Add($"cleared {undone} {redone}");
        text.Insert(0, "ab");
        text.Insert(0, "c");
        undo.Undo();
        text.Insert(0, "d");
        undo.Clear();
        undo.Clear();
        Assert.Equal(["undo", "grown to 3", "redo", "cleared False True", "undo", "cleared True True"], heard);
    }

    [Fact]
    public void What_a_filter_throws_at_is_kept_and_the_document_goes_on()
    {
        var doc = new YDoc(new YDocOptions { GcFilter = static _ => throw new ArithmeticException() });
        var text = doc.GetText("t");
        text.Insert(0, "kept");
        Assert.Throws<ArithmeticException>(() => text.Delete(1, 2));
        Assert.Equal("kt", text.ToString());
        text.Insert(1, "en");
        doc.CheckInvariants();
        var bytes = System.Text.Encoding.Latin1.GetString(doc.EncodeStateAsUpdate());
        Assert.Contains("ep", bytes, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_filter_keeps_is_not_forgotten()
    {
        var doc = new YDoc(new YDocOptions { GcFilter = static item => item.Key is not null });
        var (text, map) = (doc.GetText("t"), doc.GetMap("m"));
        text.Insert(0, "kept");
        map["k"] = "gone";
        text.Delete(0, 4);
        map.Remove("k");
        doc.CheckInvariants();
        var bytes = System.Text.Encoding.Latin1.GetString(doc.EncodeStateAsUpdate());
        Assert.Contains("kept", bytes, StringComparison.Ordinal);
        Assert.DoesNotContain("gone", bytes, StringComparison.Ordinal);
    }
}
