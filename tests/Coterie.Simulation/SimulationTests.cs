using Coterie.Simulation.Moves;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation;

/// <summary>Worlds of many seeds: honest servers and ones that lie, honest members and hostile ones, lines that break.</summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Seeds = 500;

    [Fact]
    public void J1_J16_M3_C1_S3_members_believe_nothing_that_did_not_happen_and_an_honest_server_loses_nothing()
    {
        var campaign = new Campaign(new Choice());
        var failure = campaign.Run(from: 1, Seeds);
        output.WriteLine(campaign.Report.Table(new Choice()));
        Assert.True(failure is null, failure);
        Assert.Equal(Seeds, campaign.Report.Worlds);
        Assert.Empty(Move.All.Where(move => campaign.Report.Made(move) == 0).Select(move => move.Name));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_seed_goes_the_same_way_each_time(int seed) => Assert.Equal(Told((ulong)seed), Told((ulong)seed));

    private static List<string> Told(ulong seed)
    {
        using var world = new World(seed, new Choice(), new Report());
        for (var step = 0; step < Campaign.StepsOfSeed; step++)
            world.Step();
        return [.. world.Told];
    }
}
