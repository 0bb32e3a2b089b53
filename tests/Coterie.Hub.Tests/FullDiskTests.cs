using Coterie.Hub.Tests.World;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Tests;

/// <summary>H3: what a disk that is full does to a room, and what it does not.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private readonly TestRoom room = new();
    private TestHost host = null!;

    public async ValueTask InitializeAsync() => host = await TestHost.StartAsync();

    public async ValueTask DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task H3_a_failed_commit_acknowledges_nothing_and_the_next_join_finds_the_durable_state()
    {
        var chat = room.Streams.Chat;
        await using var ada = await TestClient.FoundAsync(host, room);
        await using var bob = await TestClient.EnterAsync(host, room, Role.Editor);
        await bob.SubscribeAsync(chat);
        await bob.UntilAsync(HubFrame.Stream);
        await ada.WriteAsync(RecordClass.Chat, chat, clear: [0]);
        await bob.UntilAsync(HubFrame.Deliver);
        host.Store.LimitPages(1); // not one page more: as a full disk

        for (var count = 0; count < 20; count++)
        {
            await ada.AppendAsync(ada.Record(RecordClass.Chat, chat, new byte[4_000], [0]));
        }
        foreach (var client in (TestClient[])[ada, bob])
        {
            var frames = new List<Received>();
            while (await client.NextAsync() is { } frame)
            {
                frames.Add(frame);
            }
            Assert.DoesNotContain(frames, frame => frame.Type is HubFrame.Ack or HubFrame.Deliver);
            Assert.Contains(
                frames,
                frame =>
                    frame.Type == HubFrame.Error
                    && frame.Error().Code == Refusal.StorageFailed
                    && frame.Error().Text.StartsWith("The server's disk is full.", StringComparison.Ordinal)
            );
        }
        Assert.Contains("full", host.Hub.Health.Trouble, StringComparison.Ordinal);
        host.Store.LimitPages(1_000_000);
        await using var cleo = await TestClient.EnterAsync(host, room, Role.Editor);
        await cleo.SubscribeAsync(chat);
        await cleo.UntilAsync(HubFrame.Stream);
        await cleo.UntilAsync(HubFrame.Deliver);
        await cleo.WriteAsync(RecordClass.Chat, chat, clear: [0]);
        Assert.Equal(2UL, cleo.HeadOf(chat).Seq);
        Assert.Null(host.Hub.Health.Trouble);
    }

    [Fact]
    public async Task H3_on_a_disk_that_is_known_to_be_full_who_writes_is_refused_and_reads_on_like_the_others()
    {
        var chat = room.Streams.Chat;
        await using var ada = await TestClient.FoundAsync(host, room);
        await using var bob = await TestClient.EnterAsync(host, room, Role.Editor);
        host.Disk.Fill();
        await ada.AppendAsync(ada.Record(RecordClass.Chat, chat, "lost"u8.ToArray(), [0]));
        var (hers, his) = (
            (await ada.UntilAsync(HubFrame.Error)).Error(),
            (await bob.UntilAsync(HubFrame.Error)).Error()
        );
        Assert.Equal((Refusal.StorageFailed, Refusal.StorageFailed), (hers.Code, his.Code));
        Assert.Contains("stays with you", hers.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("stays with you", his.Text, StringComparison.Ordinal); // he sent nothing

        await using var cleo = await TestClient.EnterAsync(host, room, Role.Editor);
        await cleo.SubscribeAsync(chat);
        await using var again = await TestClient.EnterAsync(host, room, Role.Editor);
        for (var tries = 0; tries < 3; tries++)
        {
            await again.AppendAsync(again.Record(RecordClass.Chat, chat, "refused"u8.ToArray(), [0]));
            Assert.Equal(Refusal.StorageFailed, (await again.UntilAsync(HubFrame.Refused)).Refused().Code);
            await again.JoinAsync(Role.Editor, again.Session!.Id); // R5: on the same connection
        }
        host.Disk.Free();
        await again.WriteAsync(RecordClass.Chat, chat, clear: [0]);
        Assert.Equal(1UL, (await cleo.UntilAsync(HubFrame.Deliver)).Seq); // on the connection she had all the while
    }

    [Fact]
    public async Task H3_on_a_disk_that_is_known_to_be_full_who_makes_rules_is_sent_away()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        host.Disk.Fill();
        await ada.AppendAsync(ada.Record(RecordClass.Chat, room.Streams.Chat, "lost"u8.ToArray(), [0]));
        await ada.UntilAsync(HubFrame.Error);
        await using var again = await TestClient.EnterAsync(host, room, Role.Editor);
        await again.SendRawAsync(new byte[] { 0, 0, 0, 1, (byte)ClientFrame.Manifest });
        var error = (await again.UntilAsync(HubFrame.Error)).Error();
        Assert.Equal((Refusal.StorageFailed, true), (error.Code, error.Fatal));
        Assert.Contains("stays with you", error.Text, StringComparison.Ordinal);
        Assert.Null(await again.NextAsync());
    }
}
