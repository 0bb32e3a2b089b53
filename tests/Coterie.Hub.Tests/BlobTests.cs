using System.Diagnostics;
using Coterie.Hub.Tests.World;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Tests;

/// <summary>Content beside the streams at the hub (PROTOCOL.md section 15).</summary>
public sealed class BlobTests()
    : BlobScene(
        new HubOptions
        {
            BlobBytes = 200_000,
            BlobBytesPerRoom = 1_000_000,
            BlobBytesPerMemoryRoom = 300_000,
            BlobsPerRoom = 5,
        }
    )
{
    [Theory]
    [InlineData(RoomKind.Permanent)]
    [InlineData(RoomKind.Memory)]
    public async Task B4_B7_what_one_leaves_here_all_may_have_viewers_too(RoomKind kind)
    {
        await using var ada = await TestClient.FoundAsync(Host, Room, kind);
        await using var eve = await TestClient.EnterAsync(Host, Room, Role.Viewer);
        var blob = new TestBlob(Room, 200_000);
        Assert.Equal((List<int>)[0, 1], await blob.MissingAsync(ada));
        await blob.SendAsync(ada, 1);
        await blob.TookAsync(ada, 1);
        Assert.Equal((List<int>)[0], await blob.MissingAsync(ada));
        await blob.SendAsync(ada, 0);
        await blob.TookAsync(ada, 0);
        Assert.Empty(await blob.MissingAsync(ada));
        await blob.HasAsync(eve);
    }

    [Fact]
    public async Task B4_what_was_taken_is_there_after_a_restart_and_the_rest_is_asked_for()
    {
        var (whole, part) = (new TestBlob(Room, 100_000), new TestBlob(Room, 200_000));
        await using (var ada = await TestClient.FoundAsync(Host, Room))
        {
            await whole.PutAsync(ada);
            await whole.FileAsync(ada, Tree);
            await part.MissingAsync(ada);
            await part.SendAsync(ada, 1);
            await part.TookAsync(ada, 1);
        }
        await RestartAsync();
        await using var bob = await TestClient.EnterAsync(Host, Room, Role.Editor);
        await whole.HasAsync(bob);
        Assert.Equal((List<int>)[0], await part.MissingAsync(bob));
        await part.SendAsync(bob, 0);
        await part.TookAsync(bob, 0);
        await part.HasAsync(bob);
    }

    [Fact]
    public async Task B4_B5_after_kill_9_every_chunk_that_was_taken_and_every_file_that_was_acknowledged_is_whole()
    {
        var path = Directory.CreateTempSubdirectory("coterie-kill-").FullName;
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Coterie.Hub.Tests"))
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment[Program.DirectoryVariable] = path;
        using var process = Process.Start(start)!;
        var blobs = Enumerable.Range(0, 40).Select(_ => new TestBlob(Room, 150_000)).ToList();
        var taken = new HashSet<ChunkName>();
        try
        {
            var url = new Uri((await process.StandardOutput.ReadLineAsync())!);
            await using var ada = await TestClient.GreetAsync(url, Room, Room.Owner);
            await ada.CreateAsync(RoomKind.Permanent);
            await ada.NextAsync(HubFrame.Created);
            await ada.JoinAsync(Role.Owner);
            foreach (var blob in blobs)
            {
                await blob.OfferAsync(ada);
                await blob.SendAsync(ada, 0);
                await blob.SendAsync(ada, 1);
            }
            while (await ada.NextAsync() is { } frame)
            {
                if (frame.Type != HubFrame.Took)
                {
                    continue;
                }
                Assert.True(ChunkName.TryParse(frame.Body, out var took, out _));
                taken.Add(took);
                if (taken.Count == 11)
                {
                    process.Kill();
                }
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
        Assert.InRange(taken.Count, 11, 80);
        await using (var later = await TestHost.StartAsync(directory: path))
        {
            await using var bob = await TestClient.EnterAsync(later, Room, Role.Editor);
            foreach (var chunk in taken)
            {
                var blob = blobs.Single(each => each.Id == chunk.Blob);
                Assert.DoesNotContain(chunk.Index, await blob.MissingAsync(bob));
            }
        }
        Directory.Delete(path, recursive: true);
    }

    [Fact]
    public async Task B3_who_may_not_write_to_the_tree_leaves_nothing_here()
    {
        await using var ada = await TestClient.FoundAsync(Host, Room);
        await using var eve = await TestClient.EnterAsync(Host, Room, Role.Viewer);
        await using var bob = await TestClient.EnterAsync(Host, Room, Role.Editor);
        var blob = new TestBlob(Room, 10);
        await blob.OfferAsync(eve);
        Assert.Equal(Refusal.Forbidden, await blob.RefusedAsync(eve));
        await blob.MissingAsync(bob);
        await blob.SendAsync(eve, 0);
        Assert.Equal(Refusal.Forbidden, await blob.RefusedAsync(eve));
        var next = Room.Next(draft => draft with { Policy = Policy.ReadOnly });
        await ada.SendAsync(output => ManifestChange.Write(output, next.Encoded, []));
        await bob.UntilAsync(HubFrame.Manifest);
        await blob.SendAsync(bob, 0);
        Assert.Equal(Refusal.Forbidden, await blob.RefusedAsync(bob));
        await blob.PutAsync(ada);
        await blob.HasAsync(eve);
        await using var early = await TestClient.GreetAsync(Host, Room);
        await early.LookAsync();
        await blob.WantAsync(early, 0);
        Assert.Equal(Refusal.OutOfOrder, (await early.NextAsync(HubFrame.Error)).Error().Code);
    }

    [Fact]
    public async Task B3_what_is_too_large_or_finds_no_space_is_refused_before_it_comes()
    {
        await using var ada = await TestClient.FoundAsync(Host, Room);
        var tooLarge = new TestBlob(Room, 300_000);
        await tooLarge.OfferAsync(ada);
        Assert.Equal(Refusal.TooLarge, await tooLarge.RefusedAsync(ada));
        for (var count = 0; count < 4; count++)
        {
            await new TestBlob(Room, 200_000).MissingAsync(ada); // counts from its offer on
        }
        var noSpace = new TestBlob(Room, 200_000);
        await noSpace.OfferAsync(ada);
        Assert.Equal(Refusal.RoomFull, await noSpace.RefusedAsync(ada));
        await new TestBlob(Room, 1_000).MissingAsync(ada);
        var tooMany = new TestBlob(Room, 1_000);
        await tooMany.OfferAsync(ada);
        Assert.Equal(Refusal.RoomFull, await tooMany.RefusedAsync(ada));
    }

    [Fact]
    public async Task B2_B4_a_chunk_that_is_not_what_was_offered_is_not_taken_and_a_false_id_ends_the_connection()
    {
        await using var ada = await TestClient.FoundAsync(Host, Room);
        var (blob, other) = (new TestBlob(Room, 200_000), new TestBlob(Room, 10));
        await other.SendAsync(ada, 0);
        Assert.Equal(Refusal.Blob, await other.RefusedAsync(ada));
        await blob.MissingAsync(ada);
        byte[] bent = [.. blob.Chunks[0]];
        bent[77] ^= 1;
        await blob.SendAsync(ada, 0, bent);
        Assert.Equal(Refusal.Blob, await blob.RefusedAsync(ada));
        await blob.SendAsync(ada, 0, blob.Chunks[1]);
        Assert.Equal(Refusal.Blob, await blob.RefusedAsync(ada));
        await blob.SendAsync(ada, 9, blob.Chunks[1]);
        Assert.Equal(Refusal.Blob, await blob.RefusedAsync(ada));
        await blob.WantAsync(ada, 0);
        Assert.Equal(Refusal.Blob, await blob.RefusedAsync(ada));
        await ada.SendAsync(output => Offer.Write(output, other.Id, (ulong)blob.SealedBytes, blob.Hashes));
        Assert.Equal(Refusal.Malformed, (await ada.UntilAsync(HubFrame.Error)).Error().Code);
    }

    [Fact]
    public async Task B2_B3_a_chunk_that_is_longer_than_its_offer_said_is_not_taken()
    {
        await using var ada = await TestClient.FoundAsync(Host, Room);
        var one = new TestBlob(Room, 100_000, said: 1);
        var two = new TestBlob(Room, 200_000, said: Protocol.Rooms.Blob.SealedChunkBytes + 1);
        foreach (var blob in new[] { one, two })
        {
            var last = (await blob.MissingAsync(ada))[^1];
            await blob.SendAsync(ada, last);
            Assert.Equal(Refusal.Blob, await blob.RefusedAsync(ada));
        }
    }

    [Fact]
    public async Task B2_who_offers_a_blob_with_a_false_length_first_does_not_keep_the_true_one_out()
    {
        await using var ada = await TestClient.FoundAsync(Host, Room);
        await using var mal = await TestClient.EnterAsync(Host, Room, Role.Editor);
        var blob = new TestBlob(Room, 200_000);
        await mal.SendAsync(output => Offer.Write(output, blob.Id, (ulong)blob.SealedBytes - 64, blob.Hashes));
        Assert.Equal(Refusal.Malformed, (await mal.UntilAsync(HubFrame.Error)).Error().Code);
        await blob.PutAsync(ada);
        await blob.HasAsync(ada);
    }

    [Fact]
    public async Task B5_a_file_stands_in_the_tree_only_where_its_content_is_whole()
    {
        await using var ada = await TestClient.FoundAsync(Host, Room);
        await using var bob = await TestClient.EnterAsync(Host, Room, Role.Editor);
        await bob.SubscribeAsync(Tree);
        var blob = new TestBlob(Room, 200_000);
        await blob.MissingAsync(ada);
        await blob.SendAsync(ada, 0);
        await blob.AppendAsync(ada, Tree, TreeKind.CreateBinary, new NodeId(77));
        Assert.Equal(Refusal.Blob, (await ada.UntilAsync(HubFrame.Refused)).Refused().Code);
        await ada.JoinAsync(Role.Owner, ada.Session!.Id);
        await blob.SendAsync(ada, 1);
        await blob.AppendAsync(ada, Tree, TreeKind.CreateBinary, new NodeId(77)); // in one go: the last chunk, and who names it
        await ada.UntilAsync(HubFrame.Ack);
        await bob.UntilAsync(HubFrame.Deliver);
        await blob.HasAsync(bob);
    }

    [Fact]
    public async Task B6_what_nothing_names_goes_after_an_hour_and_what_a_file_has_stays()
    {
        await using var ada = await TestClient.FoundAsync(Host, Room);
        var (named, dropped, released, half) = (Blob(), Blob(), Blob(), new TestBlob(Room, 200_000));
        foreach (var blob in new[] { named, dropped, released })
        {
            await blob.PutAsync(ada);
        }
        await half.MissingAsync(ada);
        await half.SendAsync(ada, 0);
        await half.TookAsync(ada, 0);
        var file = await released.FileAsync(ada, Tree);
        Clock.Advance(TimeSpan.FromMinutes(59));
        await using (var bob = await TestClient.EnterAsync(Host, Room, Role.Editor))
        {
            await named.AppendAsync(bob, Tree, TreeKind.Content, file);
            await bob.UntilAsync(HubFrame.Ack);
        }
        Clock.Advance(TimeSpan.FromMinutes(3));
        await using (var cyd = await TestClient.EnterAsync(Host, Room, Role.Editor))
        {
            await Blob().MissingAsync(cyd);
            await Blob().MissingAsync(cyd); // one more than a Room may have: those whose time is over go
            Assert.True(await named.IsThereAsync(cyd));
            Assert.False(await dropped.IsThereAsync(cyd));
            Assert.False(await half.IsThereAsync(cyd));
            Assert.True(await released.IsThereAsync(cyd)); // given up three minutes ago: that may be taken back
        }
        await RestartAsync();
        Clock.Advance(TimeSpan.FromMinutes(61));
        await using var eve = await TestClient.EnterAsync(Host, Room, Role.Editor);
        Assert.False(await released.IsThereAsync(eve));
        Assert.True(await named.IsThereAsync(eve));
    }

    [Fact]
    public async Task B6_the_hour_is_counted_from_what_happened_last_also_where_the_room_was_loaded_anew_meanwhile()
    {
        var (before, after, half, again) = (Blob(), Blob(), new TestBlob(Room, 200_000), Blob());
        await using (var ada = await TestClient.FoundAsync(Host, Room))
        {
            await before.PutAsync(ada);
            await again.PutAsync(ada);
            var file = await before.FileAsync(ada, Tree);
            await half.MissingAsync(ada);
            Clock.Advance(TimeSpan.FromMinutes(59));
            await using var bob = await TestClient.EnterAsync(Host, Room, Role.Editor);
            await after.PutAsync(bob);
            await after.AppendAsync(bob, Tree, TreeKind.Content, file);
            await bob.UntilAsync(HubFrame.Ack);
            await half.SendAsync(bob, 0);
            await half.TookAsync(bob, 0);
            Assert.Empty(await again.MissingAsync(bob));
        }
        Clock.Advance(TimeSpan.FromMinutes(3));
        await RestartAsync();
        await using var cyd = await TestClient.EnterAsync(Host, Room, Role.Editor);
        Assert.True(await before.IsThereAsync(cyd));
        Assert.True(await again.IsThereAsync(cyd));
        Assert.Equal((List<int>)[1], await half.MissingAsync(cyd));
    }

    [Fact]
    public async Task B5_B6_what_deleted_files_have_stays_until_its_space_is_needed_and_without_it_none_is_restored()
    {
        await using var ada = await TestClient.FoundAsync(Host, Room);
        var blobs = new List<TestBlob>();
        var files = new List<NodeId>();
        for (var count = 0; count < 4; count++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            var blob = new TestBlob(Room, 200_000);
            await blob.PutAsync(ada);
            blobs.Add(blob);
            files.Add(await blob.FileAsync(ada, Tree));
        }
        foreach (var file in files.Take(2))
        {
            byte[] clear = new byte[16];
            file.CopyTo(clear);
            await ada.WriteAsync(RecordClass.Delete, Tree, clear: clear);
        }
        Assert.Equal(2 * (ulong)blobs[0].SealedBytes, await UsedAsync());
        Clock.Advance(TimeSpan.FromHours(30));
        await using var bob = await TestClient.EnterAsync(Host, Room, Role.Editor);
        foreach (var blob in blobs)
        {
            Assert.True(await blob.IsThereAsync(bob));
        }
        await new TestBlob(Room, 200_000).PutAsync(bob);
        Assert.False(await blobs[0].IsThereAsync(bob));
        foreach (var blob in blobs.Skip(1))
        {
            Assert.True(await blob.IsThereAsync(bob));
        }
        await bob.AppendAsync(
            bob.Record(RecordClass.Tree, Tree, clear: TestClient.CreateClear(files[0], TreeKind.Restore))
        );
        Assert.Equal(Refusal.Blob, (await bob.UntilAsync(HubFrame.Refused)).Refused().Code); // B5
        await bob.JoinAsync(Role.Editor, bob.Session!.Id);
        await bob.WriteAsync(RecordClass.Tree, Tree, clear: TestClient.CreateClear(files[1], TreeKind.Restore));
        await RestartAsync();
        await using var cyd = await TestClient.EnterAsync(Host, Room, Role.Editor);
        Assert.True(await blobs[1].IsThereAsync(cyd));
    }

    [Fact]
    public async Task B6_N3_the_blob_of_a_streams_newest_snapshot_stays_and_that_of_the_one_before_goes_after_its_time()
    {
        var (first, second) = (Blob(), Blob());
        await using (var ada = await TestClient.FoundAsync(Host, Room))
        {
            await ada.WriteAsync(RecordClass.Chat, Room.Streams.Chat, clear: [0]);
            await first.PutAsync(ada);
            await ada.WriteAsync(RecordClass.Snapshot, Room.Streams.Chat, clear: SnapshotClear(ada, first));
            await second.PutAsync(ada);
        }
        Clock.Advance(TimeSpan.FromHours(2));
        await RestartAsync();
        await using (var bob = await TestClient.EnterAsync(Host, Room, Role.Owner, Room.Owner))
        {
            Assert.True(await first.IsThereAsync(bob));
            Assert.False(await second.IsThereAsync(bob)); // nothing names it
            await second.PutAsync(bob);
            await bob.SubscribeAsync(Room.Streams.Chat);
            await bob.UntilAsync(HubFrame.Deliver);
            await bob.UntilAsync(HubFrame.Deliver);
            await bob.WriteAsync(RecordClass.Snapshot, Room.Streams.Chat, clear: SnapshotClear(bob, second));
            Assert.True(await first.IsThereAsync(bob)); // somebody may be reading it
        }
        Clock.Advance(TimeSpan.FromHours(2));
        await RestartAsync();
        await using (var cyd = await TestClient.EnterAsync(Host, Room, Role.Owner, Room.Owner))
        {
            Assert.False(await first.IsThereAsync(cyd));
            Assert.True(await second.IsThereAsync(cyd));
            await cyd.SubscribeAsync(Room.Streams.Chat);
            for (var count = 0; count < 3; count++)
            {
                await cyd.UntilAsync(HubFrame.Deliver);
            }
            await cyd.WriteAsync(RecordClass.Snapshot, Room.Streams.Chat, clear: SnapshotClear(cyd));
        }
        Clock.Advance(TimeSpan.FromHours(2));
        await RestartAsync();
        await using var eve = await TestClient.EnterAsync(Host, Room, Role.Owner, Room.Owner);
        Assert.False(await second.IsThereAsync(eve));
    }

    private byte[] SnapshotClear(TestClient author, params TestBlob[] blobs) =>
        TestBlob.SnapshotClear(author, Room.Streams.Chat, blobs);

    [Fact]
    public async Task H5_what_was_left_in_a_room_that_is_destroyed_is_gone_from_the_disk()
    {
        var blob = new TestBlob(Room, 100_000);
        await using (var ada = await TestClient.FoundAsync(Host, Room))
        {
            await blob.PutAsync(ada);
            var signature = ada.Key.Sign("destroy"u8, [.. RoomBytes(), .. ada.Challenge.ToArray()]);
            await ada.SendAsync(output => new Destroy { Owner = 0, Signature = signature }.Write(output));
            await ada.UntilAsync(HubFrame.Destroyed);
        }
        await RestartAsync(async () =>
        {
            var part = blob.Chunks[0].AsSpan(1_000, 64).ToArray();
            foreach (var file in Directory.GetFiles(DataDirectory))
            {
                Assert.True((await File.ReadAllBytesAsync(file)).AsSpan().IndexOf(part) < 0, file);
            }
        });
    }

    [Fact]
    public async Task L1_who_asks_for_more_at_once_than_anybody_needs_is_sent_away()
    {
        await using var ada = await TestClient.FoundAsync(Host, Room);
        var blob = new TestBlob(Room, 200_000);
        await blob.PutAsync(ada);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        for (var count = 0; count < 100; count++)
        {
            new ChunkName(blob.Id, 0).WriteWant(output);
        }
        await ada.SendRawAsync(output.WrittenMemory);
        Assert.Equal(Refusal.RateLimited, (await ada.UntilAsync(HubFrame.Error)).Error().Code);
    }

    private TestBlob Blob() => new(Room, 1_000);

    private byte[] RoomBytes()
    {
        var bytes = new byte[16];
        Room.Id.CopyTo(bytes);
        return bytes;
    }

    private async Task<ulong> UsedAsync()
    {
        await using var client = await TestClient.GreetAsync(Host, Room);
        await client.LookAsync();
        client.Cert = Room.Certify(client.Key, Role.Viewer);
        await client.SendJoinAsync(client.Sign(client.Cert));
        var frame = await client.UntilAsync(HubFrame.Storage);
        Assert.True(Storage.TryParse(frame.Body, out var storage, out _));
        Assert.Equal((200_000UL, 1_000_000UL), (storage.Most, storage.Room));
        return storage.Used;
    }
}
