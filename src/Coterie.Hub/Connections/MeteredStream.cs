using System.Buffers;
using System.Runtime.CompilerServices;

namespace Coterie.Hub.Connections;

/// <summary>
/// What comes over a WebSocket's stream, no faster than so many of its frames a second. A message counts at the hub; what makes none (pings, empty
/// fragments, fragments of one byte) is answered or dropped below it, and would cost a processor without ever being counted.
/// Looks at frames' heads only and passes all bytes on as they are.
/// </summary>
public sealed class MeteredStream : Stream
{
    private const int MaskBytes = 4;
    private const int DropBytes = 4 * 1024;

    private readonly Stream inner;
    private readonly TimeProvider clock;
    private TokenBucket frames;
    private AddressBook.Guest? guest;
    private ulong left; // of the frame's payload, with its mask
    private ulong length;
    private int headBytes; // of the frame's head that came
    private int lengthBytes; // of its longer length that are to come
    private bool masked;
    private TimeSpan wait;
    private readonly CancellationTokenSource over = new();

    internal MeteredStream(Stream inner, HubOptions options, TimeProvider clock)
    {
        this.inner = inner;
        this.clock = clock;
        frames = new TokenBucket(options.FramesPerSecondPerConnection, options.BurstFramesPerConnection);
    }

    public override bool CanRead => true;
    public override bool CanWrite => true;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>From now on they count among those of this address, too.</summary>
    internal void CountFor(AddressBook.Guest address) => guest = address;

    /// <summary>
    /// Once the socket is over: reads what still comes and drops it, until the other side ends or its time is up. To close over unread bytes would take
    /// the reason away from it.
    /// </summary>
    public async Task DrainAsync(TimeSpan most)
    {
        using var patience = new CancellationTokenSource(most, clock);
        var dropped = ArrayPool<byte>.Shared.Rent(DropBytes);
        try
        {
            while (await inner.ReadAsync(dropped, patience.Token) > 0) { }
        }
        catch (Exception end) when (end is OperationCanceledException or IOException or InvalidOperationException)
        {
            // It had its time, or is gone.
        }
        ArrayPool<byte>.Shared.Return(dropped);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        wait > TimeSpan.Zero ? ReadLaterAsync(buffer, cancellationToken) : ReadNowAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, Or(cancellationToken));

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer, offset, count, Or(cancellationToken));

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(Or(cancellationToken));

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            over.Cancel(); // who reads is told so; the stream itself ends with its request, so that a last frame still leaves
        }
        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadLaterAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        await Task.Delay(wait, clock, over.Token);
        return await ReadNowAsync(buffer, cancel);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadNowAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        wait = TimeSpan.Zero;
        var count = await inner.ReadAsync(buffer, Or(cancel));
        Count(buffer.Span[..count]);
        return count;
    }

    /// <summary>A WebSocket reads and writes without a token of its own, but for its closing.</summary>
    private CancellationToken Or(CancellationToken asked) => asked.CanBeCanceled ? asked : over.Token;

    private void Count(ReadOnlySpan<byte> bytes)
    {
        var begun = 0;
        while (!bytes.IsEmpty)
        {
            if (left > 0)
            {
                var skipped = (int)Math.Min(left, (ulong)bytes.Length);
                left -= (ulong)skipped;
                bytes = bytes[skipped..];
                continue;
            }
            begun += headBytes == 0 ? 1 : 0;
            Head(bytes[0]);
            bytes = bytes[1..];
        }
        if (begun == 0)
        {
            return;
        }
        wait = frames.Take(begun, clock);
        var other = guest?.Pace(begun) ?? TimeSpan.Zero;
        wait = wait > other ? wait : other;
    }

    /// <summary>One byte of a frame's head (RFC 6455, 5.2).</summary>
    private void Head(byte next)
    {
        headBytes++;
        if (headBytes == 1)
        {
            return;
        }
        if (headBytes == 2)
        {
            masked = (next & 0x80) != 0;
            length = (ulong)(next & 0x7f);
            lengthBytes = length switch
            {
                126 => 2,
                127 => 8,
                _ => 0,
            };
            length = lengthBytes > 0 ? 0 : length;
        }
        else
        {
            length = (length << 8) | next;
            lengthBytes--;
        }
        if (lengthBytes == 0)
        {
            left = Math.Min(length, long.MaxValue) + (masked ? (ulong)MaskBytes : 0);
            headBytes = 0;
        }
    }
}
