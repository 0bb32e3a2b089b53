using System.Buffers;
using Coterie.Hub.Tests.World;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Tests;

/// <summary>What a hub knows of blobs stays true over a restart, and while they come twice or go (PROTOCOL.md section 15).</summary>
public sealed class BlobSpaceTests()
    : BlobScene(
        new HubOptions
        {
            BlobBytes = 200_000,
            BlobBytesPerRoom = 500_000,
            BlobBytesPerMemoryRoom = 300_000,
        }
    )
{
    [Theory]
    [InlineData(RoomKind.Permanent, 2)]
    [InlineData(RoomKind.Memory, 1)]
    public async Task B3_a_room_takes_what_its_kind_may_also_after_a_restart(RoomKind kind, int most)
    {
        await using (var ada = await TestClient.FoundAsync(Host, Room, kind))
        {
            for (var count = 0; count < most; count++)
            {
                var blob = Large();
                await blob.PutAsync(ada);
                await blob.FileAsync(ada, Tree);
            }
            await RefusesAsync(ada);
        }
        if (kind == RoomKind.Permanent)
        {
            await RestartAsync();
            await using var bob = await TestClient.EnterAsync(Host, Room, Role.Editor);
            await RefusesAsync(bob);
        }
    }

    [Fact]
    public async Task B5_what_is_not_whole_or_not_here_any_more_is_named_by_nothing()
    {
        var (half, gone) = (Large(), Little());
        await using (var ada = await TestClient.FoundAsync(Host, Room))
        {
            await half.MissingAsync(ada);
            await half.SendAsync(ada, 0);
            await half.TookAsync(ada, 0);
            await gone.PutAsync(ada);
        }
        await RestartAsync();
        await using var bob = await TestClient.EnterAsync(Host, Room, Role.Editor);
        await half.AppendAsync(bob, Tree, TreeKind.CreateBinary, new NodeId(7));
        Assert.Equal(Refusal.Blob, (await bob.UntilAsync(HubFrame.Refused)).Refused().Code);
        await bob.JoinAsync(Role.Editor, bob.Session!.Id);
        await bob.WriteAsync(RecordClass.Chat, Room.Streams.Chat, clear: [0]);
        await bob.AppendAsync(
            bob.Record(
                RecordClass.Snapshot,
                Room.Streams.Chat,
                clear: TestBlob.SnapshotClear(bob, Room.Streams.Chat, half)
            )
        );
        Assert.Equal(Refusal.Blob, (await bob.UntilAsync(HubFrame.Refused)).Refused().Code);
        Clock.Advance(TimeSpan.FromMinutes(61));
        await using var cyd = await TestClient.EnterAsync(Host, Room, Role.Editor);
        await Large().PutAsync(cyd);
        await Large().PutAsync(cyd); // what nothing named for an hour goes
        Assert.False(await gone.IsThereAsync(cyd));
        await gone.AppendAsync(cyd, Tree, TreeKind.CreateBinary, new NodeId(7));
        Assert.Equal(Refusal.Blob, (await cyd.UntilAsync(HubFrame.Refused)).Refused().Code);
    }

    [Fact]
    public async Task B4_a_chunk_that_comes_twice_is_kept_once_and_told_each_time()
    {
        await using var ada = await TestClient.FoundAsync(Host, Room);
        var blob = Large();
        await blob.MissingAsync(ada);
        await blob.SendAsync(ada, 0);
        await blob.SendAsync(ada, 0);
        await blob.TookAsync(ada, 0);
        await blob.TookAsync(ada, 0);
        await blob.SendAsync(ada, 0);
        await blob.TookAsync(ada, 0);
        await blob.SendAsync(ada, 1);
        await blob.TookAsync(ada, 1);
        await blob.HasAsync(ada);
    }

    [Fact]
    public async Task B7_each_chunk_that_is_wanted_is_answered_also_where_its_blob_goes_meanwhile()
    {
        const int Wants = 16;
        await using var ada = await TestClient.FoundAsync(Host, Room);
        var (old, other, next) = (Large(), Large(), Large());
        await old.PutAsync(ada);
        await other.PutAsync(ada);
        Clock.Advance(TimeSpan.FromMinutes(61));
        await using var bob = await TestClient.EnterAsync(Host, Room, Role.Editor);
        var output = new ArrayBufferWriter<byte>();
        for (var count = 1; count < Wants; count++)
        {
            new ChunkName(old.Id, 0).WriteWant(output);
        }
        Offer.Write(output, next.Id, (ulong)next.SealedBytes, next.Hashes); // needs the space
        await bob.SendRawAsync(output.WrittenMemory);
        await AnsweredAsync(bob, Wants - 1);
        output.ResetWrittenCount();
        new Chunk
        {
            Blob = next.Id,
            Index = 1,
            Bytes = next.Chunks[1],
        }.Write(output, ClientFrame.Chunk);
        new ChunkName(next.Id, 1).WriteWant(output); // before it is durable
        await bob.SendRawAsync(output.WrittenMemory);
        await AnsweredAsync(bob, 1);
        Assert.False(await old.IsThereAsync(bob));
    }

    [Fact]
    public async Task B6_the_blob_of_a_snapshot_stays_whoever_names_it_in_another_stream()
    {
        var first = Little();
        await using (var ada = await TestClient.FoundAsync(Host, Room))
        {
            await ada.WriteAsync(RecordClass.Chat, Room.Streams.Chat, clear: [0]);
            await first.PutAsync(ada);
            await ada.WriteAsync(
                RecordClass.Snapshot,
                Room.Streams.Chat,
                clear: TestBlob.SnapshotClear(ada, Room.Streams.Chat, first)
            );
            await Little().PutAsync(ada);
            await ada.WriteAsync(
                RecordClass.Tree,
                Tree,
                clear: TestClient.CreateClear(new NodeId(7), TreeKind.CreateFolder)
            );
            await ada.WriteAsync(RecordClass.Snapshot, Tree, clear: TestBlob.SnapshotClear(ada, Tree, first));
            await ada.WriteAsync(RecordClass.Snapshot, Tree, clear: TestBlob.SnapshotClear(ada, Tree));
        }
        Clock.Advance(TimeSpan.FromHours(2));
        await RestartAsync();
        await using var bob = await TestClient.EnterAsync(Host, Room, Role.Editor);
        Assert.True(await first.IsThereAsync(bob));
    }

    [Fact]
    public async Task B6_B7_what_the_snapshot_of_a_deleted_file_has_is_let_go_of_where_its_space_is_needed()
    {
        await using var ada = await TestClient.FoundAsync(Host, Room);
        var (node, blob) = (new NodeId(7), Large());
        await ada.WriteAsync(RecordClass.Tree, Tree, clear: TestClient.CreateClear(node, TreeKind.CreateFile));
        await ada.WriteAsync(RecordClass.Edit, node.ToStream());
        await blob.PutAsync(ada);
        await ada.WriteAsync(
            RecordClass.Snapshot,
            node.ToStream(),
            clear: TestBlob.SnapshotClear(ada, node.ToStream(), blob)
        );
        var file = Large();
        await file.PutAsync(ada);
        await file.FileAsync(ada, Tree);
        var more = Large();
        await more.OfferAsync(ada);
        Assert.Equal(Refusal.RoomFull, await more.RefusedAsync(ada));
        byte[] clear = new byte[16];
        node.CopyTo(clear);
        await ada.WriteAsync(RecordClass.Delete, Tree, clear: clear);
        Assert.Equal((ulong)file.SealedBytes, await UsedAsync());
        Assert.True(await blob.IsThereAsync(ada));
        await more.PutAsync(ada);
        Assert.False(await blob.IsThereAsync(ada));
    }

    private TestBlob Little() => new(Room, 1_000);

    private TestBlob Large() => new(Room, 200_000);

    private static async Task AnsweredAsync(TestClient client, int wants)
    {
        while (wants > 0)
        {
            var frame = await client.NextAsync();
            Assert.NotNull(frame);
            wants -= frame.Type is HubFrame.Chunk or HubFrame.BlobRefused ? 1 : 0;
        }
    }

    private async Task RefusesAsync(TestClient client)
    {
        var blob = Large();
        await blob.OfferAsync(client);
        Assert.Equal(Refusal.RoomFull, await blob.RefusedAsync(client));
    }

    private async Task<ulong> UsedAsync()
    {
        await using var client = await TestClient.GreetAsync(Host, Room);
        await client.LookAsync();
        client.Cert = Room.Certify(client.Key, Role.Viewer);
        await client.SendJoinAsync(client.Sign(client.Cert));
        var frame = await client.UntilAsync(HubFrame.Storage);
        Assert.True(Storage.TryParse(frame.Body, out var storage, out _));
        return storage.Used;
    }
}
