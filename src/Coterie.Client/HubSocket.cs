using System.Buffers;
using System.Net.WebSockets;

namespace Coterie.Client;

/// <summary>One WebSocket to a hub: whole binary messages in and out. Reads grow with the message up to a bound; one reader, one writer.</summary>
internal sealed class HubSocket : IDisposable
{
    private const int MostMessageBytes = 32 * 1024 * 1024;
    private const int ReadBytes = 16 * 1024;
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    private readonly ClientWebSocket socket = new();
    private readonly ArrayBufferWriter<byte> message = new(ReadBytes);

    /// <param name="server">Scheme, host and base path of the server's pages, http or https.</param>
    /// <exception cref="WebSocketException">No server there, or it refused.</exception>
    public async Task ConnectAsync(Uri server, CancellationToken cancel)
    {
        socket.Options.KeepAliveInterval = KeepAlive;
        socket.Options.KeepAliveTimeout = KeepAlive;
        socket.Options.SetRequestHeader("Origin", OriginOf(server));
        var hub = new UriBuilder(server)
        {
            Scheme = server.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs,
            Path = server.AbsolutePath.TrimEnd('/') + "/hub",
        };
        await socket.ConnectAsync(hub.Uri, cancel);
    }

    /// <summary>As a browser names it: scheme, host, and the port where it is not the scheme's own.</summary>
    public static string OriginOf(Uri server) => server.GetLeftPart(UriPartial.Authority);

    /// <summary>The next message, good until the next call; empty when the hub has closed.</summary>
    /// <exception cref="WebSocketException">The connection broke.</exception>
    public async Task<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancel)
    {
        message.ResetWrittenCount();
        while (true)
        {
            var result = await socket.ReceiveAsync(message.GetMemory(ReadBytes), cancel);
            if (result.MessageType == WebSocketMessageType.Close)
                return default;
            message.Advance(result.Count);
            if (result.EndOfMessage)
                return message.WrittenMemory;
            if (message.WrittenCount > MostMessageBytes)
                throw new WebSocketException($"The server sent a message of more than {MostMessageBytes} bytes.");
        }
    }

    public async Task SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancel) =>
        await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, cancel);

    /// <summary>Says goodbye; does not wait for an answer.</summary>
    public async Task CloseAsync(CancellationToken cancel)
    {
        if (socket.State == WebSocketState.Open)
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancel);
    }

    public void Abort() => socket.Abort();

    public void Dispose() => socket.Dispose();
}
