using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using Coterie.Hub.Rooms;
using Coterie.Protocol;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Connections;

/// <summary>
/// One WebSocket: its reading loop and its <see cref="Outbox"/>. It says hello, finds or creates rooms, and hands everything else to the room it
/// is bound to. While it waits for a message it holds no buffer. It reads only as fast as its member may send (H7), and has at most
/// four pieces of messages in a room's mailbox: others have their turn between those of a long one.
/// </summary>
#pragma warning disable CA1001 // the semaphore outlives this: a room may still hold a message of ours, and release it
internal sealed partial class Connection
#pragma warning restore CA1001
{
    private const int PiecesAtRoom = 4;
    private const int FramesInPiece = 8; // what is typed comes in fewer
    private const int ClassAt = 1; // of a record
    private const int LeastBuffer = 4 * 1024;
    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(5);

    private readonly RoomHub hub;
    private readonly WebSocket socket;
    private readonly ConnectionFacts facts;
    private readonly AddressBook.Guest? guest;
    private readonly SemaphoreSlim atRoom = new(PiecesAtRoom);
    private TokenBucket bytes;
    private TokenBucket frames;
    private RoomActor? room;
    private bool greeted;
    private bool joining;
    private volatile bool turnedAway;
    private volatile bool settled;
    private CancellationTokenSource? slowedDown; // only while it waits for its rate
    private long heardAt; // timestamps of the hub's clock
    private long closeBy;
    private long messageSince; // 0: no part of a message is here

    public Connection(RoomHub hub, WebSocket socket, long id, ConnectionFacts facts, AddressBook.Guest? guest)
    {
        this.hub = hub;
        this.socket = socket;
        this.facts = facts;
        this.guest = guest;
        heardAt = hub.Clock.GetTimestamp();
        Id = id;
        Outbox = new Outbox(socket, hub.Options.QueuedBytesPerConnection);
        bytes = new TokenBucket(hub.Options.BytesPerSecondPerConnection, hub.Options.BurstBytesPerConnection);
        frames = new TokenBucket(hub.Options.FramesPerSecondPerConnection, hub.Options.BurstFramesPerConnection);
    }

    public long Id { get; }

    public Outbox Outbox { get; }

    public async Task RunAsync()
    {
        try
        {
            while (true)
            {
                // Nothing is read into nothing: this only waits, so that an idle connection holds no buffer and no second state.
                var first = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
                if (first.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }
                Volatile.Write(ref messageSince, hub.Clock.GetTimestamp());
                var message = await ReadAsync(first.EndOfMessage);
                Volatile.Write(ref messageSince, 0);
                if (settled)
                {
                    Volatile.Write(ref heardAt, hub.Clock.GetTimestamp());
                }
                await HandleAsync(message.Array!, message.Count);
            }
        }
        catch (Exception end) when (end is WebSocketException or OperationCanceledException or IOException)
        {
            // The other side is gone, or we gave it up: either way this connection is over.
        }
        finally
        {
            Unbind();
            if (settled)
            {
                hub.CountJoined(-1);
            }
            Outbox.Close();
            await Outbox
                .WhenEndedAsync()
                .WaitAsync(CloseWithin, hub.Clock)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            socket.Abort();
        }
    }

    /// <summary>The room has handled a piece of one of our messages.</summary>
    public void Handled() => atRoom.Release();

    /// <summary>The room has let this connection's member in, or has them wait: it may stay for as long as it is heard of.</summary>
    public void Settle()
    {
        Volatile.Write(ref heardAt, hub.Clock.GetTimestamp());
        if (!settled)
        {
            settled = true;
            hub.CountJoined(1);
        }
    }

    /// <summary>The closing was begun: the other side has a moment to answer it.</summary>
    public void ExpectClose()
    {
        Interlocked.CompareExchange(
            ref closeBy,
            hub.Clock.GetTimestamp() + (long)(CloseWithin.TotalSeconds * hub.Clock.TimestampFrequency),
            0
        );
        try
        {
            Volatile.Read(ref slowedDown)?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // it reads again already
        }
    }

    /// <summary>Ends this connection where it has not closed, not joined or not been heard of in time (W9). Called every second.</summary>
    public void CheckDeadlines()
    {
        var due = Volatile.Read(ref closeBy);
        if (due != 0)
        {
            if (hub.Clock.GetTimestamp() >= due)
            {
                socket.Abort();
            }
            return;
        }
        var begun = Volatile.Read(ref messageSince);
        if (begun != 0 && hub.Clock.GetElapsedTime(begun) >= hub.Options.MessageWithin)
        {
            TurnAway(Refusal.OutOfOrder, "A message did not come to its end in time. Connect again.");
            return;
        }
        var quiet = hub.Clock.GetElapsedTime(Volatile.Read(ref heardAt));
        if (quiet >= (settled ? hub.Options.HeardWithin : hub.Options.JoinWithin))
        {
            TurnAway(
                Refusal.OutOfOrder,
                settled
                    ? "Nothing was heard from this connection for too long. Connect again."
                    : "Nobody joined on this connection in time. Connect again when you want to."
            );
        }
    }

    /// <summary>Drops a reader that is too slow, with the reason as the last thing that it can read (H6).</summary>
    public void GiveUp() =>
        TurnAway(
            Refusal.SlowReader,
            "This connection reads too slowly and was dropped. Connect again and subscribe from where you are; nothing is lost."
        );

    /// <summary>
    /// Throws away what waits, says why, and closes. What still comes is read and dropped, because closing over unread bytes would
    /// take the reason away from the other side.
    /// </summary>
    public void TurnAway(Refusal code, string text)
    {
        turnedAway = true;
        var last = new ArrayBufferWriter<byte>();
        Write(last, code, text, fatal: true);
        Outbox.CloseWith(last.WrittenSpan);
        ExpectClose();
    }

    /// <summary>The rest of a message, or all of it, from the beginning of a rented buffer.</summary>
    private async ValueTask<ArraySegment<byte>> ReadAsync(bool whole)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(LeastBuffer);
        var length = 0;
        while (!whole)
        {
            if (length == buffer.Length)
            {
                buffer = Grow(buffer);
            }
            // One byte more than there may be at most: the socket fills what it is given before it says anything.
            var most = Math.Min(buffer.Length, Limits.MaxMessageBytes + 1) - length;
            var part = await socket.ReceiveAsync(buffer.AsMemory(length, most), CancellationToken.None);
            length += part.Count;
            whole = part.EndOfMessage;
            if (length > Limits.MaxMessageBytes || part.MessageType == WebSocketMessageType.Text)
            {
                TurnAway(
                    Refusal.Malformed,
                    $"A message is binary and has at most {Limits.MaxMessageBytes} bytes. Update the program that sent it."
                );
            }
            length = turnedAway ? 0 : length;
        }
        return new ArraySegment<byte>(buffer, 0, length);
    }

    private static byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    /// <summary>Takes what comes before joining frame by frame; once that is over, the rest goes to the room in one piece.</summary>
    private async ValueTask HandleAsync(byte[] buffer, int length)
    {
        var at = 0;
        if (length == 0 && !turnedAway)
        {
            Malformed(); // one frame at least (W1)
        }
        while (at < length && !turnedAway)
        {
            var size = SizeOfNext(buffer.AsSpan(at, length - at), out var type);
            if (size == 0)
            {
                Malformed();
                break;
            }
            if (joining || !Enters(type))
            {
                if (room is null && type == ClientFrame.Ping && greeted)
                {
                    Answer(buffer.AsSpan(at + Frame.HeadBytes, size - Frame.HeadBytes));
                    at += size;
                    continue;
                }
                if (room is null)
                {
                    OutOfOrder(greeted ? "Look at, open or create a room first." : "Say hello first.");
                    at += size;
                    continue;
                }
                joining |= type == ClientFrame.Join;
                var (count, end) = CountFrames(buffer.AsSpan(at, length - at));
                await ForwardAsync(buffer, at, at + end);
                await SlowDownAsync(length, count);
                return;
            }
            await EnterAsync(type, buffer.AsMemory(at, size));
            Outbox.Flush();
            at += size;
        }
        Outbox.Flush();
        ArrayPool<byte>.Shared.Return(buffer);
        await SlowDownAsync(length, 1);
    }

    /// <summary>A ping before there is a room.</summary>
    private void Answer(ReadOnlySpan<byte> body)
    {
        if (!Ping.TryParse(body, out var ping, out _))
        {
            Malformed();
            return;
        }
        var answer = new ArrayBufferWriter<byte>(32);
        var now = (ulong)hub.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        new Pong { Nonce = ping.Nonce, ServerTime = now }.Write(answer);
        Outbox.Append(answer.WrittenSpan);
    }

    private static bool Enters(ClientFrame type) =>
        type is >= ClientFrame.Hello and <= ClientFrame.Create or ClientFrame.Fetch;

    private static int SizeOfNext(ReadOnlySpan<byte> message, out ClientFrame type)
    {
        var rest = message;
        var ok = Frame.TryNext(ref rest, Limits.MaxFrameBytes, out var number, out _, out _);
        type = (ClientFrame)number;
        return ok ? message.Length - rest.Length : 0;
    }

    /// <summary>
    /// How many frames a message has, and where what may go to the room ends: a room opens and takes doors for who has not joined, so at one
    /// attempt or join too many (K6), wherever it stands, the rest of the message is not handed over.
    /// </summary>
    private (int Count, int End) CountFrames(ReadOnlySpan<byte> message)
    {
        var count = 0;
        var rest = message;
        while (Frame.TryNext(ref rest, Limits.MaxFrameBytes, out var type, out var body, out _))
        {
            if (!MayAsk((ClientFrame)type))
            {
                TooManyAttempts();
                Outbox.Flush();
                return (count, message.Length - rest.Length - body.Length - Frame.HeadBytes);
            }
            count++;
        }
        return (count, message.Length);
    }

    private bool MayAsk(ClientFrame type) =>
        guest is null
        || type switch
        {
            ClientFrame.Open or ClientFrame.Create or ClientFrame.Fetch or ClientFrame.Knock => guest.MayTry(),
            ClientFrame.Join => guest.MayJoin(),
            _ => true,
        };

    /// <summary>Hands the buffer over to the room, piece by piece; the room's actor gives it back to the pool with the last one.</summary>
    private async ValueTask ForwardAsync(byte[] buffer, int from, int to)
    {
        do
        {
            await atRoom.WaitAsync();
            var end = from + PieceOf(buffer.AsSpan(from, to - from));
            var input = new RoomInput(RoomInputKind.Message)
            {
                Connection = Id,
                Message = buffer.AsMemory(from, end - from),
            };
            from = end;
            if (!room!.Post(input, this, end == to ? buffer : null))
            {
                ArrayPool<byte>.Shared.Return(buffer);
                Handled();
                TurnAway(Refusal.ShuttingDown, "The room has just closed. Connect again.");
                return;
            }
        } while (from < to);
    }

    /// <summary>How much of a message the room takes at once. What makes a text stays with what follows it: that is its first edit (T12).</summary>
    private static int PieceOf(ReadOnlySpan<byte> message)
    {
        var rest = message;
        for (var count = 1; Frame.TryNext(ref rest, Limits.MaxFrameBytes, out var type, out var body, out _); count++)
        {
            var makes =
                (ClientFrame)type == ClientFrame.Append
                && body.Length > ClassAt
                && (RecordClass)body[ClassAt] == RecordClass.Tree;
            if (count >= FramesInPiece && !makes)
            {
                return message.Length - rest.Length;
            }
        }
        return message.Length;
    }

    /// <summary>H7: above its rate a member's socket is not read.</summary>
    private async ValueTask SlowDownAsync(int byteCount, int frameCount)
    {
        var wait = bytes.Take(byteCount, hub.Clock);
        var other = frames.Take(frameCount, hub.Clock);
        wait = wait > other ? wait : other;
        other = guest?.Pace(frameCount) ?? TimeSpan.Zero;
        wait = wait > other ? wait : other;
        if (wait > TimeSpan.Zero)
        {
            using var reading = new CancellationTokenSource();
            Volatile.Write(ref slowedDown, reading);
            if (Volatile.Read(ref closeBy) == 0)
            {
                await Task.Delay(wait, hub.Clock, reading.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            Volatile.Write(ref slowedDown, null);
        }
    }

    private void Malformed() =>
        TurnAway(Refusal.Malformed, "A frame does not follow the protocol. Update the program that sent it.");

    private void TooManyAttempts() => Error(Refusal.RateLimited, "Too many attempts from this address. Wait a minute.");

    private void OutOfOrder(string text) => Error(Refusal.OutOfOrder, text);

    private void Error(Refusal code, string text)
    {
        var error = new ArrayBufferWriter<byte>();
        Write(error, code, text, fatal: false);
        Outbox.Append(error.WrittenSpan);
    }

    private static void Write(ArrayBufferWriter<byte> output, Refusal code, string text, bool fatal) =>
        new ErrorFrame
        {
            Code = code,
            Text = Encoding.UTF8.GetBytes(text),
            Fatal = fatal,
        }.Write(output);
}
