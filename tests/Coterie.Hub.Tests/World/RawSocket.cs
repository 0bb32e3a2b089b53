using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Coterie.Hub.Tests.World; // and of tests/Coterie.Server.Tests

/// <summary>A WebSocket made by hand, so that its frames may be wrong.</summary>
internal sealed class RawSocket : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TcpClient tcp = new();
    private readonly List<byte> heard = [];
    private NetworkStream stream = null!;

    /// <summary>The payloads of data frames that came, one behind the other.</summary>
    public byte[] Said { get; private set; } = [];

    /// <summary>The code of the close frame that came; 0 where none did.</summary>
    public int CloseCode { get; private set; }

    public static async Task<RawSocket> ConnectAsync(Uri url)
    {
        var raw = new RawSocket();
        await raw.tcp.ConnectAsync(url.Host, url.Port);
        raw.stream = raw.tcp.GetStream();
        await raw.SendAsync(
            Encoding.ASCII.GetBytes(
                $"GET {url.AbsolutePath} HTTP/1.1\r\nHost: {url.Authority}\r\nOrigin: http://{url.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            )
        );
        while (!raw.Text.Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            Assert.True(await raw.ReadAsync(), raw.Text);
        }
        Assert.StartsWith("HTTP/1.1 101", raw.Text, StringComparison.Ordinal);
        var end = raw.Text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        raw.heard.RemoveRange(0, end);
        return raw;
    }

    /// <summary>A frame as RFC 6455 has it, but for what is asked otherwise.</summary>
    /// <param name="first">Final bit, reserved bits, kind.</param>
    /// <param name="length">The length that it claims; that of its payload where not said.</param>
    public static byte[] Frame(byte first, ReadOnlySpan<byte> payload, bool masked = true, ulong? length = null)
    {
        var claimed = length ?? (ulong)payload.Length;
        var mask = (byte)(masked ? 0x80 : 0);
        var frame = new List<byte> { first };
        Span<byte> wide = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(wide, claimed);
        if (claimed < 126)
        {
            frame.Add((byte)(mask | (byte)claimed));
        }
        else if (claimed <= ushort.MaxValue)
        {
            frame.AddRange([(byte)(mask | 126), wide[6], wide[7]]);
        }
        else
        {
            frame.Add((byte)(mask | 127));
            frame.AddRange(wide);
        }
        if (masked)
        {
            frame.AddRange(new byte[4]); // by which nothing changes
        }
        frame.AddRange(payload);
        return [.. frame];
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await stream.WriteAsync(bytes);

    /// <summary>As <see cref="SendAsync"/>; the other side may be gone already.</summary>
    public async Task TrySendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await SendAsync(bytes);
        }
        catch (IOException)
        {
            // It is.
        }
    }

    /// <summary>Reads until the server ends the connection, and what it said till then. Its close is answered by an end, as by who goes.</summary>
    public async Task EndedAsync()
    {
        try
        {
            while (await ReadAsync())
            {
                TakeFrames();
                if (CloseCode != 0)
                {
                    tcp.Client.Shutdown(SocketShutdown.Send);
                }
            }
        }
        catch (IOException)
        {
            // It reset the connection, which is an end as well.
        }
    }

    public void Dispose()
    {
        stream.Dispose();
        tcp.Dispose();
    }

    private string Text => Encoding.Latin1.GetString([.. heard]);

    private async Task<bool> ReadAsync()
    {
        var buffer = new byte[4096];
        var count = await stream.ReadAsync(buffer).AsTask().WaitAsync(Patience);
        heard.AddRange(buffer.AsSpan(0, count));
        return count > 0;
    }

    private void TakeFrames()
    {
        var all = heard.ToArray();
        var said = new List<byte>();
        for (var at = 0; at + 2 <= all.Length; )
        {
            var (kind, length, head) = (all[at] & 15, all[at + 1] & 127, 2);
            if (length == 126)
            {
                (length, head) = (BinaryPrimitives.ReadUInt16BigEndian(all.AsSpan(at + 2)), 4);
            }
            if (at + head + length > all.Length)
            {
                break; // the rest is to come
            }
            var payload = all.AsSpan(at + head, length);
            if (kind == 8 && length >= 2)
            {
                CloseCode = BinaryPrimitives.ReadUInt16BigEndian(payload);
            }
            else if (kind is 0 or 2)
            {
                said.AddRange(payload);
            }
            at += head + length;
        }
        Said = [.. said];
    }
}
