using System.Net.Sockets;
using System.Text;
using Coterie.Client;
using Coterie.Hub.Tests.World;
using Coterie.Protocol;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Runs;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;
using Coterie.Server.Tests.World;

namespace Coterie.Server.Tests;

/// <summary>
/// What is no HTTP, no WebSocket or no message ends with a reason, at every address of a server, while a member of a room on it goes on (W1). Each bound is a named
/// one: the server's for a request's head, the hub's for a message.
/// </summary>
public sealed class HostileSocketTests(SharedServer server) : IClassFixture<SharedServer>, IAsyncLifetime
{
    private const int ProtocolError = 1002;
    private const int NoUtf8 = 1007;
    private const int Normal = 1000; // what is wrong stands in the error before it
    private RoomConnection ada = null!;
    private StreamLog chat = null!;
    private ulong lastOp;

    public async ValueTask InitializeAsync()
    {
        ada = await PermanentRoom.FoundAsync(server.Url, "", RoomKind.Memory);
        chat = ada.Open(ada.Streams.Chat);
    }

    public async ValueTask DisposeAsync() => await ada.DisposeAsync();

    private static byte[] Frame(byte first, ReadOnlySpan<byte> payload) => RawSocket.Frame(first, payload);

    public static TheoryData<string, int> Wrong =>
        new()
        {
            { "a reserved bit, as of compression that nobody agreed on", ProtocolError },
            { "a reserved kind", ProtocolError },
            { "no mask", ProtocolError },
            { "a ping that is too long", ProtocolError },
            { "a ping in pieces", ProtocolError },
            { "a piece of nothing", ProtocolError },
            { "a message within a message", ProtocolError },
            { "a length of more than 2^63", ProtocolError },
            { "a close of one byte", ProtocolError },
            { "a close for no reason that there is", ProtocolError },
            { "a close that is no UTF-8", ProtocolError },
            { "text that is no UTF-8", NoUtf8 },
            { "text", Normal },
            { "a message of nothing", Normal },
            { "a message of 2^40 bytes", Normal },
            { "a message in pieces that never ends", Normal },
            { "no frame of ours", Normal },
        };

    private static byte[] BytesOf(string name) =>
        name switch
        {
            "a reserved bit, as of compression that nobody agreed on" => Frame(0xc2, [0x4b, 0x4c, 0x4a, 0x06, 0x00]),
            "a reserved kind" => Frame(0x83, [1]),
            "no mask" => RawSocket.Frame(0x82, new byte[20], masked: false),
            "a ping that is too long" => Frame(0x89, new byte[126]),
            "a ping in pieces" => Frame(0x09, [1]),
            "a piece of nothing" => Frame(0x80, [1]),
            "a message within a message" => [.. Frame(0x02, [0]), .. Frame(0x82, [0])],
            "a length of more than 2^63" => RawSocket.Frame(0x82, [], length: 1UL << 63),
            "a close of one byte" => Frame(0x88, [3]),
            "a close for no reason that there is" => Frame(0x88, [0x03, 0xec]), // 1004
            "a close that is no UTF-8" => Frame(0x88, [0x03, 0xe8, 0xc0, 0x80]),
            "text that is no UTF-8" => Frame(0x81, [0xc0, 0x80]),
            "text" => Frame(0x81, "hello"u8),
            "a message of nothing" => Frame(0x82, []),
            "a message of 2^40 bytes" => RawSocket.Frame(0x82, new byte[Limits.MaxMessageBytes + 1], length: 1UL << 40),
            "a message in pieces that never ends" =>
            [
                .. Frame(0x02, new byte[60_000]),
                .. Enumerable.Range(0, 5).SelectMany(_ => Frame(0x00, new byte[60_000])),
            ],
            _ => Frame(0x82, [0, 0, 0, 9, 1, 2]),
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task W1_what_is_no_WebSocket_or_no_message_ends_with_a_reason(string name, int code)
    {
        using var raw = await RawSocket.ConnectAsync(new Uri(server.Url, "/hub"));
        await raw.TrySendAsync(BytesOf(name));
        await raw.EndedAsync();
        if (code == Normal)
            Assert.Equal((Refusal.Malformed, true), Told(raw));
        Assert.Equal((name, code), (name, raw.CloseCode));
        await GoesOnAsync();
    }

    [Theory]
    [InlineData("a reserved bit, as of compression that nobody agreed on")]
    [InlineData("a reserved kind")]
    [InlineData("no mask")]
    [InlineData("a ping that is too long")]
    [InlineData("a piece of nothing")]
    public async Task X4_so_it_is_at_the_socket_of_runs(string name)
    {
        using var raw = await RawSocket.ConnectAsync(new Uri(server.Url, "/run"));
        await raw.TrySendAsync(BytesOf(name));
        await raw.EndedAsync();
        Assert.Equal((byte)RunAnswer.Welcome, raw.Said[0]);
        Assert.Equal(ProtocolError, raw.CloseCode);
        await GoesOnAsync();
    }

    [Fact]
    public async Task X6_what_is_no_frame_of_runs_is_refused()
    {
        foreach (
            var frame in (byte[][])
                [
                    [0],
                    [4, 1],
                    [2, 1, 2, 3],
                    [3, .. new byte[40]],
                    [1, .. new byte[16]],
                ]
        )
        {
            using var raw = await RawSocket.ConnectAsync(new Uri(server.Url, "/run"));
            await raw.SendAsync(Frame(0x82, frame));
            await raw.SendAsync(Frame(0x88, [0x03, 0xe8]));
            await raw.EndedAsync();
            Assert.Equal((byte)RunAnswer.Refused, raw.Said[1 + 1 + 32 + 65]);
        }
        await GoesOnAsync();
    }

    [Fact]
    public async Task W2_blobs_wraps_and_knocks_before_there_is_a_room_are_out_of_order_each()
    {
        using var raw = await RawSocket.ConnectAsync(new Uri(server.Url, "/hub"));
        ClientFrame[] early =
        [
            ClientFrame.Offer,
            ClientFrame.Chunk,
            ClientFrame.Want,
            ClientFrame.Give,
            ClientFrame.Knock,
        ];
        foreach (var type in early)
            await raw.SendAsync(Frame(0x82, [0, 0, 0, 41, (byte)type, .. new byte[40]]));
        await raw.SendAsync(Frame(0x88, [0x03, 0xe8]));
        await raw.EndedAsync();
        ReadOnlySpan<byte> said = raw.Said;
        for (var count = 0; count < early.Length; count++)
        {
            Assert.True(Protocol.Wire.Frames.Frame.TryNext(ref said, int.MaxValue, out _, out var body, out var _));
            Assert.True(ErrorFrame.TryParse(body, out var error, out var _));
            Assert.Equal((Refusal.OutOfOrder, false), (error.Code, error.Fatal));
        }
        await GoesOnAsync();
    }

    [Theory]
    [InlineData("GET /hub HTTP/1.1\r\nHost: a\r\nUpgrade: webso", "408")] // and then nothing
    [InlineData("\u0016\u0003\u0001\u0002\u0000 a TLS hello\r\n\r\n", "400")]
    [InlineData("GET /hub HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400")]
    [InlineData("PUT /rooms HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n", "405")]
    [InlineData(
        "GET /hub HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nConnection: close\r\n\r\n",
        "4"
    )] // no version, no key
    [InlineData("long", "431")]
    public async Task Half_a_handshake_and_what_is_none_ends_with_a_status(string head, string status)
    {
        var bytes = head == "long" ? $"GET / HTTP/1.1\r\nHost: a\r\nX: {new string('x', 40_000)}" : head;
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(server.Url.Host, server.Url.Port, TestContext.Current.CancellationToken);
        await tcp.GetStream().WriteAsync(Encoding.Latin1.GetBytes(bytes), TestContext.Current.CancellationToken);
        using var answer = new StreamReader(tcp.GetStream());
        Assert.StartsWith(
            $"HTTP/1.1 {status}",
            await answer.ReadLineAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        await GoesOnAsync();
    }

    /// <summary>A member writes and has it acknowledged, on the same server.</summary>
    private Task<Position> GoesOnAsync() =>
        ada.AppendAsync(
            chat,
            RecordClass.Chat,
            new byte[1],
            new Chat { OpId = ++lastOp, Text = "I go on"u8 }.Encode(),
            TestContext.Current.CancellationToken
        );

    private static (Refusal Code, bool Fatal) Told(RawSocket raw)
    {
        ReadOnlySpan<byte> said = raw.Said;
        Assert.True(Protocol.Wire.Frames.Frame.TryNext(ref said, int.MaxValue, out var type, out var body, out _));
        Assert.Equal(HubFrame.Error, (HubFrame)type);
        Assert.True(ErrorFrame.TryParse(body, out var error, out _));
        return (error.Code, error.Fatal);
    }
}
