using Coterie.Crdt.Tests.Vectors;

namespace Coterie.Crdt.Tests;

/// <summary>Merge, diff and the rest, on bytes alone: byte for byte what Yjs makes of them.</summary>
public sealed class UpdateTests
{
    [Fact]
    public void All_updates_of_a_session_merge_into_one() =>
        Corpus.ForEach(session =>
        {
            var merged = (ValueObject)session["merged"]!;
            byte[][] v1 = [.. session.Updates.Select(each => Session.Base64(each["v1"]))];
            byte[][] v2 = [.. session.Updates.Select(each => Session.Base64(each["v2"]))];
            Same(merged["v1"], Update.Merge(v1));
            Same(merged["v2"], Update.MergeV2(v2));
            Same(merged["v1toV2"], Update.ToV2(Session.Base64(merged["v1"])));
            Same(merged["v2toV1"], Update.ToV1(Session.Base64(merged["v2"])));
            Assert.Equal(
                StateVector.Decode(Session.Base64(merged["svFromUpdate"])).Encode(),
                Update.StateVectorOf(Session.Base64(merged["v1"])).Encode()
            );
            var meta = (ValueObject)merged["meta"]!;
            var (from, to) = Update.MetaOf(Session.Base64(merged["v1"]));
            Same(meta["from"], from);
            Same(meta["to"], to);
        });

    [Fact]
    public void One_update_alone_is_copied_and_refused_where_it_is_none()
    {
        var doc = new YDoc();
        doc.GetText("t").Insert(0, "text");
        var (v1, v2) = (doc.EncodeStateAsUpdate(), doc.EncodeStateAsUpdateV2());
        Assert.Equal(v1, Update.Merge(v1));
        Assert.NotSame(v1, Update.Merge(v1));
        Assert.Equal(v2, Update.MergeV2(v2));
        Assert.NotSame(v2, Update.MergeV2(v2));
        Assert.Throws<InvalidUpdateException>(() => Update.Merge([v1[..^1]]));
        Assert.Throws<InvalidUpdateException>(() => Update.MergeV2([v2[..^1]]));
    }

    [Fact]
    public void Updates_with_gaps_between_them_merge_with_holes() =>
        Corpus.ForEach(session =>
        {
            if (session["mergedOdd"] is not ValueObject merged)
                return;
            var updates = Session.Ints(merged["u"]);
            Same(merged["v1"], Update.Merge([.. updates.Select(each => session.Update(each, "v1"))]));
            Same(merged["v2"], Update.MergeV2([.. updates.Select(each => session.Update(each, "v2"))]));
        });

    [Fact]
    public void A_diff_is_what_lies_beyond_a_state_vector() =>
        Corpus.ForEach(session =>
        {
            var merged = (ValueObject)session["merged"]!;
            var diff = (ValueObject)session["diff"]!;
            Same(diff["v1"], Update.Diff(Session.Base64(merged["v1"]), Session.Base64(diff["sv"])));
            Same(diff["v2"], Update.DiffV2(Session.Base64(merged["v2"]), Session.Base64(diff["sv"])));
        });

    [Fact]
    public void Hiding_what_people_wrote_gives_the_bytes_of_Yjs() => Corpus.ForEach(CheckObfuscated);

    internal static void CheckObfuscated(Session session)
    {
        if (session["obfuscated"] is not ValueObject obfuscated)
            return;
        var merged = (ValueObject)session["merged"]!;
        var (v1, v2) = (Session.Base64(merged["v1"]), Session.Base64(merged["v2"]));
        var least = new ObfuscateOptions
        {
            Formatting = false,
            Subdocs = false,
            Xml = false,
        };
        Same(obfuscated["v1"], Update.Obfuscate(v1));
        Same(obfuscated["v2"], Update.ObfuscateV2(v2));
        Same(obfuscated["leastV1"], Update.Obfuscate(v1, least));
        Same(obfuscated["leastV2"], Update.ObfuscateV2(v2, least));
    }

    private static void Same(object? expected, byte[] actual) =>
        Assert.Equal((string)expected!, Convert.ToBase64String(actual));

    private static void Same(object? expected, StateVector actual)
    {
        var pairs = ((object?[])expected!).Cast<object?[]>().ToList();
        Assert.Equal(pairs.Count, actual.Clients.Count);
        foreach (var pair in pairs)
            Assert.Equal((int)(double)pair[1]!, actual[(ulong)(double)pair[0]!]);
    }
}
