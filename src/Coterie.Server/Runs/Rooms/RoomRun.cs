using System.Buffers.Binary;
using System.Security.Cryptography;
using Coterie.Hub;
using Coterie.Hub.Rooms;
using Coterie.Protocol;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Runs;
using Coterie.Protocol.Wire;

namespace Coterie.Server.Runs.Rooms;

/// <summary>
/// A run of a room, from its place in the queue to ten minutes behind its end. What happens is sealed once, under the run's own key and the number of
/// the event, and kept as the frames that all who watch are sent. Any thread.
/// </summary>
internal sealed class RoomRun : IDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly List<byte[]> frames = [];
    private readonly byte[] output;
    private readonly byte[] access;
    private readonly byte[] handKey;
    private volatile byte[] lentKey = []; // to everyone in the room, while it is not empty
    private readonly CancellationTokenSource stopped = new();
    private readonly IncrementalHash said = Hash.Start("run-output"u8);
    private TaskCompletionSource more = More();
    private ISandboxedRun? program;
    private TerminalSize? size; // null: it has no terminal
    private int sizes;
    private bool begun;
    private uint saidBytes;
    private bool typed;

    public RoomRun(RunId id, RoomId room, MemberId author, RunOrder order)
    {
        (Id, Room, Author) = (id, room, author);
        output = RunKeys.Output(order.RunKey, id);
        access = RunKeys.Access(order.RunKey, id);
        handKey = order.HandKey;
        size = order.Terminal is { } terminal ? new TerminalSize(terminal.Columns, terminal.Rows) : null;
    }

    public RunId Id { get; }
    public RoomId Room { get; }
    public MemberId Author { get; }

    /// <summary>What its events take.</summary>
    public long Bytes { get; private set; }

    /// <summary>By the clock that is given to <see cref="LiveAsync"/>; null while it goes on.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    public bool Opens(ReadOnlySpan<byte> presented) => CryptographicOperations.FixedTimeEquals(presented, access);

    /// <summary>The key of commands on the connection that was given this challenge.</summary>
    public byte[] HandFor(ReadOnlySpan<byte> challenge) => RunKeys.Hand(handKey, challenge);

    /// <summary>The same of who was lent it; null while it is lent to nobody.</summary>
    public byte[]? LentFor(ReadOnlySpan<byte> challenge) =>
        lentKey is { Length: > 0 } lent ? RunKeys.Hand(lent, challenge) : null;

    /// <summary>Frames from this number on, whether there will be more, and what is done when there are.</summary>
    public (IReadOnlyList<byte[]> Frames, bool Ended, Task More) From(int index)
    {
        lock (gate)
            return (
                index < frames.Count ? frames.GetRange(index, frames.Count - index) : [],
                EndedAt is not null,
                more.Task
            );
    }

    public void Obey(RunCommand command)
    {
        if (command is RunCommand.Stop)
        {
            Stop();
            return;
        }
        if (command is RunCommand.Lend { Key: var lent })
            lentKey = lent;
        lock (gate)
        {
            if (command is RunCommand.Type { Bytes: var bytes })
                typed |= program?.Type(bytes) ?? false;
            else if (command is RunCommand.Size { Columns: var columns, Rows: var rows })
                Resize(new TerminalSize(columns, rows));
        }
    }

    private void Resize(TerminalSize wanted)
    {
        if (size is null || size == wanted || sizes == Limits.MaxRunSizes)
            return;
        (size, sizes) = (wanted, sizes + 1);
        program?.Resize(wanted);
        if (begun)
            TellSize();
    }

    private void TellSize()
    {
        if (size is { Columns: var columns, Rows: var rows })
            Tell(new RunEvent.Sized((ushort)columns, (ushort)rows));
    }

    public void Stop()
    {
        ISandboxedRun? running;
        lock (gate)
        {
            if (EndedAt is not null)
                return;
            running = program;
        }
        stopped.Cancel(); // outside: who waits goes on at once, gives its place back, and the queue tells others
        running?.Stop();
    }

    /// <summary>Waits for its turn, runs, and ends; never throws.</summary>
    public async Task LiveAsync(
        RunOrder order,
        Programs programs,
        RunQueue.Place place,
        RoomHub hub,
        TimeProvider clock
    )
    {
        RunEnded ended;
        try
        {
            var watching = WatchAsync(hub, clock);
            ended = await RunAsync(order, programs, place);
        }
        catch (OperationCanceledException)
        {
            ended = NotRun(RunEnd.Stopped, "");
        }
        catch (Exception problem)
        {
            var end = program is null ? RunEnd.NotStarted : RunEnd.Failed;
            ended = NotRun(end, "The server could not run it: " + problem.Message);
        }
        place.Dispose();
        Tell(new RunEvent.Ended(ended), clock.GetUtcNow());
    }

    /// <summary>Of one that has ended.</summary>
    public void Dispose()
    {
        stopped.Dispose();
        said.Dispose();
    }

    /// <summary>Makes a place's news an event.</summary>
    public void Queued(int ahead) => Tell(new RunEvent.Queued((ushort)ahead));

    private async Task<RunEnded> RunAsync(RunOrder order, Programs programs, RunQueue.Place place)
    {
        var (prepared, version, problem) = await programs.PrepareAsync(order, stopped.Token);
        if (prepared is null)
            return NotRun(RunEnd.NotStarted, problem!);
        await place.Turn.WaitAsync(stopped.Token);
        Tell(new RunEvent.Begun(TermsOf(prepared, version, programs.Protections!)));
        lock (gate)
        {
            begun = true;
            TellSize();
        }
        var run = await programs.StartAsync(prepared, stopped.Token);
        lock (gate)
        {
            program = run;
            if (size is { } wanted)
                run.Resize(wanted);
            if (stopped.IsCancellationRequested)
                run.Stop();
        }
        await foreach (var happened in run.Events.ReadAllAsync())
            switch (happened)
            {
                case SandboxEvent.CompilerSaid { Bytes: var bytes }:
                    foreach (var part in PartsOf(bytes))
                        Tell(new RunEvent.CompilerSaid(part));
                    break;
                case SandboxEvent.Compiled { ExitCode: var code }:
                    Tell(new RunEvent.Compiled((ushort)code));
                    break;
                case SandboxEvent.Said { Bytes: var bytes }:
                    said.AppendData(bytes.Span);
                    saidBytes += (uint)bytes.Length;
                    foreach (var part in PartsOf(bytes))
                        Tell(new RunEvent.Said(part));
                    break;
                case SandboxEvent.Ended { Outcome: var outcome }:
                    return Ended(outcome);
            }
        throw new InvalidOperationException("A run ended without an outcome.");
    }

    /// <summary>Stops it where its author may not run programs any more, or went away (X3).</summary>
    private async Task WatchAsync(RoomHub hub, TimeProvider clock)
    {
        var seen = clock.GetTimestamp();
        while (EndedAt is null)
        {
            await Task.Delay(LookAgain, clock);
            var standing = await hub.StandingOfRunnerAsync(Room, Author);
            if (standing == RunnerStanding.Here)
                seen = clock.GetTimestamp();
            else if (
                standing == RunnerStanding.Forbidden
                || clock.GetElapsedTime(seen) >= TimeSpan.FromSeconds(Limits.RunGraceSeconds)
            )
                Stop();
        }
    }

    private void Tell(RunEvent happened, DateTimeOffset? end = null)
    {
        TaskCompletionSource waiting;
        lock (gate)
        {
            if (EndedAt is not null)
                return;
            var index = (uint)frames.Count;
            var sealedEvent = RunKeys.SealEvent(output, index, happened.Encode());
            var frame = new byte[1 + 4 + sealedEvent.Length];
            frame[0] = (byte)RunAnswer.Event;
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), index);
            sealedEvent.CopyTo(frame.AsSpan(5));
            frames.Add(frame);
            Bytes += frame.Length;
            EndedAt = end;
            (waiting, more) = (more, More());
        }
        waiting.SetResult();
    }

    private RunEnded Ended(RunOutcome outcome)
    {
        var flags =
            (outcome.Approximate ? RunFlags.Approximate : RunFlags.None)
            | (outcome.OutputCut ? RunFlags.OutputCut : RunFlags.None)
            | (typed ? RunFlags.Typed : RunFlags.None);
        return new RunEnded(
            outcome.End,
            (ushort)outcome.ExitCode,
            Milliseconds(outcome.Wall),
            Milliseconds(outcome.Cpu),
            (ulong)outcome.PeakMemoryBytes,
            flags,
            saidBytes,
            Hash.Finish(said),
            Short(outcome.Complaint)
        );
    }

    private RunEnded NotRun(RunEnd end, string complaint) =>
        new(end, 0, 0, 0, 0, RunFlags.None, saidBytes, Hash.Finish(said), Short(complaint));

    private static RunTerms TermsOf(SandboxOrder order, string? version, string protections)
    {
        var limits = order.Limits;
        return new RunTerms(
            version ?? "",
            (ulong)limits.MemoryBytes,
            Milliseconds(limits.Cpu),
            Milliseconds(order.Terminal is null ? limits.Wall : limits.WallInTerminal),
            (ushort)limits.Processes,
            (uint)limits.OutputBytes,
            Short(protections)
        );
    }

    private static IEnumerable<ReadOnlyMemory<byte>> PartsOf(ReadOnlyMemory<byte> bytes)
    {
        for (; bytes.Length > Limits.MaxRunSaidBytes; bytes = bytes[Limits.MaxRunSaidBytes..])
            yield return bytes[..Limits.MaxRunSaidBytes];
        if (!bytes.IsEmpty)
            yield return bytes;
    }

    private static uint Milliseconds(TimeSpan time) => (uint)Math.Clamp(time.TotalMilliseconds, 0, uint.MaxValue);

    /// <summary>Within the bound of a text in an event, whatever its letters take.</summary>
    private static string Short(string text) => text.Length <= 300 ? text : text[..299] + "…";

    private static TaskCompletionSource More() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
