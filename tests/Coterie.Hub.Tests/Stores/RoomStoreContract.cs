using Coterie.Hub.Stores;
using Coterie.Protocol.Wire;

namespace Coterie.Hub.Tests.Stores;

/// <summary>What every store must do. Each store runs all of it; PostgreSQL will too.</summary>
public abstract class RoomStoreContract : IAsyncLifetime
{
    protected static readonly RoomId Room = new(7);
    protected static readonly StreamId Stream = new(1);

    protected IRoomStore Store { get; set; } = null!;

    protected abstract ValueTask<IRoomStore> OpenAsync();

    /// <summary>What the store holds, as someone sees it who comes later.</summary>
    protected abstract ValueTask ReopenAsync();

    public async ValueTask InitializeAsync() => Store = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_unknown_room_is_none()
    {
        Assert.Null(await Store.LoadAsync(Room));
        Assert.False(await Store.HasAsync(Room));
        Assert.Empty((await Store.ReadAsync(new PageQuery(Room, Stream, 0, 10, 1000))).Envelopes);
        Assert.Equal(0, await Store.CountRoomsAsync());
        await Store.DestroyAsync(Room);
    }

    [Fact]
    public async Task A_blob_is_there_with_the_chunks_that_came_until_it_is_dropped()
    {
        var blob = new BlobId(new Digest(1, 2));
        var write = StoreFacts.Creation(Room);
        write.Blobs.Add(BlobStep.Offer(new StoredBlob(blob, 300, 5, new byte[96], [])));
        write.Blobs.Add(BlobStep.Chunk(blob, 2, [7, 8], 6));
        var more = new RoomWrite(Room);
        more.Blobs.Add(BlobStep.Chunk(blob, 0, [9], 7));
        await Store.CommitAsync([write, more]);
        await ReopenAsync();
        var stored = Assert.Single((await Store.LoadAsync(Room))!.Blobs);
        Assert.Equal((blob, 300L, 7UL, 96), (stored.Id, stored.Bytes, stored.Time, stored.Hashes.Length));
        Assert.Equal([0, 2], stored.Have.Order());
        Assert.Equal([7, 8], await Store.ReadAsync(new ChunkQuery(Room, blob, 2)));
        Assert.Null(await Store.ReadAsync(new ChunkQuery(Room, blob, 1)));
        Assert.Null(await Store.ReadAsync(new ChunkQuery(new RoomId(8), blob, 2)));

        var held = new RoomWrite(Room);
        held.Blobs.Add(BlobStep.OfSnapshot(Stream, blob));
        await Store.CommitAsync([held]);
        await ReopenAsync();
        Assert.Equal(Stream, Assert.Single((await Store.LoadAsync(Room))!.Blobs).Snapshot);
        var released = new RoomWrite(Room);
        released.Blobs.Add(BlobStep.OfSnapshot(Stream, null));
        await Store.CommitAsync([released]);
        await ReopenAsync();
        Assert.Null(Assert.Single((await Store.LoadAsync(Room))!.Blobs).Snapshot);

        var touched = new RoomWrite(Room);
        touched.Blobs.Add(BlobStep.Touch(blob, 8));
        await Store.CommitAsync([touched]);
        await ReopenAsync();
        var later = Assert.Single((await Store.LoadAsync(Room))!.Blobs);
        Assert.Equal((8UL, 2), (later.Time, later.Have.Count));

        var dropped = new RoomWrite(Room);
        dropped.Blobs.Add(BlobStep.Drop(blob));
        dropped.Blobs.Add(BlobStep.Offer(stored with { Have = [] }));
        await Store.CommitAsync([dropped]);
        await ReopenAsync();
        Assert.Empty(Assert.Single((await Store.LoadAsync(Room))!.Blobs).Have);
        Assert.Null(await Store.ReadAsync(new ChunkQuery(Room, blob, 2)));
    }

    [Fact]
    public async Task What_lies_before_a_position_is_dropped_and_its_bytes_are_told()
    {
        var write = StoreFacts.Creation(Room);
        for (var seq = 1UL; seq <= 5; seq++)
        {
            write.Entries.Add(StoreFacts.Entry(Stream, seq));
        }
        await Store.CommitAsync([write]);
        var next = new RoomWrite(Room);
        next.Entries.Add(StoreFacts.Entry(Stream, 6) with { IsSnapshot = true });
        var forgotten = new Forgetting(Stream, 4);
        next.Forgotten.Add(forgotten);
        await Store.CommitAsync([next]);
        await ReopenAsync();

        Assert.Equal(write.Entries.Take(3).Sum(entry => (long)entry.Envelope.Length), forgotten.Bytes);
        var kept = write.Entries.Skip(3).Concat(next.Entries).ToList();
        var stream = Assert.Single((await Store.LoadAsync(Room))!.Streams);
        Assert.Equal(
            (6UL, 6UL, 4UL, kept.Sum(entry => (long)entry.Envelope.Length)),
            (stream.Seq, stream.SnapshotSeq, stream.FirstSeq, stream.Bytes)
        );
        var page = await Store.ReadAsync(new PageQuery(Room, Stream, 4, 6, int.MaxValue));
        Assert.Equal(StoreFacts.Head(4), page.HeadBefore);
        Assert.Equal(kept.Skip(1).Select(entry => entry.Envelope), page.Envelopes);
        page = await Store.ReadAsync(new PageQuery(Room, Stream, 0, 6, int.MaxValue));
        Assert.Null(page.HeadBefore);
        Assert.Equal(kept.Select(entry => entry.Envelope), page.Envelopes);

        var last = new RoomWrite(Room);
        last.Entries.Add(StoreFacts.Entry(Stream, 7));
        last.Forgotten.Add(new Forgetting(Stream, 7));
        await Store.CommitAsync([last]);
        await ReopenAsync();
        Assert.Equal(7UL, Assert.Single((await Store.LoadAsync(Room))!.Streams).FirstSeq);
        var more = new RoomWrite(Room);
        more.Entries.Add(StoreFacts.Entry(Stream, 8));
        await Store.CommitAsync([more]);
    }

    [Fact]
    public async Task Keys_for_a_member_take_the_place_of_older_ones_and_go_when_an_epoch_begins()
    {
        var write = StoreFacts.Creation(Room);
        write.Wraps.Add(new StoredWrap(new MemberId(1), [1]));
        write.Wraps.Add(new StoredWrap(new MemberId(2), [2]));
        var again = new RoomWrite(Room);
        again.Wraps.Add(new StoredWrap(new MemberId(1), [11]));
        await Store.CommitAsync([write, again]);
        await ReopenAsync();
        Assert.True(await Store.HasAsync(Room));
        Assert.Equal(
            [(new MemberId(1), 11), (new MemberId(2), 2)],
            (await Store.LoadAsync(Room))!
                .Wraps.Select(wrap => (wrap.Member, (int)wrap.Bytes[0]))
                .OrderBy(wrap => wrap.Item2 == 2)
        );

        var next = new RoomWrite(Room) { BeginsEpoch = true };
        next.Wraps.Add(new StoredWrap(new MemberId(3), [3]));
        await Store.CommitAsync([next]);
        await ReopenAsync();
        Assert.Equal(new MemberId(3), Assert.Single((await Store.LoadAsync(Room))!.Wraps).Member);
        await Store.DestroyAsync(Room);
        Assert.False(await Store.HasAsync(Room));
    }

    [Fact]
    public async Task A_created_room_is_loaded_as_it_was_written()
    {
        var write = StoreFacts.Creation(Room);
        write.Sessions.Add(new StoredSession(new SessionId(3), [30, 31], [32, 33]));
        write.Entries.AddRange(StoreFacts.Entries(Stream, 1, 3));
        write.Entries.Add(StoreFacts.Entry(Stream, 4) with { IsSnapshot = true });
        write.Entries.Add(StoreFacts.Entry(Stream, 5));
        await Store.CommitAsync([write]);
        await ReopenAsync();

        var room = await Store.LoadAsync(Room);

        Assert.NotNull(room);
        Assert.Equal(new IncarnationId(9), room.Incarnation);
        Assert.Equal(StoreFacts.Genesis, room.Genesis);
        Assert.Equal(
            [
                [0, 1, 2],
                [1, 1, 2],
            ],
            room.Manifests
        );
        Assert.Equal(
            [
                [5],
                [6, 6],
            ],
            room.Doors
        );
        var session = Assert.Single(room.Sessions);
        Assert.Equal(new SessionId(3), session.Id);
        Assert.Equal([30, 31], session.Cert);
        Assert.Equal([32, 33], session.Session);
        Assert.Equal(
            [
                new StoredStream(
                    Stream,
                    5,
                    StoreFacts.Head(5),
                    2,
                    4,
                    1,
                    write.Entries.Sum(entry => (long)entry.Envelope.Length)
                ),
            ],
            room.Streams
        );
        Assert.Equal(1, await Store.CountRoomsAsync());
    }

    [Fact]
    public async Task Manifests_go_on_and_doors_are_replaced()
    {
        await Store.CommitAsync([StoreFacts.Creation(Room)]);
        var write = new RoomWrite(Room)
        {
            Doors =
            [
                [8],
            ],
        };
        write.Manifests.Add(new StoredManifest(2, [2, 2]));
        await Store.CommitAsync([write]);
        var room = await Store.LoadAsync(Room);
        Assert.Equal(
            [
                [0, 1, 2],
                [1, 1, 2],
                [2, 2],
            ],
            room!.Manifests
        );
        Assert.Equal(
            [
                [8],
            ],
            room.Doors
        );
    }

    [Fact]
    public async Task A_write_without_doors_leaves_them()
    {
        await Store.CommitAsync([StoreFacts.Creation(Room)]);
        var write = new RoomWrite(Room);
        write.Manifests.Add(new StoredManifest(2, [2, 2]));
        await Store.CommitAsync([write]);
        Assert.Equal(
            [
                [5],
                [6, 6],
            ],
            (await Store.LoadAsync(Room))!.Doors
        );
    }

    [Fact]
    public async Task A_session_written_twice_is_kept_once()
    {
        await Store.CommitAsync([StoreFacts.Creation(Room)]);
        for (var time = 0; time < 2; time++)
        {
            var write = new RoomWrite(Room);
            write.Sessions.Add(new StoredSession(new SessionId(3), [1], [2]));
            await Store.CommitAsync([write]);
        }
        Assert.Single((await Store.LoadAsync(Room))!.Sessions);
    }

    [Fact]
    public async Task Pages_cut_a_stream_without_gap_or_duplicate()
    {
        await AppendAsync(1, 20);
        await ReopenAsync();
        var read = new List<byte[]>();
        while (read.Count < 20)
        {
            var page = await Store.ReadAsync(new PageQuery(Room, Stream, (ulong)read.Count, 20, 250));
            Assert.InRange(page.Envelopes.Count, 1, 19);
            Assert.Equal(read.Count == 0 ? null : StoreFacts.Head((ulong)read.Count), page.HeadBefore);
            read.AddRange(page.Envelopes);
        }
        Assert.Equal(StoreFacts.Entries(Stream, 1, 20).Select(entry => entry.Envelope), read);
    }

    [Fact]
    public async Task A_page_ends_at_To_and_has_one_envelope_however_large()
    {
        await AppendAsync(1, 5);
        Assert.Equal(2, (await Store.ReadAsync(new PageQuery(Room, Stream, 1, 3, 10_000))).Envelopes.Count);
        Assert.Single((await Store.ReadAsync(new PageQuery(Room, Stream, 1, 3, 1))).Envelopes);
    }

    [Fact]
    public async Task A_page_after_a_position_that_does_not_exist_has_no_head()
    {
        await AppendAsync(1, 5);
        var page = await Store.ReadAsync(new PageQuery(Room, Stream, 6, 9, 1000));
        Assert.Null(page.HeadBefore);
        Assert.Empty(page.Envelopes);
    }

    [Fact]
    public async Task A_read_of_one_position_s_head_costs_no_envelope()
    {
        await AppendAsync(1, 5);
        var page = await Store.ReadAsync(new PageQuery(Room, Stream, 5, 5, 1000));
        Assert.Equal(StoreFacts.Head(5), page.HeadBefore);
        Assert.Empty(page.Envelopes);
    }

    [Fact]
    public async Task Rooms_and_streams_do_not_mix()
    {
        var other = new RoomId(8);
        await AppendAsync(1, 3);
        var write = StoreFacts.Creation(other);
        write.Entries.AddRange(StoreFacts.Entries(Stream, 1, 1));
        write.Entries.AddRange(StoreFacts.Entries(new StreamId(2), 1, 2));
        await Store.CommitAsync([write]);
        Assert.Equal(3, (await Store.ReadAsync(new PageQuery(Room, Stream, 0, 99, 9999))).Envelopes.Count);
        Assert.Single((await Store.ReadAsync(new PageQuery(other, Stream, 0, 99, 9999))).Envelopes);
        await Store.DestroyAsync(other);
        Assert.Null(await Store.LoadAsync(other));
        Assert.Equal(3, (await Store.ReadAsync(new PageQuery(Room, Stream, 0, 99, 9999))).Envelopes.Count);
    }

    [Fact]
    public async Task A_destroyed_room_can_be_created_again_and_is_empty()
    {
        await AppendAsync(1, 3);
        await Store.DestroyAsync(Room);
        await Store.CommitAsync([StoreFacts.Creation(Room)]);
        Assert.Empty((await Store.LoadAsync(Room))!.Streams);
        Assert.Empty((await Store.ReadAsync(new PageQuery(Room, Stream, 0, 99, 9999))).Envelopes);
    }

    [Theory]
    [InlineData("a room that exists")]
    [InlineData("a room that does not exist")]
    [InlineData("a manifest that exists")]
    [InlineData("a gap")]
    [InlineData("a position that exists")]
    [InlineData("a gap inside the write")]
    [InlineData("a stream that does not begin at 1")]
    public async Task A_conflict_refuses_the_whole_batch(string conflict)
    {
        await AppendAsync(1, 3);
        var good = StoreFacts.Creation(new RoomId(99));
        var bad = conflict switch
        {
            "a room that exists" => StoreFacts.Creation(Room),
            "a room that does not exist" => With(new RoomId(50), StoreFacts.Entries(Stream, 1, 1)),
            "a manifest that exists" => new RoomWrite(Room) { Manifests = { new StoredManifest(1, [1]) } },
            "a gap" => With(Room, StoreFacts.Entries(Stream, 5, 1)),
            "a position that exists" => With(Room, StoreFacts.Entries(Stream, 3, 1)),
            "a gap inside the write" => With(Room, [StoreFacts.Entry(Stream, 4), StoreFacts.Entry(Stream, 6)]),
            _ => With(Room, StoreFacts.Entries(new StreamId(77), 2, 1)),
        };

        var error = await Assert.ThrowsAsync<StoreException>(async () => await Store.CommitAsync([good, bad]));

        Assert.Equal(StoreProblem.Conflict, error.Problem);
        Assert.Null(await Store.LoadAsync(new RoomId(99)));
        Assert.Equal(3UL, Assert.Single((await Store.LoadAsync(Room))!.Streams).Seq);
        await Store.CommitAsync([With(Room, StoreFacts.Entries(Stream, 4, 1))]);
    }

    [Fact]
    public async Task One_batch_may_hold_two_writes_of_a_room_in_order()
    {
        var first = StoreFacts.Creation(Room);
        first.Entries.AddRange(StoreFacts.Entries(Stream, 1, 2));
        await Store.CommitAsync([first, With(Room, StoreFacts.Entries(Stream, 3, 2))]);
        Assert.Equal(4UL, Assert.Single((await Store.LoadAsync(Room))!.Streams).Seq);
    }

    [Fact]
    public async Task Readers_and_the_writer_work_at_once()
    {
        await AppendAsync(1, 1);
        var writing = Task.Run(async () =>
        {
            for (var seq = 2UL; seq <= 200; seq++)
            {
                await Store.CommitAsync([With(Room, StoreFacts.Entries(Stream, seq, 1))]);
            }
        });
        var readers = Enumerable
            .Range(0, 3)
            .Select(_ =>
                Task.Run(async () =>
                {
                    for (var last = 0; last < 200; )
                    {
                        var page = await Store.ReadAsync(new PageQuery(Room, Stream, 0, 1000, 1_000_000));
                        Assert.InRange(page.Envelopes.Count, last, 200);
                        last = page.Envelopes.Count;
                        await Task.Yield();
                    }
                })
            );
        await Task.WhenAll([writing, .. readers]);
    }

    protected async Task AppendAsync(ulong first, int count)
    {
        if (await Store.LoadAsync(Room) is null)
        {
            await Store.CommitAsync([StoreFacts.Creation(Room)]);
        }
        await Store.CommitAsync([With(Room, StoreFacts.Entries(Stream, first, count))]);
    }

    protected static RoomWrite With(RoomId room, IEnumerable<LogEntry> entries)
    {
        var write = new RoomWrite(room);
        write.Entries.AddRange(entries);
        return write;
    }
}
