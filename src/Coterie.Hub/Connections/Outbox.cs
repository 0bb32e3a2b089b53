using System.Buffers;
using System.Buffers.Binary;
using System.Net.WebSockets;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Connections;

/// <summary>
/// What waits for one socket. Frames are appended to one pooled buffer; whatever waits leaves as one message, and while it is on
/// its way the next gathers in another. An idle outbox holds no buffer. What waits is bounded; beyond the bound nothing more
/// is taken and the reader is given up (H6). Presence waits as the newest record of each session, other relayed records are
/// dropped when half of the bound waits (W6).
/// </summary>
internal sealed class Outbox(WebSocket socket, int bound)
{
    private const int LeastBuffer = 1024;
    private const int Fragment = 64 * 1024; // of a message: the socket copies each, so that is what it holds at once
    private const int Watermark = 128 * 1024;

    private readonly Lock gate = new();
    private byte[] waiting = [];
    private int waitingBytes;
    private int leavingBytes;
    private Dictionary<SessionId, byte[]>? presence;
    private TaskCompletionSource? emptied;
    private bool sending;
    private bool closing;
    private bool closed;

    private TaskCompletionSource? ended;

    /// <summary>Ends when, after <see cref="Close"/>, the last byte has left and the closing was begun, or when that failed.</summary>
    public Task WhenEndedAsync()
    {
        lock (gate)
        {
            return closed
                ? Task.CompletedTask
                : (ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>A whole frame, ready to send. False beyond the bound.</summary>
    public bool Append(ReadOnlySpan<byte> frame)
    {
        lock (gate)
        {
            if (!TryReserve(frame.Length))
            {
                return closing;
            }
            frame.CopyTo(waiting.AsSpan(waitingBytes));
            waitingBytes += frame.Length;
            return true;
        }
    }

    /// <summary>A frame of this type around a body. False beyond the bound.</summary>
    public bool Append(HubFrame type, ReadOnlySpan<byte> body)
    {
        lock (gate)
        {
            if (!TryReserve(Frame.HeadBytes + body.Length))
            {
                return closing;
            }
            Write(type, body);
            return true;
        }
    }

    /// <summary>A relayed record; dropped while much waits.</summary>
    public void AppendRelay(ReadOnlySpan<byte> record)
    {
        lock (gate)
        {
            if (waitingBytes + leavingBytes < bound / 2 && TryReserve(Frame.HeadBytes + record.Length))
            {
                Write(HubFrame.Relay, record);
            }
        }
    }

    /// <summary>A relayed presence record: takes the place of an older one of its session that still waits.</summary>
    public void AppendPresence(SessionId session, byte[] record)
    {
        lock (gate)
        {
            if (!closing)
            {
                (presence ??= [])[session] = record;
            }
        }
    }

    /// <summary>Sends what waits, at once where the socket is idle.</summary>
    public void Flush()
    {
        lock (gate)
        {
            if (sending || closed || (waitingBytes == 0 && presence is null && !closing))
            {
                return;
            }
            sending = true;
        }
        _ = SendAsync();
    }

    /// <summary>Takes nothing more; what waits is sent, then the socket closes.</summary>
    public void Close()
    {
        lock (gate)
        {
            closing = true;
            presence = null;
        }
        Flush();
    }

    /// <summary>As <see cref="Close"/>, but what waits is thrown away for this last frame.</summary>
    public void CloseWith(ReadOnlySpan<byte> frame)
    {
        lock (gate)
        {
            if (closing)
            {
                return;
            }
            presence = null;
            waitingBytes = 0;
            Reserve(frame.Length); // beyond the bound, if it must be
            frame.CopyTo(waiting);
            waitingBytes = frame.Length;
        }
        Close();
    }

    /// <summary>Ends when little waits, or nothing ever will.</summary>
    public Task WhenRoomyAsync()
    {
        lock (gate)
        {
            return closed || waitingBytes + leavingBytes < Watermark
                ? Task.CompletedTask
                : (emptied ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private bool TryReserve(int count)
    {
        // One frame always fits into an empty outbox: a room with many manifests is a large answer, not a slow reader.
        if (closing || (waitingBytes + leavingBytes > 0 && waitingBytes + leavingBytes + count > bound))
        {
            return false;
        }
        Reserve(count);
        return true;
    }

    private void Reserve(int count)
    {
        if (waiting.Length - waitingBytes < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent(
                Math.Max(LeastBuffer, Math.Max(waiting.Length * 2, waitingBytes + count))
            );
            waiting.AsSpan(0, waitingBytes).CopyTo(larger);
            GiveBack(waiting);
            waiting = larger;
        }
    }

    private void Write(HubFrame type, ReadOnlySpan<byte> body)
    {
        var target = waiting.AsSpan(waitingBytes);
        BinaryPrimitives.WriteUInt32BigEndian(target, (uint)body.Length + 1);
        target[4] = (byte)type;
        body.CopyTo(target[Frame.HeadBytes..]);
        waitingBytes += Frame.HeadBytes + body.Length;
    }

    private async Task SendAsync()
    {
        try
        {
            bool last;
            while (TryTake(out var leaving, out var count, out last))
            {
                for (var at = 0; at < count; at += Fragment)
                {
                    var size = Math.Min(Fragment, count - at);
                    await socket.SendAsync(
                        leaving.AsMemory(at, size),
                        WebSocketMessageType.Binary,
                        endOfMessage: at + size == count,
                        CancellationToken.None
                    );
                }
                Sent(leaving);
            }
            if (last)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                End();
            }
        }
        catch (Exception problem)
            when (problem
                    is WebSocketException
                        or ObjectDisposedException
                        or InvalidOperationException
                        or OperationCanceledException
                        or IOException
            )
        {
            End(); // the reading side notices too, and tells the room
        }
    }

    /// <summary>False when nothing waits: then this loop is over, and the next Flush starts another.</summary>
    private bool TryTake(out byte[] leaving, out int count, out bool last)
    {
        lock (gate)
        {
            last = closing;
            if (presence is { Count: > 0 })
            {
                foreach (var record in presence.Values)
                {
                    if (TryReserve(Frame.HeadBytes + record.Length))
                    {
                        Write(HubFrame.Relay, record);
                    }
                }
                presence.Clear();
            }
            (leaving, count) = (waiting, waitingBytes);
            (waiting, waitingBytes, leavingBytes) = ([], 0, count);
            if (count == 0)
            {
                GiveBack(leaving);
                presence = null;
                sending = closing; // closing: no other loop may start
            }
            return count > 0;
        }
    }

    private void Sent(byte[] buffer)
    {
        TaskCompletionSource? signal;
        lock (gate)
        {
            leavingBytes = 0;
            signal = waitingBytes < Watermark ? emptied : null;
            emptied = signal is null ? emptied : null;
        }
        GiveBack(buffer);
        signal?.SetResult();
    }

    private void End()
    {
        TaskCompletionSource? signal;
        TaskCompletionSource? last;
        lock (gate)
        {
            closing = closed = true;
            signal = emptied;
            last = ended;
            emptied = null;
            GiveBack(waiting);
            waiting = [];
            waitingBytes = 0;
            presence = null;
        }
        signal?.SetResult();
        last?.TrySetResult();
    }

    private static void GiveBack(byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
