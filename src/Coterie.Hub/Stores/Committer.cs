using System.Threading.Channels;
using Coterie.Protocol.Wire;

namespace Coterie.Hub.Stores;

/// <summary>
/// The only writer of a store. Group commit: while one transaction is being made durable, what all rooms want next gathers, and
/// goes into the next one together; so an idle store commits at once and a busy one pays one fsync for many records.
/// Each room hears of its writes in the order in which it handed them in. A batch that fails is tried again room by room, so
/// that one room's trouble stays with it; of that room nothing is written any more that it handed in behind what failed: it may rest on that,
/// as a file in the tree on its content. Its tickets begin anew when it is loaded anew.
/// </summary>
public sealed class Committer : IAsyncDisposable
{
    private const int MaxWritesPerTransaction = 1_024;

    private readonly IRoomStore store;
    private readonly Channel<Request> requests = Channel.CreateUnbounded<Request>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private readonly List<Request> batch = [];
    private readonly List<RoomWrite> writes = [];
    private readonly Dictionary<RoomId, ulong> failed = []; // the ticket of what failed, until the room writes again
    private readonly Task running;

    public Committer(IRoomStore store)
    {
        this.store = store;
        running = Task.Run(RunAsync);
    }

    /// <summary>The number of transactions that succeeded, for measurements.</summary>
    public long Transactions { get; private set; }

    /// <summary>What is wrong with the store (a room's conflict is not); null after a commit that succeeded.</summary>
    public StoreException? Trouble { get; private set; }

    /// <summary>The last write found the disk full, and it still is: the next would, too.</summary>
    public bool IsFull => Trouble?.Problem == StoreProblem.Full && !store.HasSpace;

    /// <param name="ticket">Handed back to <paramref name="done"/>, with null or what went wrong. Must not block.</param>
    public void Commit(RoomWrite write, ulong ticket, Action<ulong, StoreException?> done) =>
        Enqueue(new Request(write, write.Room, ticket, done));

    public void Destroy(RoomId room, ulong ticket, Action<ulong, StoreException?> done) =>
        Enqueue(new Request(null, room, ticket, done));

    /// <summary>Finishes what was handed in.</summary>
    public async ValueTask DisposeAsync()
    {
        requests.Writer.TryComplete();
        await running;
    }

    private void Enqueue(Request request)
    {
        if (!requests.Writer.TryWrite(request))
        {
            request.Done(request.Ticket, new StoreException(StoreProblem.Failed, "The server is shutting down."));
        }
    }

    private async Task RunAsync()
    {
        while (await requests.Reader.WaitToReadAsync())
        {
            while (requests.Reader.TryPeek(out var next))
            {
                if (next.Write is not null && batch.Count < MaxWritesPerTransaction)
                {
                    batch.Add(next);
                    requests.Reader.TryRead(out _);
                    continue;
                }
                await CommitBatchAsync();
                if (next.Write is null)
                {
                    requests.Reader.TryRead(out _);
                    failed.Remove(next.Room);
                    next.Done(next.Ticket, await TryAsync(() => store.DestroyAsync(next.Room)));
                }
            }
            await CommitBatchAsync();
        }
    }

    private async ValueTask CommitBatchAsync()
    {
        if (batch.Count == 0)
        {
            return;
        }
        var together = !batch.Exists(IsBehindFailed);
        var problem = together ? await TryCommitAsync(batch) : null;
        foreach (var request in batch)
        {
            var own = together && (problem is null || batch.Count == 1) ? problem : await TryAloneAsync(request);
            request.Done(request.Ticket, own);
        }
        batch.Clear();
    }

    private async ValueTask<StoreException?> TryAloneAsync(Request request)
    {
        if (IsBehindFailed(request))
        {
            return new StoreException(StoreProblem.Conflict, "What this write rests on failed; load the room again.");
        }
        return await TryCommitAsync([request]);
    }

    private bool IsBehindFailed(Request request) =>
        failed.TryGetValue(request.Room, out var ticket) && request.Ticket > ticket;

    private async ValueTask<StoreException?> TryCommitAsync(List<Request> requested)
    {
        writes.Clear();
        foreach (var request in requested)
        {
            writes.Add(request.Write!);
        }
        var problem = await TryAsync(() => store.CommitAsync(writes));
        Transactions += problem is null ? 1 : 0;
        foreach (var request in requested)
        {
            if (problem is null)
            {
                failed.Remove(request.Room);
            }
            else if (requested.Count == 1 && request.Write!.Created is null) // else the room that is there already goes on
            {
                failed[request.Room] = request.Ticket;
            }
        }
        return problem;
    }

    private async ValueTask<StoreException?> TryAsync(Func<ValueTask> work)
    {
        try
        {
            await work();
            return Trouble = null;
        }
        catch (StoreException problem)
        {
            // A conflict is one room's, not the store's.
            Trouble = problem.Problem == StoreProblem.Conflict ? Trouble : problem;
            return problem;
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            // A loop that ended here would leave every room waiting.
            return Trouble = new StoreException(StoreProblem.Failed, $"The store failed: {problem.Message}", problem);
        }
    }

    private readonly record struct Request(
        RoomWrite? Write,
        RoomId Room,
        ulong Ticket,
        Action<ulong, StoreException?> Done
    );
}
