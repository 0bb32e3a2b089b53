using System.Security.Cryptography;
using Coterie.Hub;
using Coterie.Protocol;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Runs;
using Coterie.Protocol.Wire;

namespace Coterie.Server.Runs.Rooms;

/// <summary>
/// All runs of a server (PROTOCOL.md section 16): who may start one is the hub's word, and its room's; what is kept of those that are over has a
/// bound, the oldest go first. The key to which orders are sealed is made here and never leaves. Any thread.
/// </summary>
internal sealed class RoomRuns : IAsyncDisposable
{
    private const int MaxUploads = 8; // of orders that are larger than most, at once
    private const long MaxKeptBytes = 64 << 20; // of runs that are over
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(3);

    private readonly Lock gate = new();
    private readonly Dictionary<RunId, RoomRun> runs = [];
    private readonly HashSet<Task> lives = [];
    private readonly SemaphoreSlim uploads = new(MaxUploads, MaxUploads);
    private readonly DhKey key = DhKey.Create();
    private readonly RoomHub hub;
    private readonly TimeProvider clock;
    private readonly RunQueue queue;
    private readonly OpenedPrograms programs;
    private bool stopping;

    /// <param name="slots">Runs at once; 0: none at all.</param>
    /// <param name="open">Opens what they run in.</param>
    public RoomRuns(RoomHub hub, TimeProvider clock, int slots, Func<Task<Programs>> open)
    {
        (this.hub, this.clock) = (hub, clock);
        queue = new RunQueue(slots);
        programs = new OpenedPrograms(clock, open);
    }

    /// <summary>To seal orders to, 65 bytes.</summary>
    public ReadOnlySpan<byte> Key => key.Public;

    /// <summary>Opens the sandbox, where it is not open yet.</summary>
    public Task<Programs> ProgramsAsync() => programs.AskAsync();

    /// <summary>Waits until one more large order may come in; whoever is given leave disposes of it.</summary>
    public async Task<IDisposable> UploadAsync(CancellationToken cancelled)
    {
        await uploads.WaitAsync(cancelled);
        return new Upload(uploads);
    }

    /// <summary>Starts what a request in the room's log asks for (X2).</summary>
    public async Task<(RoomRun? Run, Refusal Code, string Text)> StartAsync(
        RoomId room,
        ReadOnlyMemory<byte> sealedOrder,
        string? address
    )
    {
        var id = RunKeys.IdOf(room, sealedOrder.Span);
        if (await hub.TakeRunAsync(room, id) is not { } author)
            return (
                null,
                Refusal.Run,
                "The room knows of no such run, or it was asked for more than a minute ago. Run it again."
            );
        if (RunKeys.OpenOrder(key, room, sealedOrder.Span) is not { } bytes)
            return (null, Refusal.Run, "The server was started anew meanwhile. Run it again.");
        if (!RunOrder.TryParse(bytes, out var order, out var error))
            return (null, Refusal.Malformed, $"The order does not follow the protocol ({error}). Update the page.");
        var ready = await ProgramsAsync();
        var run = new RoomRun(id, room, author, order!);
        if (queue.Enter(room, address, run.Queued) is not { } place)
            return (null, Refusal.RateLimited, "Too many programs wait for their turn already. Run it later.");
        lock (gate)
        {
            if (stopping)
            {
                place.Dispose();
                return (null, Refusal.ShuttingDown, "The server is stopping. Run it again in a moment.");
            }
            runs.Add(id, run);
            var life = LiveAsync(run, order!, ready, place);
            lives.Add(life);
            _ = life.ContinueWith(
                over =>
                {
                    lock (gate)
                        lives.Remove(over);
                },
                TaskScheduler.Default
            );
        }
        return (run, Refusal.None, "");
    }

    /// <summary>A run that is known and opens by what who watches presents (X4); else null.</summary>
    public RoomRun? Find(RunId id, ReadOnlySpan<byte> access)
    {
        lock (gate)
        {
            Forget();
            return runs.TryGetValue(id, out var run) && run.Opens(access) ? run : null;
        }
    }

    /// <summary>Stops all of them, and waits until they are gone.</summary>
    public async Task StopAsync()
    {
        Task[] left;
        RoomRun[] all;
        lock (gate)
        {
            stopping = true;
            (left, all) = ([.. lives], [.. runs.Values]);
        }
        foreach (var run in all)
            run.Stop();
        await Task.WhenAny(Task.WhenAll(left), Task.Delay(LongestGoodbye));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await programs.DisposeAsync();
        key.Dispose();
        uploads.Dispose();
        foreach (var run in runs.Values.Where(run => run.EndedAt is not null))
            run.Dispose();
    }

    private async Task LiveAsync(RoomRun run, RunOrder order, Programs ready, RunQueue.Place place)
    {
        await Task.Yield();
        await run.LiveAsync(order, ready, place, hub, clock);
        lock (gate)
            Forget();
    }

    private sealed class Upload(SemaphoreSlim uploads) : IDisposable
    {
        public void Dispose() => uploads.Release();
    }

    private void Forget()
    {
        var now = clock.GetUtcNow();
        long kept = 0;
        foreach (
            var over in runs.Values.Where(run => run.EndedAt is not null).OrderByDescending(run => run.EndedAt).ToList()
        )
        {
            kept += over.Bytes;
            if (kept > MaxKeptBytes || now - over.EndedAt > TimeSpan.FromSeconds(Limits.RunKeptSeconds))
            {
                runs.Remove(over.Id);
                over.Dispose();
            }
        }
    }
}
