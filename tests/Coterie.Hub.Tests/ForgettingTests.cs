using Coterie.Hub.Stores;
using Coterie.Hub.Tests.World;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Tests;

/// <summary>What a snapshot covers goes, in a room that trims (H10), and who comes later starts from the snapshot (W4, N6).</summary>
public sealed class ForgettingTests : IAsyncLifetime
{
    private readonly string directory = Directory.CreateTempSubdirectory("coterie-forgetting-").FullName;
    private readonly TestRoom room = new(trims: true);
    private TestHost host = null!;

    private StreamId Chat => room.Streams.Chat;

    public async ValueTask InitializeAsync() => host = await TestHost.StartAsync(directory: directory);

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData(RoomKind.Permanent)]
    [InlineData(RoomKind.Memory)]
    public async Task H10_what_a_snapshot_covers_goes_and_who_asks_for_it_gets_the_snapshot(RoomKind kind)
    {
        await using var ada = await TestClient.FoundAsync(host, room, kind);
        var heads = new List<Digest> { ada.HeadOf(Chat).Head };
        for (var count = 0; count < 3; count++)
        {
            await SayAsync(ada);
            heads.Add(ada.HeadOf(Chat).Head);
        }
        await VouchAsync(ada);
        await SayAsync(ada);

        await using var bob = await TestClient.EnterAsync(host, room, Role.Viewer);
        for (var from = 0; from < 2; from++) // the log's mode
        {
            Assert.Equal((3UL, heads[3]), await AskAsync(bob, (ulong)from, heads[from]));
            Assert.Equal(4UL, (await bob.UntilAsync(HubFrame.Snapshot)).Seq);
            Assert.Equal(4UL, (await bob.UntilAsync(HubFrame.Deliver)).Seq);
            Assert.Equal(5UL, (await bob.UntilAsync(HubFrame.Deliver)).Seq);
            Assert.Equal(ada.HeadOf(Chat), bob.HeadOf(Chat));
        }
        for (var from = 2; from < 4; from++) // what comes behind it is all there
        {
            Assert.Equal(((ulong)from, heads[from]), await AskAsync(bob, (ulong)from, heads[from]));
            Assert.Equal((ulong)from + 1, (await bob.UntilAsync(HubFrame.Deliver)).Seq);
            await bob.SettleAsync();
        }
        await bob.SubscribeAsync(Chat, 1, heads[3]); // another history is one, as long as it is known
        Assert.Equal(Refusal.Forked, (await bob.UntilAsync(HubFrame.Error)).Error().Code);
    }

    [Fact]
    public async Task H10_it_is_gone_from_the_disk_counts_no_more_and_stays_gone_when_the_room_is_loaded_again()
    {
        Digest covered;
        await using (var ada = await TestClient.FoundAsync(host, room))
        {
            for (var count = 0; count < 4; count++)
            {
                await SayAsync(ada, bytes: 60_000);
            }
            var before = await StoredAsync();
            covered = ada.HeadOf(Chat).Head;
            await VouchAsync(ada);
            var after = await StoredAsync();
            Assert.Equal((5UL, 4UL, 5UL), (after.Seq, after.FirstSeq, after.SnapshotSeq));
            Assert.True(after.Bytes < before.Bytes / 2, $"{before.Bytes} bytes, then {after.Bytes}");
        }
        await host.DisposeAsync();
        host = await TestHost.StartAsync(directory: directory);
        await using var bob = await TestClient.EnterAsync(host, room, Role.Editor);
        foreach (var (from, head) in new[] { (0UL, bob.HeadOf(Chat).Head), (2UL, new Digest(1, 2)) }) // what is not known is nobody's fork
        {
            Assert.Equal((4UL, covered), await AskAsync(bob, from, head));
            Assert.Equal(5UL, (await bob.UntilAsync(HubFrame.Snapshot)).Seq);
        }
        Assert.Equal((4UL, covered), await AskAsync(bob, 4, covered));
        Assert.Equal(5UL, (await bob.UntilAsync(HubFrame.Deliver)).Seq);
    }

    [Fact]
    public async Task H10_a_room_that_is_full_takes_the_snapshot_that_makes_space()
    {
        await host.DisposeAsync();
        host = await TestHost.StartAsync(new HubOptions { BytesPerRoom = 300_000 }, directory);
        await using var ada = await TestClient.FoundAsync(host, room);
        for (var round = 0; round < 3; round++)
        {
            for (var full = false; !full; )
            {
                await ada.AppendAsync(ada.Record(RecordClass.Chat, Chat, new byte[60_000], [0]));
                var answer = await ada.NextAsync();
                while (answer!.Type is not (HubFrame.Ack or HubFrame.Refused))
                {
                    answer = await ada.NextAsync();
                }
                full = answer.Type == HubFrame.Refused;
                Assert.True(!full || answer.Refused().Code == Refusal.RoomFull);
            }
            await ada.JoinAsync(Role.Owner, ada.Session!.Id); // the refusal burnt it
            await VouchAsync(ada);
        }
    }

    [Fact]
    public async Task H10_a_snapshot_that_covers_less_than_is_gone_is_none_to_start_from()
    {
        await using (var ada = await TestClient.FoundAsync(host, room))
        {
            await SayAsync(ada);
            var early = TestBlob.SnapshotClear(ada, Chat);
            for (var count = 0; count < 9; count++)
            {
                await SayAsync(ada);
            }
            await VouchAsync(ada);
            await ada.WriteAsync(RecordClass.Snapshot, Chat, clear: early); // N1 lets it, and a slow page may
        }
        for (var time = 0; time < 2; time++)
        {
            await using var bob = await TestClient.EnterAsync(host, room, Role.Viewer);
            Assert.Equal(10UL, (await AskAsync(bob, 0, bob.HeadOf(Chat).Head)).Seq);
            Assert.Equal(11UL, (await bob.UntilAsync(HubFrame.Snapshot)).Seq);
            Assert.Equal(11UL, (await bob.UntilAsync(HubFrame.Deliver)).Seq);
            Assert.Equal(12UL, (await bob.UntilAsync(HubFrame.Deliver)).Seq);
            await host.DisposeAsync();
            host = await TestHost.StartAsync(directory: directory);
        }
    }

    [Theory]
    [InlineData(Role.Editor, true)]
    [InlineData(Role.Owner, false)]
    public async Task H10_nothing_goes_for_an_editors_word_or_in_a_room_that_keeps(Role role, bool trims)
    {
        var other = new TestRoom(trims: trims);
        await using var ada = await TestClient.FoundAsync(host, other);
        await using var bob = role == Role.Owner ? ada : await TestClient.EnterAsync(host, other, role);
        await bob.SubscribeAsync(other.Streams.Chat);
        await bob.UntilAsync(HubFrame.Stream);
        await bob.WriteAsync(RecordClass.Chat, other.Streams.Chat, clear: [0]);
        await bob.WriteAsync(RecordClass.Chat, other.Streams.Chat, clear: [0]);
        await VouchAsync(bob, other.Streams.Chat);
        await using var cyd = await TestClient.EnterAsync(host, other, Role.Viewer);
        await cyd.SubscribeAsync(other.Streams.Chat);
        Assert.Equal(1UL, (await cyd.UntilAsync(HubFrame.Deliver)).Seq);
        if (role == Role.Editor) // and nobody starts from it
        {
            await using var dan = await TestClient.EnterAsync(host, other, Role.Viewer);
            await dan.SubscribeAsync(other.Streams.Chat, SubscribeMode.Snapshot);
            Assert.Equal(1UL, (await dan.UntilAsync(HubFrame.Deliver)).Seq);
        }
    }

    [Fact]
    public async Task H10_the_tree_stays_whole_since_the_hub_judges_by_it()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        await ada.NewFileAsync();
        await ada.NewFileAsync();
        await VouchAsync(ada, room.Streams.Tree);
        await using var bob = await TestClient.EnterAsync(host, room, Role.Viewer);
        await bob.SubscribeAsync(room.Streams.Tree);
        Assert.Equal(1UL, (await bob.UntilAsync(HubFrame.Deliver)).Seq);
    }

    /// <summary>Where a reader is in the midst of what goes, it gets the snapshot, and what comes behind that without a gap.</summary>
    [Fact]
    public async Task W4_who_is_still_reading_what_goes_starts_anew_from_the_snapshot()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        for (var count = 0; count < 60; count++)
        {
            await SayAsync(ada, bytes: 100_000);
        }
        await using var bob = await TestClient.EnterAsync(host, room, Role.Viewer);
        await bob.SubscribeAsync(Chat); // and does not read what comes
        await VouchAsync(ada);
        await SayAsync(ada);
        var bases = 0;
        for (var seq = 0UL; seq < 62; )
        {
            var frame = (await bob.NextAsync())!;
            if (frame.Type == HubFrame.Stream)
            {
                Assert.True(StreamFrame.TryParse(frame.Body, out var stream, out _));
                Assert.True(stream.BaseSeq is 0 or 60);
                seq = stream.BaseSeq;
                bases++;
            }
            else if (frame.Type == HubFrame.Snapshot)
            {
                Assert.Equal(60UL, seq);
            }
            else if (frame.Type == HubFrame.Deliver)
            {
                Assert.Equal(++seq, frame.Seq);
            }
        }
        Assert.InRange(bases, 1, 2);
        Assert.Equal(ada.HeadOf(Chat), bob.HeadOf(Chat));
    }

    private async Task SayAsync(TestClient who, int bytes = 3) =>
        await who.WriteAsync(RecordClass.Chat, Chat, new byte[bytes], [0]);

    /// <summary>Writes a snapshot of all that they have read of the stream.</summary>
    private async Task VouchAsync(TestClient who, StreamId? stream = null) =>
        await who.WriteAsync(RecordClass.Snapshot, stream ?? Chat, clear: TestBlob.SnapshotClear(who, stream ?? Chat));

    private async Task<(ulong Seq, Digest Head)> AskAsync(TestClient who, ulong seq, Digest head)
    {
        await who.SubscribeAsync(Chat, seq, head);
        Assert.True(StreamFrame.TryParse((await who.UntilAsync(HubFrame.Stream)).Body, out var stream, out _));
        return (stream.BaseSeq, stream.BaseHead);
    }

    private async Task<StoredStream> StoredAsync() =>
        Assert.Single((await host.Store.LoadAsync(room.Id))!.Streams, stream => stream.Id == Chat);
}
