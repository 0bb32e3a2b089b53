using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Coterie.Server.Runs.Engines;

/// <summary>A container engine over its socket: the parts of Docker's API (v1.41; podman speaks it too) that a run needs.</summary>
internal sealed class ContainerEngine : IDisposable
{
    private const string Version = "v1.41";

    /// <summary>Before a path of podman's own API.</summary>
    public const string Podman = "v4.0.0/libpod/";
    private const int ShownLetters = 400; // of what it complains of
    public static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(30); // with one answer, on a machine that is busy

    private readonly string _socket;
    private readonly HttpClient _client;

    /// <param name="patience">With one answer.</param>
    public ContainerEngine(string socket, TimeSpan patience)
    {
        (_socket, Patience) = (socket, patience);
        _client = Client(ConnectAsync);
        _client.Timeout = patience;
    }

    public TimeSpan Patience { get; }

    /// <exception cref="EngineException">It refuses, or is not there.</exception>
    public async Task<JsonNode?> AskAsync(
        HttpMethod method,
        string path,
        JsonNode? body = null,
        CancellationToken cancelled = default
    )
    {
        try
        {
            using var request = Request(method, path, body);
            using var answer = await _client.SendAsync(request, cancelled);
            var text = await answer.Content.ReadAsStringAsync(cancelled);
            if (!answer.IsSuccessStatusCode && answer.StatusCode != HttpStatusCode.NotModified)
                throw new EngineException(ComplaintOf(text), answer.StatusCode);
            return text.StartsWith('{') || text.StartsWith('[') ? JsonNode.Parse(text) : null; // else words that nobody asked for
        }
        catch (Exception problem) when (IsItsFault(problem, cancelled))
        {
            throw new EngineException(problem.Message, null, problem);
        }
    }

    /// <summary>A connection of its own that becomes the input and output of a container, or of a program in it.</summary>
    /// <exception cref="EngineException">It refuses, or is not there.</exception>
    public async Task<EngineStream> OpenAsync(string path, JsonNode? body, CancellationToken cancelled)
    {
        Socket? socket = null;
        HttpClient? client = null;
        try
        {
            client = Client(
                async (_, stop) =>
                {
                    socket = await ConnectAsync(stop);
                    return new NetworkStream(socket, ownsSocket: true);
                }
            );
            client.Timeout = Patience;
            using var request = Request(HttpMethod.Post, path, body);
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.ParseAdd("tcp");
            var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancelled);
            if (answer.StatusCode != HttpStatusCode.SwitchingProtocols)
                throw new EngineException(
                    ComplaintOf(await answer.Content.ReadAsStringAsync(cancelled)),
                    answer.StatusCode
                );
            return new EngineStream(client, socket!, await answer.Content.ReadAsStreamAsync(cancelled));
        }
        catch (Exception problem)
        {
            client?.Dispose();
            if (IsItsFault(problem, cancelled))
                throw new EngineException(problem.Message, null, problem);
            throw;
        }
    }

    public void Dispose() => _client.Dispose();

    private static HttpRequestMessage Request(HttpMethod method, string path, JsonNode? body) =>
        new(
            method,
            new Uri($"http://engine/{(path.StartsWith(Podman, StringComparison.Ordinal) ? "" : Version + "/")}{path}")
        )
        {
            Content = body is null ? null : JsonContent.Create(body),
        };

    private static bool IsItsFault(Exception problem, CancellationToken cancelled) =>
        problem is HttpRequestException or IOException or JsonException
        || (problem is OperationCanceledException && !cancelled.IsCancellationRequested);

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext _, CancellationToken cancelled) =>
        new NetworkStream(await ConnectAsync(cancelled), ownsSocket: true);

    private async Task<Socket> ConnectAsync(CancellationToken cancelled)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socket), cancelled);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static HttpClient Client(
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect
    ) =>
        new(
            new SocketsHttpHandler
            {
                ConnectCallback = connect,
                UseProxy = false,
                AllowAutoRedirect = false,
            }
        );

    /// <summary>Its own words, on one line.</summary>
    private static string ComplaintOf(string answer)
    {
        string? message = null;
        try
        {
            message = (string?)JsonNode.Parse(answer)?["message"];
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            // it says it without JSON
        }
        var said = (message ?? answer).Trim().ReplaceLineEndings(" ");
        return said.Length <= ShownLetters ? said : said[..ShownLetters] + "…";
    }
}

/// <summary>The engine refuses, or cannot be reached.</summary>
/// <param name="status">Null where there was no answer.</param>
internal sealed class EngineException(string message, HttpStatusCode? status, Exception? cause = null)
    : Exception(message, cause)
{
    public HttpStatusCode? Status => status;
}

/// <summary>Bytes to a program in a container, and back.</summary>
internal sealed class EngineStream(HttpClient client, Socket socket, Stream stream) : IDisposable
{
    /// <summary>How many there are now, at least one; 0 at the end.</summary>
    public async Task<int> ReadAsync(Memory<byte> into, CancellationToken cancelled)
    {
        try
        {
            return await stream.ReadAsync(into, cancelled);
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException)
        {
            return 0; // it went without a word
        }
    }

    /// <returns>Whether somebody still reads.</returns>
    public async Task<bool> WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancelled)
    {
        try
        {
            await stream.WriteAsync(bytes, cancelled);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The program reads the end.</summary>
    public void End()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
        {
            // it has ended
        }
    }

    public void Dispose()
    {
        stream.Dispose();
        client.Dispose();
    }
}

/// <summary>Parts two streams that come as one: eight bytes (1: output, 2: errors; 0 0 0; a length) before each piece.</summary>
internal sealed class StreamParts
{
    private const int HeadBytes = 8;
    private readonly byte[] _head = new byte[HeadBytes];
    private int _headBytes;
    private uint _left;

    public void Part(ReadOnlySpan<byte> bytes, Stream output, Stream errors)
    {
        while (!bytes.IsEmpty)
        {
            if (_left == 0)
            {
                var taken = Math.Min(HeadBytes - _headBytes, bytes.Length);
                bytes[..taken].CopyTo(_head.AsSpan(_headBytes));
                _headBytes += taken;
                bytes = bytes[taken..];
                if (_headBytes < HeadBytes)
                    return;
                _headBytes = 0;
                _left = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(_head.AsSpan(4));
                continue;
            }
            var piece = bytes[..(int)Math.Min(_left, (uint)bytes.Length)];
            (_head[0] == 2 ? errors : output).Write(piece);
            _left -= (uint)piece.Length;
            bytes = bytes[piece.Length..];
        }
    }
}
