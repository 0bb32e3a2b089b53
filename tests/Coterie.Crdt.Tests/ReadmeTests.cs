using System.Text.RegularExpressions;

namespace Coterie.Crdt.Tests;

/// <summary>What the README of the library shows is here word for word, and does what it says there.</summary>
public sealed class ReadmeTests
{
    private readonly List<byte[]> _sent = [];

    private void Send(byte[] update) => _sent.Add(update);

    [Fact]
    public void What_the_README_shows_works()
    {
        var doc = new YDoc();
        doc.Updated += (update, transaction) => Send(update); // one for each transaction
        var text = doc.GetText("notes");
        text.Insert(0, "hello");

        var other = new YDoc();
        other.ApplyUpdate(doc.EncodeStateAsUpdate()); // or every update that was sent, in any order, any number of times

        var tasks = doc.GetArray("tasks");
        var task = new YMap { ["title"] = "write", ["done"] = false };
        tasks.Push(task);
        tasks.Insert(0, "first", 2, null);
        task["done"] = true;
        tasks.Delete(0, 3);
        Assert.Equal(true, ((YMap)tasks[0]!)["done"]);

        var rich = doc.GetText("rich");
        rich.Insert(0, "plain bold");
        rich.Format(6, 4, new ValueObject { ["bold"] = true });
        rich.InsertEmbed(0, new ValueObject { ["image"] = "cat.png" });
        rich.ApplyDelta(DeltaOp.Retain(1), DeltaOp.Delete(6));
        var delta = rich.ToDelta();
        Assert.Equal("bold", delta[1].Content);
        Assert.Equal(true, delta[1].Attributes!["bold"]);

        var page = doc.GetXmlFragment("page");
        var paragraph = new YXmlElement("p");
        paragraph.SetAttribute("class", "note");
        paragraph.Push(new YXmlText("hello"));
        page.Push(paragraph);
        page.InsertAfter(paragraph, new YXmlElement("hr"));
        Assert.Equal("<p class=\"note\">hello</p><hr></hr>", page.ToString());

        var heard = new List<string>();
        tasks.Changed += change => heard.Add($"{change.Delta[0].DeleteCount} gone");
        tasks.ChangedDeep += (changes, _) => heard.Add($"{changes.Count} at /{string.Join('/', changes[0].Path)}");
        doc.Transact(_ =>
        {
            task["title"] = "rewrite";
            task["done"] = false;
        });
        tasks.Delete(0);
        Assert.Equal(["1 at /0", "1 gone", "1 at /"], heard);

        using var undo = new UndoManager(doc, [rich]);
        rich.Insert(0, "oops ");
        undo.StopCapturing();
        rich.Insert(0, "more ");
        undo.Undo();
        Assert.Equal("oops bold", rich.ToString());
        undo.Undo();
        undo.Redo();

        var peer = new YDoc();
        var answer = SyncProtocol.Receive(doc, SyncProtocol.Step1(peer));
        SyncProtocol.Receive(peer, answer!);
        doc.Updated += (update, _) => SyncProtocol.Receive(peer, SyncProtocol.Update(update));
        rich.Insert(0, "so ");
        Assert.Equal(rich.ToString(), peer.GetText("rich").ToString());

        var (here, there) = (new Awareness(doc), new Awareness(peer));
        var cursor = RelativePosition.At(rich, 3);
        here.Set(new ValueObject { ["name"] = "Ada", ["cursor"] = cursor.ToJson() });
        there.Apply(here.Encode(here.Client));
        var state = (ValueObject)there.States[here.Client]!;
        peer.GetText("rich").Insert(0, "and ");
        var place = RelativePosition.FromJson(state["cursor"]).In(peer);
        Assert.Equal((peer.GetText("rich"), 7), place);

        var merged = Update.Merge(doc.EncodeStateAsUpdate(), peer.EncodeStateAsUpdate());
        var missing = Update.Diff(merged, peer.StateVector.Encode());
        var cold = new ColdDocument(Update.ToV2(merged));
        cold.ApplyUpdate(missing);
        Assert.Equal(peer.GetText("rich").ToString(), cold.Load().GetText("rich").ToString());

        var past = new YDoc(new YDocOptions { Gc = false });
        past.GetText("notes").Insert(0, "draft");
        var then = Snapshot.Of(past);
        past.GetText("notes").Delete(0, 5);
        Assert.Equal("draft", then.Restore(past).GetText("notes").ToString());

        var books = doc.GetMap("books");
        var mine = new YDoc();
        books["first"] = mine;
        mine.GetText("page").Insert(0, "once");
        peer.ApplyUpdate(doc.EncodeStateAsUpdate());
        var theirs = (YDoc)peer.GetMap("books")["first"]!;
        theirs.Load();
        theirs.ApplyUpdate(mine.EncodeStateAsUpdate());
        Assert.Equal("once", theirs.GetText("page").ToString());

        using var users = new PermanentUserData(doc);
        users.SetUser(doc.ClientId, "Ada");
        Assert.Equal("Ada", users.UserOf(doc.ClientId));

        Assert.Equal("hello", other.GetText("notes").ToString());
        Assert.NotEmpty(_sent);
        doc.CheckInvariants();
        peer.CheckInvariants();
    }

    [Fact]
    public void What_the_README_shows_is_in_this_file()
    {
        var project = Path.Combine(AppContext.BaseDirectory, "../../..");
        var here = Words(File.ReadAllText(Path.Combine(project, "ReadmeTests.cs")));
        var readme = File.ReadAllText(Path.Combine(project, "../../src/Coterie.Crdt/README.md"));
        var pieces = Regex.Matches(
            readme,
            "```csharp\n(?<code>.*?)```",
            RegexOptions.Singleline | RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(10)
        );
        Assert.NotEmpty(pieces);
        foreach (Match piece in pieces)
            Assert.Contains(Words(piece.Groups["code"].Value), here, StringComparison.Ordinal);
    }

    /// <summary>Without the space between words, which the formatter chooses.</summary>
    private static string Words(string code) => string.Concat(code.Where(static each => !char.IsWhiteSpace(each)));
}
