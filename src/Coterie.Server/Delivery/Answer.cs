using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Coterie.Server.Delivery;

/// <summary>Why nothing could be compared: what happened, and what to do next.</summary>
public sealed class CannotCompareException(string message) : Exception(message);

/// <summary>What a server answered to one request, unpacked.</summary>
/// <param name="Body">As it was before it was compressed; null where that is larger than what was wanted.</param>
/// <param name="Coding">Empty, gzip or br.</param>
internal sealed record Answer(int Status, byte[]? Body, string Coding, HttpResponseMessage Head);

/// <summary>
/// Asks one server as a browser does: with its headers, without cookies. Follows no redirect, and reads no more of an answer, packed or not,
/// than was wanted.
/// </summary>
internal sealed class Asking : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30); // for one answer, all of it
    public static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(10);
    private const string Browser =
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

    private readonly HttpClient client;
    private readonly Uri server;
    private int asked;

    /// <param name="server">Its base address, with a slash at the end.</param>
    /// <param name="fingerprint">SHA-256 of the one certificate that is taken, in hexadecimal digits; null: one that this machine trusts.</param>
    public Asking(Uri server, string? fingerprint)
    {
        this.server = server;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ConnectTimeout = ConnectPatience,
        };
        if (fingerprint is not null)
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                certificate is X509Certificate2 shown
                && Convert.ToHexString(SHA256.HashData(shown.RawDataMemory.Span)) == fingerprint;
        client = new HttpClient(handler)
        {
            Timeout = Patience,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
    }

    /// <summary>Answers so far.</summary>
    public int Asked => asked;

    /// <param name="path">Below the base address.</param>
    /// <param name="destination">What a browser would say it is for: document, script, serviceworker, …</param>
    /// <param name="codings">Which compressions are taken.</param>
    /// <param name="most">Bytes of the body that are wanted.</param>
    /// <exception cref="CannotCompareException">No whole answer came.</exception>
    public async Task<Answer> AskAsync(
        string path,
        string destination,
        string codings,
        int most,
        CancellationToken cancelled
    )
    {
        var address = new Uri(server, path);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        var page = destination == "document";
        var headers = request.Headers;
        headers.TryAddWithoutValidation("User-Agent", Browser);
        headers.TryAddWithoutValidation("Accept", page ? "text/html,application/xhtml+xml,*/*;q=0.8" : "*/*");
        headers.TryAddWithoutValidation("Accept-Language", "en-US,en;q=0.9");
        headers.TryAddWithoutValidation("Accept-Encoding", codings);
        headers.TryAddWithoutValidation("Sec-Fetch-Dest", destination);
        headers.TryAddWithoutValidation("Sec-Fetch-Mode", page ? "navigate" : "cors");
        headers.TryAddWithoutValidation("Sec-Fetch-Site", page ? "none" : "same-origin");
        if (destination == "serviceworker")
            headers.TryAddWithoutValidation("Service-Worker", "script");
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
            patience.CancelAfter(Patience); // the client's own ends with the headers
            var head = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            Interlocked.Increment(ref asked);
            using var body = await head.Content.ReadAsStreamAsync(patience.Token);
            if ((int)head.StatusCode is >= 300 and < 400)
                throw new CannotCompareException(
                    $"{address} answers with a redirect to {head.Headers.Location?.ToString() ?? "nowhere"}. None is followed: give the address that a browser ends at."
                );
            var coding = string.Join(", ", head.Content.Headers.ContentEncoding);
            var unpacked = coding switch
            {
                "" => body,
                "gzip" => new GZipStream(body, CompressionMode.Decompress),
                "br" => new BrotliStream(body, CompressionMode.Decompress),
                _ => throw new CannotCompareException(
                    $"{address} came in the encoding '{coding}', which was not asked for. A browser may not read that either."
                ),
            };
            return new Answer((int)head.StatusCode, await ReadAsync(unpacked, most, patience.Token), coding, head);
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
        {
            throw new CannotCompareException(
                $"{address} was not answered within {Patience.TotalSeconds:0} s. Look whether the server can be reached, and try again."
            );
        }
        catch (HttpRequestException problem)
        {
            throw new CannotCompareException(Sentence(address, problem));
        }
        catch (InvalidDataException)
        {
            throw new CannotCompareException(
                $"{address} came compressed, and cannot be unpacked. A browser cannot either."
            );
        }
        catch (IOException problem)
        {
            throw new CannotCompareException($"The answer of {address} broke off: {problem.Message} Try again.");
        }
    }

    public void Dispose() => client.Dispose();

    private static async Task<byte[]?> ReadAsync(Stream from, int most, CancellationToken cancelled)
    {
        var read = new byte[most + 1];
        var length = await from.ReadAtLeastAsync(read, read.Length, throwOnEndOfStream: false, cancelled);
        return length > most ? null : read[..length];
    }

    private static string Sentence(Uri address, HttpRequestException problem) =>
        problem switch
        {
            { InnerException: AuthenticationException } =>
                $"The certificate of {address.Authority} is not one that this machine trusts. If it is self-made, compare its fingerprint with what the server printed, and name it with --fingerprint.",
            { HttpRequestError: HttpRequestError.NameResolutionError } =>
                $"There is no machine of the name {address.Host}. Look at the address, and at the network.",
            { HttpRequestError: HttpRequestError.SecureConnectionError } =>
                $"{address.Authority} does not speak TLS as it should: {problem.Message} If it is plain http, give http://.",
            { InnerException: SocketException socket } =>
                $"{address.Authority} cannot be reached: {socket.Message}. Look whether the server runs, and at the address.",
            _ => $"{address} was not answered: {problem.Message} Look whether a Coterie server runs there.",
        };
}
