using System.Net.WebSockets;
using System.Threading.Channels;
using Coterie.Protocol;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Wire;

namespace Coterie.Client;

/// <summary>
/// A <see cref="Member"/> on a real connection: reads, writes, and comes back after every loss with a session that replaces the lost one,
/// until the member leaves or the room ends. Safe for several threads: one lock guards the member, and it is never held across an await.
/// </summary>
public sealed class RoomConnection : IAsyncDisposable
{
    private const int MostMessageBytes = 200 * 1024; // below the hub's bound of a message; a frame is never split

    private static readonly TimeSpan Good = TimeSpan.FromSeconds(2); // a connection that stood so long was none of those that fail at once
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(1); // for the hub to answer a close

    private readonly Lock gate = new();
    private readonly Uri server;
    private readonly Member member;
    private readonly World world;
    private readonly Backoff backoff;
    private readonly CancellationTokenSource leaving = new();
    private readonly SemaphoreSlim toSend = new(0);
    private readonly TaskCompletionSource joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<RoomException?> ended = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private Task running = Task.CompletedTask;

    private RoomConnection(Uri server, Entry entry, MemberKeys keys, World world)
    {
        this.server = server;
        this.world = world;
        backoff = new Backoff(world.Random);
        member = new Member(entry, keys, HubSocket.OriginOf(server), world.Random);
    }

    public RoomId Room => member.State!.Room;

    public MemberId Member => member.Id;

    public Role Role => member.Role!.Value;

    /// <summary>The ids of the room's fixed streams.</summary>
    public FixedStreams Streams => member.State!.Fixed;

    /// <summary>What others send without keeping: presence, signals.</summary>
    public ChannelReader<Relayed> Relays => member.Relays;

    /// <summary>What a person should be shown.</summary>
    public ChannelReader<RoomFault> Faults => member.Faults;

    /// <summary>Completes when the room is over for this member: with null after leaving, else with what ended it.</summary>
    public Task<RoomException?> Ended => ended.Task;

    /// <summary>Connects and joins; from then on the connection keeps itself up.</summary>
    /// <param name="server">Scheme, host and base path of the server, e.g. https://code.example.</param>
    /// <exception cref="RoomException">The way in is closed: the code and text say why.</exception>
    /// <exception cref="WebSocketException">There is no server.</exception>
    public static async Task<RoomConnection> JoinAsync(
        Uri server,
        Entry entry,
        MemberKeys keys,
        World world,
        CancellationToken cancel = default
    )
    {
        var connection = new RoomConnection(server, entry, keys, world);
        connection.running = connection.RunAsync();
        try
        {
            await connection.joined.Task.WaitAsync(cancel);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>The log of a stream, from its beginning. The same one for the same stream.</summary>
    public StreamLog Open(StreamId stream)
    {
        StreamLog log;
        lock (gate)
            log = member.Open(stream);
        toSend.Release();
        return log;
    }

    /// <summary>Appends to an open stream and completes once the record is durable and verified: see <see cref="Client.Member.AppendAsync"/>.</summary>
    public async Task<Position> AppendAsync(
        StreamLog log,
        RecordClass recordClass,
        ReadOnlyMemory<byte> clear,
        ReadOnlyMemory<byte> payload,
        CancellationToken cancel = default
    )
    {
        Task<Position> landed;
        lock (gate)
            landed = member.AppendAsync(log, recordClass, clear.Span, payload.Span, cancel);
        toSend.Release();
        return await landed;
    }

    /// <summary>Sends an ephemeral record to who is here now. False while the connection is down.</summary>
    public bool Relay(RecordClass recordClass, StreamId stream, ReadOnlySpan<byte> payload)
    {
        bool sent;
        lock (gate)
            sent = member.Relay(recordClass, stream, payload);
        toSend.Release();
        return sent;
    }

    internal Pulse SignPulse(IReadOnlyList<PulseStream> streams)
    {
        lock (gate)
            return member.SignPulse(streams);
    }

    /// <summary>Leaves the room and closes the connection. Appends that have not landed fail.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
            member.Leave();
        toSend.Release();
        await leaving.CancelAsync();
        await running;
        lock (gate)
            member.Dispose();
        leaving.Dispose();
        toSend.Dispose();
    }

    private async Task RunAsync()
    {
        RoomException? end = null;
        var crowded = false;
        while (end is null && !leaving.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(backoff.Next(crowded), world.Time, leaving.Token);
                crowded = false;
                await StayAsync();
            }
            catch (RoomException error) when (!joined.Task.IsCompleted || error.IsForGood)
            {
                end = error;
            }
            catch (RoomException error)
            {
                crowded = error.Code is Refusal.RateLimited or Refusal.RoomFull or Refusal.StorageFailed; // only time mends it
            }
            catch (WebSocketException) when (joined.Task.IsCompleted)
            {
                // The line broke; come again.
            }
            catch (WebSocketException error)
            {
                joined.TrySetException(error);
                break;
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }
        if (end is not null)
            joined.TrySetException(end);
        lock (gate)
            member.End(end);
        joined.TrySetCanceled();
        ended.TrySetResult(end);
    }

    private async Task PulseAsync(CancellationToken over)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(Limits.PulseSeconds), world.Time);
        var silence = new Silence();
        while (await timer.WaitForNextTickAsync(over))
        {
            lock (gate)
            {
                member.Pulse();
                if (silence.Look(member) is { } stale)
                    member.Tell(stale);
            }
            toSend.Release();
        }
    }

    /// <summary>One connection, from its beginning to its end.</summary>
    private async Task StayAsync()
    {
        using var socket = new HubSocket();
        await socket.ConnectAsync(server, leaving.Token);
        using var over = new CancellationTokenSource(Timeout.InfiniteTimeSpan, world.Time);
        lock (gate)
            member.Connected();
        toSend.Release();
        var writing = WriteAsync(socket, over);
        var pulsing = PulseAsync(over.Token);
        try
        {
            await ReadAsync(socket, over.Token);
        }
        finally
        {
            lock (gate)
                member.Disconnected();
            await over.CancelAsync();
            await writing;
            await pulsing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // it only ends by being cancelled
        }
    }

    private async Task ReadAsync(HubSocket socket, CancellationToken over)
    {
        long? since = null;
        while (await socket.ReceiveAsync(over) is { IsEmpty: false } message)
        {
            bool live;
            bool burnt;
            lock (gate)
            {
                member.Receive(message.Span);
                live = member.IsLive;
                burnt = member.NeedsConnection;
            }
            if (since is { } start && world.Time.GetElapsedTime(start) >= Good)
                backoff.Succeeded();
            if (burnt)
                return;
            toSend.Release();
            if (!live)
                continue;
            since ??= world.Time.GetTimestamp();
            joined.TrySetResult();
        }
    }

    /// <summary>Sends whatever the member has to say, all that waits together. Who leaves says the last of it and closes; the hub's close ends the reading.</summary>
    private async Task WriteAsync(HubSocket socket, CancellationTokenSource over)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(leaving.Token, over.Token);
        try
        {
            while (!either.IsCancellationRequested)
            {
                await SendAsync(socket, over.Token);
                await toSend.WaitAsync(either.Token);
            }
        }
        catch (OperationCanceledException) when (!over.IsCancellationRequested) { }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException)
        {
            socket.Abort(); // the reader notices
            return;
        }
        over.CancelAfter(Goodbye);
        try
        {
            await SendAsync(socket, over.Token);
            await socket.CloseAsync(over.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException)
        {
            socket.Abort();
        }
    }

    private async Task SendAsync(HubSocket socket, CancellationToken over)
    {
        byte[] frames;
        lock (gate)
        {
            frames = member.Output.ToArray();
            member.ClearOutput();
        }
        foreach (var message in Messages.Split(frames, MostMessageBytes))
            await socket.SendAsync(message, over);
    }
}
