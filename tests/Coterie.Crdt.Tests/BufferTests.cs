using System.Buffers;
using Coterie.Crdt.Structs;
using Coterie.Crdt.Tests.Vectors;

namespace Coterie.Crdt.Tests;

/// <summary>What is written into a buffer is what the array would hold, behind what was there; what fails writes nothing.</summary>
public sealed class BufferTests
{
    private const byte Before = 7;

    [Fact]
    public void Updates_are_merged_cut_and_turned_into_buffers() =>
        Corpus.ForEach(session =>
        {
            var merged = (ValueObject)session["merged"]!;
            var diff = (ValueObject)session["diff"]!;
            var (v1, v2) = (Session.Base64(merged["v1"]), Session.Base64(merged["v2"]));
            var known = Session.Base64(diff["sv"]);
            Same(v1, output => Update.Merge(All(session, "v1"), output));
            Same(v2, output => Update.MergeV2(All(session, "v2"), output));
            Same(v1, output => Update.Merge([v1], output));
            Same(v2, output => Update.MergeV2([v2], output));
            Same(Session.Base64(diff["v1"]), output => Update.Diff(v1, known, output));
            Same(Session.Base64(diff["v2"]), output => Update.DiffV2(v2, known, output));
            Same(Session.Base64(merged["v1toV2"]), output => Update.ToV2(v1, output));
            Same(Session.Base64(merged["v2toV1"]), output => Update.ToV1(v2, output));
        });

    [Fact]
    public void A_document_and_the_sync_protocol_write_into_buffers() =>
        Corpus.ForEach(session =>
        {
            // Half of the updates, so that in some sessions something waits.
            var doc = new YDoc();
            for (var at = 0; at < session.Updates.Length; at += 2)
                doc.ApplyUpdate(session.Update(at, "v1"));
            var known = Session.Base64(((ValueObject)session["diff"]!)["sv"]);
            Same(doc.StateVector.Encode(), doc.StateVector.Encode);
            Same(doc.EncodeStateAsUpdate(), output => doc.EncodeStateAsUpdate(output));
            Same(doc.EncodeStateAsUpdate(known), output => doc.EncodeStateAsUpdate(output, known));
            Same(doc.EncodeStateAsUpdateV2(), output => doc.EncodeStateAsUpdateV2(output));
            Same(doc.EncodeStateAsUpdateV2(known), output => doc.EncodeStateAsUpdateV2(output, known));
            Same(SyncProtocol.Step1(doc), output => SyncProtocol.Step1(doc, output));
            Same(SyncProtocol.Step2(doc, known), output => SyncProtocol.Step2(doc, known, output));
            Same(SyncProtocol.Update(known), output => SyncProtocol.Update(known, output));
            var (then, there) = (Snapshot.Of(doc), new Awareness(doc));
            Same(then.Encode(), then.Encode);
            Same(then.EncodeV2(), then.EncodeV2);
            Same(there.Encode(doc.ClientId), output => there.Encode([doc.ClientId], output));
            var asked = SyncProtocol.Step1(new YDoc());
            Same(SyncProtocol.Receive(doc, asked)!, output => Assert.True(SyncProtocol.Receive(doc, asked, output)));
            Same([], output => Assert.False(SyncProtocol.Receive(new YDoc(), SyncProtocol.Step2(doc, known), output)));
            doc.CheckInvariants();
        });

    [Theory]
    [InlineData((int)Shortcuts.All)]
    [InlineData((int)Shortcuts.None)]
    public void What_is_told_as_a_span_is_what_is_told_as_an_array(int shortcuts)
    {
        var seed = Environment.TickCount & 0xff_ffff;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var doc = new YDoc(new YDocOptions { Shortcuts = (Shortcuts)shortcuts });
        List<byte[]> arrays = [],
            spans = [];
        doc.Written += (update, transaction) =>
        {
            var copy = update.ToArray();
            // Neither the state nor a further change disturbs what is being read.
            transaction.Doc.EncodeStateAsUpdate();
            transaction.Doc.EncodeStateAsUpdateV2();
            if (random.Next(10) == 0)
                transaction.Doc.GetMap("m")["k"] = random.Next();
            Assert.Equal(copy, update);
            spans.Add(copy);
        };
        doc.WrittenV2 += (update, transaction) =>
        {
            var copy = update.ToArray();
            transaction.Doc.EncodeStateAsUpdateV2();
            Assert.Equal(copy, update);
            spans.Add(copy);
        };
        doc.Updated += (update, _) => arrays.Add(update);
        doc.UpdatedV2 += (update, _) => arrays.Add(update);
        var text = doc.GetText("t");
        for (var at = 0; at < 300; at++)
        {
            if (text.Length > 0 && random.Next(3) == 0)
                text.Delete(random.Next(text.Length), 1);
            else
                text.Insert(random.Next(4) == 0 ? random.Next(text.Length + 1) : text.Length, "k");
            doc.CheckInvariants();
        }
        Assert.Equal(arrays, spans);
        var copyOf = new YDoc();
        for (var at = 0; at < spans.Count; at += 2)
            copyOf.ApplyUpdate(spans[at]);
        Assert.Equal(doc.EncodeStateAsUpdate(), copyOf.EncodeStateAsUpdate());
    }

    [Fact]
    public void What_is_no_update_writes_nothing()
    {
        byte[] wrong = [1, 1];
        byte[] empty = [0, 0];
        Refused(output => Update.Merge([empty, wrong], output));
        Refused(output => Update.MergeV2([wrong, wrong], output));
        Refused(output => Update.Diff(empty, wrong, output));
        Refused(output => Update.DiffV2(wrong, [0], output));
        Refused(output => Update.ToV1(wrong, output));
        Refused(output => Update.ToV2(wrong, output));
        Refused(output => new YDoc().EncodeStateAsUpdate(output, wrong));
        Refused(output => new YDoc().EncodeStateAsUpdateV2(output, wrong));
        Refused(output => SyncProtocol.Step2(new YDoc(), wrong, output));
        Refused(output => SyncProtocol.Receive(new YDoc(), wrong, output));
    }

    private static ReadOnlyMemory<byte>[] All(Session session, string codec) =>
        [.. session.Updates.Select(each => (ReadOnlyMemory<byte>)Session.Base64(each[codec]))];

    private static void Same(byte[] expected, Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write([Before]);
        write(output);
        Assert.Equal([Before, .. expected], output.WrittenSpan);
    }

    private static void Refused(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.Throws<InvalidUpdateException>(() => write(output));
        Assert.Equal(0, output.WrittenCount);
    }
}
