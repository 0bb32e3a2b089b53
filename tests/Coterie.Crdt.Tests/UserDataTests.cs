using System.Diagnostics;
using Coterie.Crdt.Bytes;
using Coterie.Crdt.Tests.Vectors;

namespace Coterie.Crdt.Tests;

/// <summary>Who wrote and who deleted: said by Yjs and read here, said here and read by Yjs.</summary>
public sealed class UserDataTests
{
    [Fact]
    public async Task What_Yjs_noted_is_known_here()
    {
        var told = await AskYjs("write", []);
        var doc = new YDoc();
        doc.ApplyUpdate(Session.Base64(told["update"]));
        using var users = new PermanentUserData(doc);
        Assert.Equal("Ada", users.UserOf(1));
        Assert.Equal("Bob", users.UserOf(2));
        AssertSame(told, users);
    }

    [Fact]
    public async Task What_is_noted_here_is_known_to_Yjs()
    {
        var seed = Environment.TickCount & 0xff_ffff;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var docs = Enumerable.Range(1, 3).Select(id => new YDoc(new YDocOptions { ClientId = (ulong)id })).ToList();
        var users = docs.Select(doc => new PermanentUserData(doc)).ToList();
        try
        {
            for (var at = 0; at < docs.Count; at++)
                users[at].SetUser(docs[at].ClientId, $"user {docs[at].ClientId}");
            for (var step = 0; step < 60; step++)
            {
                var doc = docs[random.Next(docs.Count)];
                var text = doc.GetText("t");
                if (random.Next(3) == 0)
                    doc.ApplyUpdate(docs[random.Next(docs.Count)].EncodeStateAsUpdate(), "remote");
                else if (text.Length > 4 && random.Next(2) == 0)
                    text.Delete(random.Next(text.Length - 3), 1 + random.Next(3));
                else
                    text.Insert(random.Next(text.Length + 1), "some");
                doc.CheckInvariants();
            }
            foreach (var doc in docs[1..])
                docs[0].ApplyUpdate(doc.EncodeStateAsUpdate(), "remote");
            docs[0].CheckInvariants();
            var told = await AskYjs("read", docs[0].EncodeStateAsUpdate());
            Assert.Equal(3, ((ValueObject)told["users"]!).Count);
            // Of two who deleted a unit at the same time the first one counts: both read the same bytes.
            var fresh = new YDoc();
            fresh.ApplyUpdate(docs[0].EncodeStateAsUpdate());
            using var read = new PermanentUserData(fresh);
            AssertSame(told, read);
        }
        finally
        {
            users.ForEach(each => each.Dispose());
        }
    }

    [Fact]
    public void Two_who_set_one_user_at_the_same_time_lose_nothing()
    {
        var docs = new[] { 1UL, 2UL }.Select(id => new YDoc(new YDocOptions { ClientId = id })).ToList();
        var users = docs.Select(doc => new PermanentUserData(doc)).ToList();
        for (var at = 0; at < 2; at++)
        {
            users[at].SetUser(docs[at].ClientId, "Ada");
            docs[at].GetText("t").Insert(0, "x");
            docs[at].GetText("t").Delete(0, 1);
        }
        for (var n = 0; n < 2; n++)
        {
            docs[0].ApplyUpdate(docs[1].EncodeStateAsUpdate(), "remote");
            docs[1].ApplyUpdate(docs[0].EncodeStateAsUpdate(), "remote");
        }
        var fresh = new YDoc();
        fresh.ApplyUpdate(docs[0].EncodeStateAsUpdate());
        fresh.CheckInvariants();
        using var late = new PermanentUserData(fresh);
        foreach (var each in users.Append(late))
        {
            Assert.Equal("Ada", each.UserOf(1));
            Assert.Equal("Ada", each.UserOf(2));
            foreach (var doc in docs)
                Assert.Contains(
                    Enumerable.Range(0, 8),
                    clock => each.DeleterOf(new StructId(doc.ClientId, clock)) == "Ada"
                );
            each.Dispose();
        }
    }

    [Fact]
    public void Only_what_the_filter_lets_through_is_the_users()
    {
        var doc = new YDoc(new YDocOptions { ClientId = 1 });
        using var users = new PermanentUserData(doc);
        users.SetUser(1, "Ada", static (transaction, _) => transaction.Origin is "typed");
        var text = doc.GetText("t");
        text.Insert(0, "ab");
        var clock = doc.StateVector[1] - 2;
        doc.Transact(_ => text.Delete(0, 1), "typed");
        doc.Transact(_ => text.Delete(0, 1), "tidied");
        Assert.Equal("Ada", users.DeleterOf(new StructId(1, clock)));
        Assert.Null(users.DeleterOf(new StructId(1, clock + 1)));
    }

    [Fact]
    public void The_note_goes_out_behind_the_deletion_as_an_update_of_its_own()
    {
        var doc = new YDoc(new YDocOptions { ClientId = 1 });
        using var users = new PermanentUserData(doc);
        users.SetUser(1, "Ada");
        var text = doc.GetText("t");
        text.Insert(0, "ab");
        var updates = new List<byte[]>();
        doc.Updated += (update, _) => updates.Add(update);
        text.Delete(0, 1);
        Assert.Equal(2, updates.Count);
        Assert.Empty(Update.MetaOf(updates[0]).To.Clients);
        Assert.Equal([1UL], Update.MetaOf(updates[1]).To.Clients);
        doc.CheckInvariants();
    }

    [Fact]
    public void What_is_no_user_is_passed_over()
    {
        var doc = new YDoc();
        var map = doc.GetMap("users");
        map["no map"] = 1;
        map["no lists"] = new YMap { ["ids"] = 1, ["ds"] = new YMap() };
        var (ids, ds) = (new YArray(), new YArray());
        map["no values"] = new YMap { ["ids"] = ids, ["ds"] = ds };
        using var users = new PermanentUserData(doc);
        ids.Push("1", -1, 1.5, double.NaN, 1e300, null, 7);
        ds.Push("x", new byte[] { 1, 2 }, Array.Empty<byte>(), null);
        Assert.Equal("no values", users.UserOf(7));
        Assert.Null(users.UserOf(1));
        Assert.Null(users.DeleterOf(new StructId(0, 0)));
    }

    private static void AssertSame(ValueObject told, PermanentUserData users)
    {
        foreach (var (client, user) in (ValueObject)told["users"]!)
            Assert.Equal(user, users.UserOf(ulong.Parse(client, System.Globalization.CultureInfo.InvariantCulture)));
        var deletions = 0;
        foreach (var (client, deleters) in (ValueObject)told["deleters"]!)
        {
            var id = ulong.Parse(client, System.Globalization.CultureInfo.InvariantCulture);
            var clock = 0;
            foreach (var deleter in (object?[])deleters!)
            {
                Assert.Equal(deleter, users.DeleterOf(new StructId(id, clock++)));
                deletions += deleter is null ? 0 : 1;
            }
        }
        Assert.True(deletions > 0, "nothing was deleted");
    }

    private static async Task<ValueObject> AskYjs(string what, byte[] update)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "../../../yjs/users.mjs");
        using var yjs = Process.Start(
            new ProcessStartInfo("node", [script, what])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        await yjs.StandardInput.WriteLineAsync(Convert.ToBase64String(update));
        yjs.StandardInput.Close();
        return (ValueObject)JsonText.Read(await yjs.StandardOutput.ReadToEndAsync(), 0)!;
    }
}
