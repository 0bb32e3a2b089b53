using Coterie.Hub.Tests.World;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Tests;

/// <summary>The order of a connection (W2), entering (K6), and how records reach people (W3–W7).</summary>
public sealed class FlowTests : IAsyncLifetime
{
    private readonly TestRoom room = new();
    private TestHost host = null!;

    public async ValueTask InitializeAsync() => host = await TestHost.StartAsync();

    public async ValueTask DisposeAsync() => await host.DisposeAsync();

    [Theory]
    [InlineData(RoomKind.Memory)]
    [InlineData(RoomKind.Permanent)]
    public async Task W5_the_author_gets_an_ack_in_place_of_its_own_deliver(RoomKind kind)
    {
        await using var ada = await TestClient.FoundAsync(host, room, kind);
        await using var bob = await TestClient.EnterAsync(host, room, Role.Editor);
        await ada.NextAsync(HubFrame.Member);
        await ada.SubscribeAsync(room.Streams.Chat);
        await bob.SubscribeAsync(room.Streams.Chat);
        await ada.NextAsync(HubFrame.Stream);
        await bob.NextAsync(HubFrame.Stream);

        await ada.AppendAsync(ada.Record(RecordClass.Chat, room.Streams.Chat, clear: [0]));
        await ada.NextAsync(HubFrame.Ack);
        await bob.NextAsync(HubFrame.Deliver);
        await bob.AppendAsync(bob.Record(RecordClass.Chat, room.Streams.Chat, clear: [0]));
        await bob.NextAsync(HubFrame.Ack);
        await ada.NextAsync(HubFrame.Deliver);

        Assert.Equal(ada.HeadOf(room.Streams.Chat), bob.HeadOf(room.Streams.Chat));
        Assert.Equal([1UL, 2], bob.Seqs);
    }
}
