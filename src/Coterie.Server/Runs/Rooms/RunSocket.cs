using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Coterie.Protocol;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Runs;
using Coterie.Protocol.Wire;

namespace Coterie.Server.Runs.Rooms;

/// <summary>
/// One connection to the socket of runs, for one run (PROTOCOL.md section 16): it starts it or watches it, is sent its events, and may command it by its hand
/// key. It ends behind the last event. One message is one frame: a byte that says what it is, and the body.
/// </summary>
internal sealed class RunSocket(WebSocket socket, RoomRuns runs, string? address)
{
    private const int StartHeadBytes = 1 + 16; // before the sealed order
    private const int MaxStartBytes = StartHeadBytes + Hpke.EncBytes + Limits.MaxRunOrderBytes + Sealing.TagBytes;
    private const int MaxCommandBytes = 1 + 1 + Limits.MaxRunTypedBytes + Sealing.TagBytes;
    private const int FirstBufferBytes = 4 * 1024;
    private const int SmallBytes = 128 * 1024; // so much each connection may send before anybody knows it
    private static readonly TimeSpan FirstWord = TimeSpan.FromMinutes(1); // an order is sealed, and its request written, meanwhile

    private readonly byte[] challenge = RandomNumberGenerator.GetBytes(RunKeys.ChallengeBytes);
    private byte[] buffer = new byte[FirstBufferBytes];

    /// <summary>Until the run has been told, or the connection ends.</summary>
    public async Task ServeAsync()
    {
        try
        {
            await SendAsync([(byte)RunAnswer.Welcome, 1, .. challenge, .. runs.Key]);
            var (run, from, code, text) = await BeginAsync();
            buffer = new byte[FirstBufferBytes];
            if (run is null)
            {
                await RefuseAsync(code, text);
                return;
            }
            var quit = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var obeying = ObeyAsync(run, quit);
            await FollowAsync(run, from, quit.Task);
            if (quit.Task.IsCompleted && await obeying)
                await RefuseAsync(
                    Refusal.Malformed,
                    "A command is not this run's, or not the next one. Watch it anew."
                );
            else if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await CloseAsync();
        }
        catch (Exception problem) when (IsGone(problem))
        {
            socket.Abort(); // whoever it was is gone; the run goes on as long as its author is in the room (X3)
        }
    }

    /// <summary>Of an address that has too many connections already.</summary>
    public async Task TurnAwayAsync()
    {
        try
        {
            await RefuseAsync(Refusal.RateLimited, "Too many connections from this address. Close some first.");
        }
        catch (Exception problem) when (IsGone(problem))
        {
            socket.Abort();
        }
    }

    private static bool IsGone(Exception problem) =>
        problem is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException;

    private async Task<(RoomRun? Run, int From, Refusal Code, string Text)> BeginAsync()
    {
        using var patience = new CancellationTokenSource(FirstWord);
        using var leave = new Leave();
        if (await ReadAsync(MaxStartBytes, patience.Token, leave) is not { } first)
            throw new WebSocketException("No frame of ours came.");
        if (!RunClientFrame.TryParse(first.Span, out var frame, out _) || frame.Type == RunFrame.Command)
            return (null, 0, Refusal.Malformed, "The frame does not follow the protocol. Update the page.");
        if (frame.Type == RunFrame.Watch)
            return runs.Find(frame.Run, frame.Access) is { } watched
                ? (watched, (int)Math.Min(frame.From, int.MaxValue), Refusal.None, "")
                : (null, 0, Refusal.Run, "The server has nothing of this run any more.");
        var (started, code, text) = await runs.StartAsync(frame.Room, first[^frame.Sealed.Length..], address);
        return (started, 0, code, text);
    }

    private async Task FollowAsync(RoomRun run, int next, Task quit)
    {
        while (!quit.IsCompleted)
        {
            var (frames, ended, more) = run.From(next);
            foreach (var frame in frames)
                await SendAsync(frame);
            next += frames.Count;
            if (frames.Count > 0)
                continue;
            if (ended)
                return;
            await Task.WhenAny(more, quit);
        }
    }

    /// <summary>Until the connection ends. True where a command did not count (X5).</summary>
    private async Task<bool> ObeyAsync(RoomRun run, TaskCompletionSource quit)
    {
        try
        {
            var hand = run.HandFor(challenge);
            for (uint index = 0; await ReadAsync(MaxCommandBytes, CancellationToken.None) is { } message; index++)
            {
                if (!RunClientFrame.TryParse(message.Span, out var frame, out _) || frame.Type != RunFrame.Command)
                    return true;
                var own = RunKeys.OpenCommand(hand, run.Id, index, frame.Sealed);
                if ((own ?? OpenLent(run, index, frame.Sealed)) is not { } opened)
                    return true;
                if (!RunCommand.TryParse(opened, out var command, out _) || (own is null && command is RunCommand.Lend))
                    return true;
                run.Obey(command);
            }
            return false;
        }
        catch (Exception problem) when (IsGone(problem))
        {
            return false;
        }
        finally
        {
            quit.TrySetResult();
        }
    }

    private byte[]? OpenLent(RoomRun run, uint index, ReadOnlySpan<byte> command) =>
        run.LentFor(challenge) is { } lent ? RunKeys.OpenCommand(lent, run.Id, index, command) : null;

    private async Task RefuseAsync(Refusal code, string text)
    {
        var words = Encoding.UTF8.GetBytes(text);
        var frame = new byte[1 + 2 + 2 + words.Length];
        var writer = new ByteWriter(frame);
        writer.U8((byte)RunAnswer.Refused);
        writer.U16((ushort)code);
        writer.B16(words);
        await SendAsync(frame);
        await CloseAsync();
    }

    private Task CloseAsync() =>
        socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

    private Task SendAsync(byte[] frame) =>
        socket.SendAsync(frame, WebSocketMessageType.Binary, true, CancellationToken.None);

    /// <summary>One message, good until the next is read; null where the connection was closed, or the message is none or too long.</summary>
    private async Task<ReadOnlyMemory<byte>?> ReadAsync(int most, CancellationToken cancelled, Leave? leave = null)
    {
        var length = 0;
        while (true)
        {
            if (length >= SmallBytes && leave is { Upload: null })
                leave.Upload = await runs.UploadAsync(cancelled);
            if (length == buffer.Length)
                Array.Resize(ref buffer, Math.Min(most + 1, buffer.Length * 2));
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), cancelled);
            length += part.Count;
            if (part.MessageType != WebSocketMessageType.Binary || length > most)
                return null;
            if (part.EndOfMessage)
                return length == 0 ? null : buffer.AsMemory(0, length);
        }
    }

    /// <summary>To hold more than a little of what somebody sends.</summary>
    private sealed class Leave : IDisposable
    {
        public IDisposable? Upload { get; set; }

        public void Dispose() => Upload?.Dispose();
    }
}
