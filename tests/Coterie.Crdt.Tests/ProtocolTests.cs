using Coterie.Crdt.Bytes;
using Coterie.Crdt.Tests.Vectors;

namespace Coterie.Crdt.Tests;

/// <summary>The sync and awareness protocols of y-protocols.</summary>
public sealed class ProtocolTests
{
    [Fact]
    public void Two_documents_become_equal_by_two_steps_each()
    {
        var (one, other) = (new YDoc(), new YDoc());
        one.GetText("t").Insert(0, "one");
        other.GetText("t").Insert(0, "other");
        SyncProtocol.Receive(one, SyncProtocol.Receive(other, SyncProtocol.Step1(one))!);
        SyncProtocol.Receive(other, SyncProtocol.Receive(one, SyncProtocol.Step1(other))!);
        Assert.Equal(one.EncodeStateAsUpdate(), other.EncodeStateAsUpdate());
        Assert.Equal(one.GetText("t").ToString(), other.GetText("t").ToString());
        byte[]? told = null;
        one.Updated += (update, _) => told = SyncProtocol.Update(update);
        one.GetText("t").Insert(0, "!");
        Assert.Null(SyncProtocol.Receive(other, told));
        Assert.StartsWith("!", other.GetText("t").ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0300")]
    [InlineData("0002")]
    [InlineData("00010000")]
    public void What_is_no_sync_message_is_refused(string hex) =>
        Assert.Throws<InvalidUpdateException>(() => SyncProtocol.Receive(new YDoc(), Convert.FromHexString(hex)));

    /// <summary>The larger corpus has handshakes of y-protocols; their messages stand in the envelope of y-websocket.</summary>
    [Fact]
    public void Every_recorded_handshake_goes_the_same_way()
    {
        foreach (var recorded in Corpus.Misc("sync-protocol.json", "vectors"))
        {
            var (a, b) = (new YDoc(), new YDoc());
            a.ApplyUpdate(Session.Base64(recorded["aBefore"]));
            b.ApplyUpdate(Session.Base64(recorded["bBefore"]));
            Same(recorded["messageStep1FromA"], SyncProtocol.Step1(a));
            var reply = SyncProtocol.Receive(b, SyncProtocol.Step1(a))!;
            Same(recorded["replyFromB"], reply);
            SyncProtocol.Receive(a, reply);
            Assert.Equal(recorded["aAfterUpdate"], Convert.ToBase64String(a.EncodeStateAsUpdate()));
            Same(recorded["messageUpdateFromA"], SyncProtocol.Update(a.EncodeStateAsUpdate()));
        }
    }

    private static void Same(object? enveloped, byte[] message)
    {
        var expected = Session.Base64(enveloped);
        Assert.Equal(Convert.ToBase64String(expected.AsSpan(1)), Convert.ToBase64String(message));
    }

    [Fact]
    public void Every_recorded_script_of_awareness_goes_the_same_way()
    {
        foreach (var recorded in Corpus.Misc("awareness.json", "sessions"))
        {
            Awareness[] all =
            [
                .. ((object?[])recorded["clients"]!).Select(id => new Awareness(
                    new YDoc(new YDocOptions { ClientId = (ulong)(double)id! })
                )),
            ];
            foreach (var step in Session.Objects(recorded["steps"]))
                Do(all[(int)(double)step["i"]!], step);
        }
    }

    private static void Do(Awareness awareness, ValueObject step)
    {
        var heard = new List<string>();
        void Hear(AwarenessChange change, object? origin) =>
            heard.Add($"+{Ids(change.Added)} ~{Ids(change.Updated)} -{Ids(change.Removed)}");
        awareness.Updated += Hear;
        switch ((string)step["t"]!)
        {
            case "set":
                awareness.Set(step["state"]);
                break;
            case "apply":
                awareness.Apply(Session.Base64(step["update"]));
                break;
            case "remove":
                awareness.Remove([(ulong)(double)step["client"]!]);
                break;
            case var other:
                throw new InvalidDataException($"no step {other}");
        }
        awareness.Updated -= Hear;
        Assert.Equal(
            Session
                .Objects(step["events"])
                .Select(each => $"+{Ids(each, "added")} ~{Ids(each, "updated")} -{Ids(each, "removed")}"),
            heard
        );
        if ((string)step["t"]! == "set")
            Assert.Equal(step["update"], Convert.ToBase64String(awareness.Encode(awareness.Client)));
        if (step.GetValueOrDefault("states") is object?[] states)
            Assert.Equal(
                states.Cast<object?[]>().ToDictionary(each => (ulong)(double)each[0]!, each => JsonText.Write(each[1])),
                awareness.States.ToDictionary(each => each.Key, each => JsonText.Write(each.Value))
            );
    }

    private static string Ids(IEnumerable<ulong> ids) => string.Join(',', ids);

    private static string Ids(ValueObject change, string field) =>
        Ids(((object?[])change[field]!).Select(id => (ulong)(double)id!));

    private sealed class Hands : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }

    [Fact]
    public void Who_is_silent_for_long_is_gone_and_who_is_there_says_so_in_time()
    {
        var clock = new Hands();
        var one = new Awareness(new YDoc(new YDocOptions { ClientId = 1 }), clock);
        var other = new Awareness(new YDoc(new YDocOptions { ClientId = 2 }), clock);
        one.Apply(other.Encode(2));
        Assert.DoesNotContain(2UL, one.States.Keys);
        other.Set(new Dictionary<string, object?> { ["name"] = "other" });
        one.Apply(other.Encode(2));
        Assert.Contains(2UL, one.States.Keys);
        clock.Now += Awareness.Outdated / 2;
        one.CheckTime();
        Assert.Equal(1, one.ClockOf(1));
        Assert.Contains(2UL, one.States.Keys);
        clock.Now += Awareness.Outdated / 2;
        one.CheckTime();
        Assert.DoesNotContain(2UL, one.States.Keys);
    }

    /// <summary>A server may see more people come and go than there may be at once.</summary>
    [Fact]
    public void Who_is_gone_for_long_takes_no_place()
    {
        var clock = new Hands();
        var server = new Awareness(new YDoc(new YDocOptions { ClientId = 1 }), clock);
        for (var client = 2; client < Awareness.MostClients + 1_000; client++)
        {
            var message = new Bytes.ByteWriter();
            message.VarUint(1);
            message.VarUint(client);
            message.VarUint(1);
            message.VarString("{}");
            server.Apply(message.Written);
            if (client == 2)
                Assert.Equal(1, server.ClockOf(2));
            if (client % 1_000 != 0)
                continue;
            clock.Now += Awareness.Outdated;
            server.CheckTime();
        }
        Assert.True(server.States.Count <= 1_001);
        Assert.Throws<KeyNotFoundException>(() => server.ClockOf(2));
        Assert.NotNull(server.State);
    }

    [Fact]
    public void Who_is_said_to_have_no_clocks_left_still_tells_its_state()
    {
        var one = new Awareness(new YDoc(new YDocOptions { ClientId = 1 }));
        var other = new Awareness(new YDoc(new YDocOptions { ClientId = 2 }));
        byte[] Message(int clock)
        {
            var message = new Bytes.ByteWriter();
            message.VarUint(1);
            message.VarUint(1);
            message.VarUint(clock);
            message.VarString("null");
            return message.ToArray();
        }
        one.Apply(Message(int.MaxValue - 1));
        one.Set(1);
        one.Set(true);
        Assert.Equal(int.MaxValue, one.ClockOf(1));
        other.Apply(one.Encode(1));
        Assert.Equal(true, other.States[1]);
    }

    [Fact]
    public void What_has_no_JSON_is_no_state()
    {
        var awareness = new Awareness(new YDoc());
        awareness.Set("here");
        Assert.Throws<ArgumentException>(() => awareness.Set(Undefined.Value));
        Assert.Throws<ArgumentException>(() => awareness.Set(DateTime.UnixEpoch));
        Assert.Equal("here", awareness.State);
        Assert.Equal(1, awareness.ClockOf(awareness.Client));
    }

    [Fact]
    public void Nobody_else_says_that_I_am_gone()
    {
        var one = new Awareness(new YDoc(new YDocOptions { ClientId = 1 }));
        var other = new Awareness(new YDoc(new YDocOptions { ClientId = 2 }));
        one.Set(new Dictionary<string, object?> { ["name"] = "one" });
        other.Apply(one.Encode(1));
        other.Remove([1]);
        one.Apply(other.Encode(1));
        Assert.NotNull(one.State);
        Assert.Equal(2, one.ClockOf(1));
    }

    [Theory]
    [InlineData("01")]
    [InlineData("0101000178")]
    [InlineData("7f")]
    public void What_is_no_awareness_message_is_refused(string hex)
    {
        var awareness = new Awareness(new YDoc(new YDocOptions { ClientId = 9 }));
        Assert.Throws<InvalidUpdateException>(() => awareness.Apply(Convert.FromHexString(hex)));
        Assert.Single(awareness.States);
    }
}
