using Coterie.Protocol.Tests.Worlds;

namespace Coterie.Hub.Tests.Rooms;

public sealed class RoomTests(ITestOutputHelper output)
{
    [Fact]
    public async Task H1_W3_W4_W5_hold_in_any_order_of_joins_appends_commits_and_pages()
    {
        var dice = Dice.Throw(output);
        var walk = await RoomWalk.StartAsync(dice);
        for (var step = 0; step < 2_000; step++)
        {
            await walk.StepAsync();
        }
        await walk.FinishAsync();
        Assert.InRange(walk.Acked, 50, 2_000);
        Assert.InRange(walk.Delivered, 100, int.MaxValue);
    }
}
