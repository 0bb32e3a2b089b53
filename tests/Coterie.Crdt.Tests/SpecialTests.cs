using Coterie.Crdt.Bytes;
using Coterie.Crdt.Tests.Vectors;

namespace Coterie.Crdt.Tests;

/// <summary>Single cases of real Yjs that random sessions do not reach.</summary>
public sealed class SpecialTests
{
    [Fact]
    public void Every_special_case_gives_what_Yjs_gives()
    {
        var failures = new List<string>();
        foreach (var recorded in Corpus.Misc("special.json", "vectors"))
        foreach (var codec in recorded.ContainsKey("updatesV2") ? ["V1", "V2"] : new[] { "V1" })
            try
            {
                Check(recorded, codec);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                failures.Add($"{recorded["name"]} {codec}: {error.Message}");
            }
        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }

    [Fact]
    public void A_larger_corpus_that_is_named_and_not_there_is_told()
    {
        var folder = Directory.CreateTempSubdirectory("corpus").FullName;
        try
        {
            Assert.Empty(Corpus.Larger(null));
            Assert.Throws<DirectoryNotFoundException>(() => Corpus.Larger(folder));
            Directory.CreateDirectory(Path.Combine(folder, "sessions"));
            Assert.Equal([folder], Corpus.Larger(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Check(ValueObject recorded, string codec)
    {
        var doc = new YDoc(new YDocOptions { Gc = recorded.GetValueOrDefault("gc") is not false });
        foreach (var update in (object?[])recorded[$"updates{codec}"]!)
            if (codec == "V1")
                doc.ApplyUpdate(Session.Base64(update));
            else
                doc.ApplyUpdateV2(Session.Base64(update));
        doc.CheckInvariants();
        if (recorded.TryGetValue("hookName", out var hookName))
        {
            var hook = Assert.IsType<YXmlHook>(doc.GetXmlFragment("x")[0]);
            Assert.Equal(hookName, hook.HookName);
            Assert.Equal(State.Expected(recorded["value"]), State.Expected(hook.ToJson()));
            return;
        }
        if (recorded.TryGetValue("users", out var users))
        {
            var map = new ValueObject { ["users"] = "map" };
            Assert.Equal($"{{\"users\":{State.Expected(users)}}}", State.Of(doc, map));
            return;
        }
        Assert.Equal(recorded["stateVector"], Convert.ToBase64String(doc.StateVector.Encode()));
        Assert.Equal(recorded["pending"], doc.HasPendingStructs);
        Assert.Equal(recorded["pendingDs"], doc.HasPendingDeletes);
        Assert.Equal(State.Expected(recorded["state"]), State.Of(doc, (ValueObject)recorded["roots"]!));
        Assert.Equal((string)recorded["encodedV1"]!, Convert.ToBase64String(doc.EncodeStateAsUpdate()));
        Assert.Equal((string)recorded["encodedV2"]!, Convert.ToBase64String(doc.EncodeStateAsUpdateV2()));
    }
}
