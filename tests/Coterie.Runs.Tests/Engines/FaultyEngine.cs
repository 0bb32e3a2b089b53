using System.Net.Sockets;
using System.Text;

namespace Coterie.Runs.Tests.Engines;

/// <summary>
/// Stands before a real engine and passes everything on, but for what a test wants to go wrong. One request a connection, so that each can be looked
/// at.
/// </summary>
internal sealed class FaultyEngine : IDisposable
{
    private readonly string engine;
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource over = new();
    private readonly List<string> asked = [];

    public FaultyEngine(Podman podman, string name)
    {
        engine = podman.Socket;
        Socket = Path.Combine(podman.Folder(name), "faulty.sock");
        listener.Bind(new UnixDomainSocketEndPoint(Socket));
        listener.Listen();
        _ = AcceptAsync();
    }

    public string Socket { get; }

    /// <summary>What becomes of a request, by its first line.</summary>
    public Func<string, Fault> FaultOf { get; set; } = _ => Fault.None;

    /// <summary>First lines, as they came.</summary>
    public string[] Asked
    {
        get
        {
            lock (asked)
                return [.. asked];
        }
    }

    public void Dispose()
    {
        over.Cancel();
        listener.Dispose();
        over.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await listener.AcceptAsync(over.Token));
        }
        catch (Exception problem)
            when (problem is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // the test is over
        }
    }

    private async Task ServeAsync(Socket accepted)
    {
        try
        {
            await using var client = new NetworkStream(accepted, ownsSocket: true);
            var head = await HeadAsync(client);
            var first = head.Split("\r\n", 2)[0];
            lock (asked)
                asked.Add(first);
            var fault = FaultOf(first);
            if (fault == Fault.Hangs)
                await Task.Delay(Timeout.Infinite, over.Token);
            if (fault == Fault.Refuses)
            {
                await client.WriteAsync(
                    "HTTP/1.1 500 Sorry\r\nContent-Length: 21\r\nConnection: close\r\n\r\n{\"message\":\"broken.\"}"u8.ToArray()
                );
                return;
            }
            if (fault == Fault.HangsUp)
                return;
            var real = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await real.ConnectAsync(new UnixDomainSocketEndPoint(engine));
            await using var server = new NetworkStream(real, ownsSocket: true);
            if (!head.Contains("Upgrade:", StringComparison.OrdinalIgnoreCase))
                head = head.Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal);
            await server.WriteAsync(Encoding.Latin1.GetBytes(head), over.Token);
            var up = PassAsync(client, server, () => real.Shutdown(SocketShutdown.Send));
            if (fault == Fault.AnswersNobody)
                await server.CopyToAsync(Stream.Null, over.Token);
            else
                await PassAsync(server, client, () => accepted.Shutdown(SocketShutdown.Send));
            if (fault == Fault.AnswersNobody)
                await Task.Delay(Timeout.Infinite, over.Token);
            await Task.WhenAny(up, Task.Delay(100));
        }
        catch (Exception problem)
            when (problem is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // one of both went
        }
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to, Action end)
    {
        try
        {
            await from.CopyToAsync(to, over.Token);
            end();
        }
        catch (Exception problem)
            when (problem is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // one of both went
        }
    }

    private static async Task<string> HeadAsync(NetworkStream client)
    {
        var head = new StringBuilder();
        var letter = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await client.ReadAsync(letter) == 0)
                throw new IOException("It went before it asked.");
            head.Append((char)letter[0]);
        }
        return head.ToString();
    }
}

internal enum Fault
{
    None,

    /// <summary>No answer comes, and the engine is not asked.</summary>
    Hangs,

    /// <summary>The engine does it, and no answer comes.</summary>
    AnswersNobody,

    /// <summary>An answer that says so.</summary>
    Refuses,

    /// <summary>The connection ends.</summary>
    HangsUp,
}
