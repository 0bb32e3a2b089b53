using System.Buffers;
using System.Threading.Channels;
using Coterie.Hub.Connections;
using Coterie.Hub.Stores;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Hub.Rooms;

/// <summary>
/// The shell of one <see cref="Room"/>: a mailbox with a single reader. A turn takes what waits (at most 256 inputs, or answers of 128 KiB), steps the
/// room, makes one commit of all that was accepted, appends the frames to the connections' outboxes, and flushes each outbox once.
/// The mailbox is bounded by its senders: a connection has at most four pieces of messages in it, a room one input for each commit and page
/// that it asked for.
/// </summary>
internal sealed class RoomActor
{
    private const int InputsPerTurn = 256;
    private const int FrameBytesPerTurn = 128 * 1024; // a crowd that joins is introduced to each other: the buffers stay small

    private readonly RoomDirectory directory;
    private readonly RoomHome home;
    private readonly TimeProvider clock;
    private readonly Room room;
    private readonly RoomEffects effects;
    private readonly Action<ulong, StoreException?> committed;
    private readonly Channel<Mail> mailbox = Channel.CreateUnbounded<Mail>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private readonly Dictionary<long, Connection> connections = [];
    private readonly HashSet<Connection> touched = [];
    private ITimer? timer;
    private bool gone;

    private RoomActor(RoomDirectory directory, RoomHome home, Room room, RoomEffects effects, TimeProvider clock)
    {
        this.directory = directory;
        this.home = home;
        this.room = room;
        this.effects = effects;
        this.clock = clock;
        committed = (ticket, problem) =>
            Post(
                new RoomInput(problem is null ? RoomInputKind.Committed : RoomInputKind.CommitFailed)
                {
                    Ticket = ticket,
                    IsFull = problem?.Problem == StoreProblem.Full,
                }
            );
    }

    public RoomId Id => room.Id;

    /// <summary>Ends when the room is out of memory.</summary>
    public Task Running { get; private set; } = Task.CompletedTask;

    public static RoomActor Start(
        RoomDirectory directory,
        RoomHome home,
        StoredRoom stored,
        IReadOnlyList<byte[]> tree,
        HubOptions options,
        TimeProvider clock,
        ImportedKeys keys
    )
    {
        var asked = new RoomEffects();
        var loaded = Room.Load(stored, tree, home.Kind, options, asked, Milliseconds(clock), keys);
        var actor = new RoomActor(directory, home, loaded, asked, clock);
        actor.Running = Task.Run(actor.RunAsync);
        return actor;
    }

    /// <summary>False where the room is gone already; then nothing was taken.</summary>
    public bool Post(in RoomInput input, Connection? connection = null, byte[]? rented = null) =>
        mailbox.Writer.TryWrite(new Mail(input, connection, rented));

    /// <summary>What the room answers between two steps; <paramref name="gone"/> where it has ended.</summary>
    public Task<T> AskAsync<T>(Func<Room, ulong, T> question, T gone)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Answer(Room? asked) => answer.SetResult(asked is null ? gone : question(asked, Milliseconds(clock)));
        return mailbox.Writer.TryWrite(new Mail(default, null, null) { Asks = Answer })
            ? answer.Task
            : Task.FromResult(gone);
    }

    private async Task RunAsync()
    {
        Carry(); // what loading asked for
        while (!gone && await mailbox.Reader.WaitToReadAsync())
        {
            for (
                var count = 0;
                count < InputsPerTurn
                    && effects.Frames.Length < FrameBytesPerTurn
                    && mailbox.Reader.TryRead(out var mail);
                count++
            )
            {
                if (mail.Asks is { } asks)
                {
                    asks(room.Ended ? null : room);
                    continue;
                }
                if (mail.Input.Kind == RoomInputKind.Connected)
                {
                    connections.Add(mail.Input.Connection, mail.Connection!);
                }
                var isFull = mail.Input.Kind == RoomInputKind.Message && home.Committer.IsFull;
                room.Step(isFull ? mail.Input with { IsFull = true } : mail.Input, Milliseconds(clock));
                GiveBack(mail);
                if (mail.Input.Kind == RoomInputKind.Disconnected)
                {
                    connections.Remove(mail.Input.Connection);
                }
            }
            if (!room.Ended)
            {
                room.Flush();
            }
            Carry();
        }
        mailbox.Writer.Complete();
        while (mailbox.Reader.TryRead(out var late))
        {
            var (code, text) = room.IsErased
                ? (Refusal.NoSuchRoom, "The room is gone.")
                : (Refusal.ShuttingDown, "The room has just closed. Connect again.");
            late.Connection?.TurnAway(code, text);
            late.Asks?.Invoke(null);
            GiveBack(late);
        }
        if (timer is not null)
        {
            await timer.DisposeAsync();
        }
        room.Dispose();
        directory.Closed(this);
    }

    private void Carry()
    {
        for (var index = 0; index < effects.Count && !gone; index++)
        {
            Carry(effects[index]);
        }
        effects.Clear();
        foreach (var connection in touched)
        {
            connection.Outbox.Flush();
        }
        touched.Clear();
    }

    private void Carry(in RoomEffect effect)
    {
        switch (effect.Kind)
        {
            case RoomEffectKind.Commit:
                home.Committer.Commit(effect.Write!, effect.Ticket, committed);
                return;
            case RoomEffectKind.Erase:
                directory.TryClose(this, forced: true); // who asks from now on waits, and learns that the room is gone
                home.Committer.Destroy(
                    Id,
                    0,
                    (_, problem) =>
                        Post(new RoomInput(problem is null ? RoomInputKind.Erased : RoomInputKind.EraseFailed))
                );
                return;
            case RoomEffectKind.Wake:
                Wake(effect.Time);
                return;
            case RoomEffectKind.Unload:
                gone = directory.TryClose(this, effect.Forced);
                return;
        }
        if (!connections.TryGetValue(effect.Connection, out var connection))
        {
            return;
        }
        var outbox = connection.Outbox;
        var taken = true;
        switch (effect.Kind)
        {
            case RoomEffectKind.Send:
                taken = outbox.Append(effects.Frames[effect.Range]);
                break;
            case RoomEffectKind.Share:
                taken = outbox.Append(effect.Frame, effect.Body);
                break;
            case RoomEffectKind.Relay:
                outbox.AppendRelay(effect.Body);
                break;
            case RoomEffectKind.Presence:
                outbox.AppendPresence(effect.Session, effect.Body!);
                break;
            case RoomEffectKind.Settle:
                connection.Settle();
                return;
            case RoomEffectKind.Close:
                outbox.Close();
                connection.ExpectClose();
                return;
            case RoomEffectKind.ReadPage:
                _ = ReadPageAsync(connection, effect.Query);
                return;
            case RoomEffectKind.ReadChunk:
                _ = ReadChunkAsync(connection, new ChunkQuery(Id, effect.Chunk.Blob, effect.Chunk.Index));
                return;
        }
        if (taken)
        {
            touched.Add(connection);
        }
        else
        {
            connection.GiveUp();
        }
    }

    private Task ReadPageAsync(Connection connection, PageQuery query) =>
        ReadAsync(
            connection,
            async () =>
                new RoomInput(RoomInputKind.PageRead) { Connection = connection.Id, Page = await home.ReadAsync(query) }
        );

    private Task ReadChunkAsync(Connection connection, ChunkQuery query) =>
        ReadAsync(
            connection,
            async () =>
                new RoomInput(RoomInputKind.ChunkRead)
                {
                    Connection = connection.Id,
                    Chunk = await home.ReadAsync(query),
                }
        );

    private async Task ReadAsync(Connection connection, Func<Task<RoomInput>> read)
    {
        await connection.Outbox.WhenRoomyAsync();
        try
        {
            Post(await Task.Run(read)); // elsewhere: a store may block on its disk, and this room must not
        }
        catch (StoreException)
        {
            Post(new RoomInput(RoomInputKind.PageFailed) { Connection = connection.Id });
        }
    }

    private void Wake(ulong time)
    {
        var now = Milliseconds(clock);
        timer ??= clock.CreateTimer(
            _ => Post(new RoomInput(RoomInputKind.Tick)),
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        timer.Change(TimeSpan.FromMilliseconds(time > now ? time - now : 0), Timeout.InfiniteTimeSpan);
    }

    private static void GiveBack(in Mail mail)
    {
        if (mail.Rented is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
        if (mail.Input.Kind == RoomInputKind.Message)
        {
            mail.Connection!.Handled();
        }
    }

    private static ulong Milliseconds(TimeProvider clock) => (ulong)clock.GetUtcNow().ToUnixTimeMilliseconds();

    private readonly record struct Mail(RoomInput Input, Connection? Connection, byte[]? Rented)
    {
        /// <summary>A question in the place of an input; given null where the room has ended.</summary>
        public Action<Room?>? Asks { get; init; }
    }
}
