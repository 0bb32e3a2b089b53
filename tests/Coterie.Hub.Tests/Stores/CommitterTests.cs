using System.Collections.Concurrent;
using Coterie.Hub.Stores;
using Coterie.Protocol.Wire;

namespace Coterie.Hub.Tests.Stores;

public sealed class CommitterTests : IAsyncLifetime
{
    private static readonly StreamId Stream = new(1);
    private readonly string directory = Directory.CreateTempSubdirectory("coterie-committer-").FullName;
    private SqliteStore store = null!;
    private Committer committer = null!;

    public async ValueTask InitializeAsync()
    {
        store = SqliteStore.Open(directory);
        committer = new Committer(store);
        for (var room = 1; room <= 3; room++)
        {
            await CommitAsync(StoreFacts.Creation(new RoomId((ulong)room)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await committer.DisposeAsync();
        await store.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task H1_what_is_reported_as_committed_is_in_the_store_and_in_order()
    {
        var reported = new ConcurrentQueue<(ulong Room, ulong Seq)>();
        var all = new List<Task>();
        for (var seq = 1UL; seq <= 100; seq++)
        {
            for (var room = 1UL; room <= 3; room++)
            {
                var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                all.Add(done.Task);
                var (key, position) = (room, seq);
                committer.Commit(
                    Append(room, seq),
                    seq,
                    (ticket, problem) =>
                    {
                        Assert.Null(problem);
                        Assert.Equal(position, ticket);
                        var stored = store.LoadAsync(new RoomId(key)).AsTask();
                        Assert.True(stored.IsCompletedSuccessfully);
                        reported.Enqueue((key, ticket));
                        done.SetResult();
                    }
                );
            }
        }
        await Task.WhenAll(all).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        for (var room = 1UL; room <= 3; room++)
        {
            Assert.Equal(Numbers(1, 100), reported.Where(entry => entry.Room == room).Select(entry => entry.Seq));
            Assert.Equal(100UL, Assert.Single((await store.LoadAsync(new RoomId(room)))!.Streams).Seq);
        }
        Assert.InRange(committer.Transactions, 4, 3 + 150); // many rooms' records shared a transaction
    }

    [Fact]
    public async Task H3_a_write_that_fails_takes_no_other_room_with_it()
    {
        var outcomes = new TaskCompletionSource<StoreException?>[3];
        for (var room = 1UL; room <= 3; room++)
        {
            var outcome = outcomes[room - 1] = new TaskCompletionSource<StoreException?>(
                TaskCreationOptions.RunContinuationsAsynchronously
            );
            committer.Commit(Append(room, room == 2 ? 7UL : 1UL), 0, (_, problem) => outcome.SetResult(problem));
        }
        Assert.Null(await outcomes[0].Task);
        Assert.Equal(StoreProblem.Conflict, (await outcomes[1].Task)!.Problem);
        Assert.Null(await outcomes[2].Task);
    }

    [Fact]
    public async Task H3_what_follows_a_failed_write_on_its_stream_fails_too()
    {
        store.LimitPages(40);
        var big = new RoomWrite(new RoomId(1));
        big.Entries.Add(StoreFacts.Entry(Stream, 1) with { Envelope = new byte[400_000] });
        var first = new TaskCompletionSource<StoreException?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var second = new TaskCompletionSource<StoreException?>(TaskCreationOptions.RunContinuationsAsynchronously);
        committer.Commit(big, 0, (_, problem) => first.SetResult(problem));
        committer.Commit(Append(1, 2), 1, (_, problem) => second.SetResult(problem));
        Assert.Equal(StoreProblem.Full, (await first.Task)!.Problem);
        Assert.Equal(StoreProblem.Conflict, (await second.Task)!.Problem);
        Assert.Equal(StoreProblem.Full, committer.Trouble!.Problem);
        await CommitAsync(Append(1, 1));
        Assert.Null(committer.Trouble);
    }

    [Fact]
    public async Task H3_B5_nothing_of_a_room_is_written_after_what_failed_until_it_is_loaded_anew()
    {
        store.LimitPages(40);
        var chunk = new RoomWrite(new RoomId(1));
        var blob = new BlobId(new Digest(1, 2));
        chunk.Blobs.Add(BlobStep.Offer(new StoredBlob(blob, 400_000, 5, new byte[32], [])));
        chunk.Blobs.Add(BlobStep.Chunk(blob, 0, new byte[400_000], 5));
        var first = new TaskCompletionSource<StoreException?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var second = new TaskCompletionSource<StoreException?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var third = new TaskCompletionSource<StoreException?>(TaskCreationOptions.RunContinuationsAsynchronously);
        committer.Commit(chunk, 4, (_, problem) => first.SetResult(problem));
        committer.Commit(Append(1, 1), 5, (_, problem) => second.SetResult(problem)); // a file that has this content
        Assert.Equal(StoreProblem.Full, (await first.Task)!.Problem);
        Assert.Equal(StoreProblem.Conflict, (await second.Task)!.Problem);
        committer.Commit(Append(1, 1), 6, (_, problem) => third.SetResult(problem));
        Assert.Equal(StoreProblem.Conflict, (await third.Task)!.Problem);
        await CommitAsync(Append(2, 1));
        await CommitAsync(Append(1, 1), ticket: 1);
        await CommitAsync(Append(1, 2), ticket: 9);
    }

    [Fact]
    public async Task H3_a_room_that_could_not_be_made_because_it_is_there_goes_on()
    {
        await CommitAsync(Append(1, 1), ticket: 1);
        var made = new TaskCompletionSource<StoreException?>(TaskCreationOptions.RunContinuationsAsynchronously);
        committer.Commit(StoreFacts.Creation(new RoomId(1)), 0, (_, problem) => made.SetResult(problem));
        Assert.NotNull(await made.Task);
        await CommitAsync(Append(1, 2), ticket: 2);
    }

    [Fact]
    public async Task H5_destruction_keeps_its_place_between_commits()
    {
        var order = new ConcurrentQueue<string>();
        var last = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        committer.Commit(Append(1, 1), 0, (_, problem) => order.Enqueue($"append {problem is null}"));
        committer.Destroy(new RoomId(1), 0, (_, problem) => order.Enqueue($"destroy {problem is null}"));
        committer.Commit(
            Append(1, 2),
            0,
            (_, problem) =>
            {
                order.Enqueue($"append {problem is null}");
                last.SetResult();
            }
        );
        await last.Task;
        Assert.Equal(["append True", "destroy True", "append False"], order);
    }

    private static IEnumerable<ulong> Numbers(int first, int count) =>
        Enumerable.Range(first, count).Select(number => (ulong)number);

    private static RoomWrite Append(ulong room, ulong seq)
    {
        var write = new RoomWrite(new RoomId(room));
        write.Entries.Add(StoreFacts.Entry(Stream, seq));
        return write;
    }

    private async Task CommitAsync(RoomWrite write, ulong ticket = 0)
    {
        var done = new TaskCompletionSource<StoreException?>(TaskCreationOptions.RunContinuationsAsynchronously);
        committer.Commit(write, ticket, (_, problem) => done.SetResult(problem));
        Assert.Null(await done.Task);
    }
}
