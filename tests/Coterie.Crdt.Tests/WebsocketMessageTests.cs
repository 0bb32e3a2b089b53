using System.Buffers;
using Coterie.Crdt.Tests.Vectors;

namespace Coterie.Crdt.Tests;

/// <summary>The envelope of y-websocket.</summary>
public sealed class WebsocketMessageTests
{
    /// <summary>As y-websocket 3.0 writes them: writeVarUint of the kind, then what y-protocols writes.</summary>
    [Theory]
    [InlineData("00 00 01 00", WebsocketMessageKind.Sync, "00 01 00", null)]
    [InlineData("00 02 02 00 00", WebsocketMessageKind.Sync, "02 02 00 00", null)]
    [InlineData("01 06 01 05 00 02 7b 7d", WebsocketMessageKind.Awareness, "01 05 00 02 7b 7d", null)]
    [InlineData("02 00 02 6e 6f", WebsocketMessageKind.Auth, "", "no")]
    [InlineData("03", WebsocketMessageKind.QueryAwareness, "", null)]
    public void Each_kind_is_read_and_written(string hex, WebsocketMessageKind kind, string content, string? reason)
    {
        var bytes = Bytes(hex);
        var message = WebsocketMessage.Read(bytes);
        Assert.Equal(kind, message.Kind);
        Assert.Equal(Bytes(content), message.Content);
        Assert.Equal(reason, message.Reason);
        Assert.Equal(bytes, Write(message));
    }

    [Theory]
    [InlineData("")]
    [InlineData("04")]
    [InlineData("ff ff ff ff ff ff ff ff ff ff 01")]
    [InlineData("00")]
    [InlineData("00 03 00")]
    [InlineData("00 00 01")]
    [InlineData("00 00 00 00")]
    [InlineData("01")]
    [InlineData("01 02 00")]
    [InlineData("01 00 00")]
    [InlineData("02")]
    [InlineData("02 01 00")]
    [InlineData("02 00 02 6e")]
    [InlineData("03 00")]
    public void What_is_no_message_is_refused(string hex) =>
        Assert.Throws<InvalidUpdateException>(() => WebsocketMessage.Read(Bytes(hex)).Kind);

    [Fact]
    public void Any_bytes_are_a_message_or_refused()
    {
        var seed = Environment.TickCount & 0xff_ffff;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var (read, refused) = (0, 0);
        for (var n = 0; n < 50_000; n++)
        {
            var bytes = new byte[random.Next(12)];
            random.NextBytes(bytes);
            for (var at = 0; at < Math.Min(bytes.Length, 4); at++)
                bytes[at] &= (byte)(random.Next(4) == 0 ? 0xff : 0x07);
            try
            {
                var message = WebsocketMessage.Read(bytes);
                var again = WebsocketMessage.Read(Write(message));
                Assert.Equal(message.Kind, again.Kind);
                Assert.Equal(message.Content, again.Content);
                Assert.Equal(message.Reason, again.Reason);
                read++;
            }
            catch (InvalidUpdateException error)
            {
                Assert.InRange(error.Offset, 0, bytes.Length);
                refused++;
            }
        }
        Assert.True(read > 100 && refused > 100, $"{read} read, {refused} refused");
    }

    [Fact]
    public void Two_who_speak_y_websocket_become_equal()
    {
        var (server, client) = (new YDoc(), new YDoc());
        server.GetText("t").Insert(0, "server");
        client.GetText("t").Insert(0, "client");
        var there = new Awareness(client);
        foreach (var (from, to) in new[] { (server, client), (client, server) })
        {
            var asked = WebsocketMessage.Read(WebsocketMessage.Sync(SyncProtocol.Step1(from)));
            var answer = WebsocketMessage.Sync(SyncProtocol.Receive(to, asked.Content)!);
            Assert.Null(SyncProtocol.Receive(from, WebsocketMessage.Read(answer).Content));
        }
        Assert.Equal(server.EncodeStateAsUpdate(), client.EncodeStateAsUpdate());
        var seen = new Awareness(server);
        seen.Apply(WebsocketMessage.Read(WebsocketMessage.Awareness(there.Encode(client.ClientId))).Content);
        Assert.DoesNotContain(client.ClientId, seen.States.Keys);
        there.Set(new ValueObject { ["name"] = "client" });
        seen.Apply(WebsocketMessage.Read(WebsocketMessage.Awareness(there.Encode(client.ClientId))).Content);
        Assert.Contains(client.ClientId, seen.States.Keys);
        server.CheckInvariants();
        client.CheckInvariants();
    }

    [Fact]
    public void The_recorded_handshakes_stand_in_this_envelope()
    {
        foreach (var recorded in Corpus.Misc("sync-protocol.json", "vectors"))
        foreach (var field in (string[])["messageStep1FromA", "replyFromB", "messageUpdateFromA"])
        {
            var bytes = Session.Base64(recorded[field]);
            var message = WebsocketMessage.Read(bytes);
            Assert.Equal(WebsocketMessageKind.Sync, message.Kind);
            Assert.Equal(bytes, Write(message));
        }
    }

    private static byte[] Write(WebsocketMessage message)
    {
        var output = new ArrayBufferWriter<byte>();
        switch (message.Kind)
        {
            case WebsocketMessageKind.Sync:
                WebsocketMessage.Sync(message.Content, output);
                Assert.Equal(WebsocketMessage.Sync(message.Content), output.WrittenSpan);
                break;
            case WebsocketMessageKind.Awareness:
                WebsocketMessage.Awareness(message.Content, output);
                Assert.Equal(WebsocketMessage.Awareness(message.Content), output.WrittenSpan);
                break;
            case WebsocketMessageKind.Auth:
                return WebsocketMessage.AccessDenied(message.Reason!);
            default:
                return WebsocketMessage.QueryAwareness();
        }
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
