using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Coterie.Protocol;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Server.Tests.World;

/// <summary>A bare WebSocket to /hub: what goes over it is up to the test.</summary>
internal sealed class HubLine : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ClientWebSocket socket = new();
    private readonly HttpMessageInvoker web;

    private HubLine(HttpMessageInvoker web) => this.web = web;

    /// <summary>Connects, or fails as <see cref="WebSocketException"/>.</summary>
    /// <param name="from">The address to come from: any of 127.0.0.0/8.</param>
    public static async Task<HubLine> ConnectAsync(
        Uri server,
        IPAddress? from = null,
        params (string Name, string Value)[] headers
    )
    {
        var line = new HubLine(From(from ?? IPAddress.Loopback));
        await line.DialAsync(server, headers);
        return line;
    }

    /// <summary>The status that the server answers a WebSocket's handshake with: 101 where it takes it.</summary>
    public static async Task<int> KnockAsync(
        Uri server,
        IPAddress? from = null,
        params (string Name, string Value)[] headers
    )
    {
        using var line = new HubLine(From(from ?? IPAddress.Loopback));
        try
        {
            await line.DialAsync(server, headers);
        }
        catch (WebSocketException) when (line.socket.HttpStatusCode != default)
        {
            // The status says it.
        }
        return (int)line.socket.HttpStatusCode;
    }

    /// <summary>A client whose connections come from this address.</summary>
    public static HttpMessageInvoker From(IPAddress address) =>
        new(
            new SocketsHttpHandler
            {
                ConnectCallback = async (context, cancel) =>
                {
                    var tcp = new Socket(SocketType.Stream, ProtocolType.Tcp);
                    tcp.Bind(new IPEndPoint(address, 0));
                    await tcp.ConnectAsync(context.DnsEndPoint, cancel);
                    return new NetworkStream(tcp, ownsSocket: true);
                },
            }
        );

    /// <summary>Says hello; gives whether permanent rooms take the operator's key.</summary>
    public async Task<bool> GreetAsync()
    {
        await SendAsync(output => new Hello { Suite = 1 }.Write(output));
        var (type, body) = await NextAsync();
        Assert.Equal(HubFrame.Welcome, type);
        Assert.True(Welcome.TryParse(body, out var welcome, out _));
        Assert.Equal(1, welcome.Suite);
        return welcome.AdminKeyNeeded;
    }

    public async Task SendAsync(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        await socket.SendAsync(output.WrittenMemory, WebSocketMessageType.Binary, true, CancellationToken.None);
    }

    /// <summary>The next message, which is one frame.</summary>
    public async Task<(HubFrame Type, byte[] Body)> NextAsync()
    {
        var message = await ReceiveAsync();
        ReadOnlySpan<byte> rest = message;
        Assert.True(Frame.TryNext(ref rest, Limits.MaxFrameBytes, out var type, out var body, out _));
        return ((HubFrame)type, body.ToArray());
    }

    /// <summary>The next message, which is an error.</summary>
    public async Task<Refusal> RefusalAsync()
    {
        var (type, body) = await NextAsync();
        Assert.Equal(HubFrame.Error, type);
        Assert.True(ErrorFrame.TryParse(body, out var error, out _));
        return error.Code;
    }

    /// <summary>Reads the hub's close, with nothing before it, and answers it as browsers do.</summary>
    public async Task ClosedAsync()
    {
        Assert.Empty(await ReceiveAsync());
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }

    public void Dispose()
    {
        socket.Dispose();
        web.Dispose();
    }

    private async Task DialAsync(Uri server, (string Name, string Value)[] headers)
    {
        foreach (var (name, value) in headers)
            socket.Options.SetRequestHeader(name, value);
        socket.Options.CollectHttpResponseDetails = true;
        var hub = new UriBuilder(server) { Scheme = "ws", Path = server.AbsolutePath.TrimEnd('/') + "/hub" };
        await socket.ConnectAsync(hub.Uri, web, CancellationToken.None).WaitAsync(Patience);
    }

    /// <summary>Empty where the hub closes.</summary>
    private async Task<byte[]> ReceiveAsync()
    {
        var message = new ArrayBufferWriter<byte>();
        while (true)
        {
            var part = await socket
                .ReceiveAsync(message.GetMemory(4096), CancellationToken.None)
                .AsTask()
                .WaitAsync(Patience);
            message.Advance(part.Count);
            if (part.EndOfMessage || part.MessageType == WebSocketMessageType.Close)
                return message.WrittenSpan.ToArray();
        }
    }
}
