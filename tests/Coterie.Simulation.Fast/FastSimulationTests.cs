namespace Coterie.Simulation.Fast;

/// <summary>As many worlds as fit, because a signature costs a hash here.</summary>
public sealed class FastSimulationTests(ITestOutputHelper output)
{
    private const ulong From = 1_000_000;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(80);

    [Fact]
    public void J1_J16_M6_P2_whatever_servers_and_members_do_no_invariant_breaks()
    {
        var choice = new Choice();
        var campaign = new Campaign(choice);
        var failure = campaign.Run(From, int.MaxValue, Within);
        output.WriteLine(campaign.Report.Table(choice));
        output.WriteLine($"{campaign.Report.Worlds} seeds from {From}");
        Assert.True(failure is null, failure);
        Assert.InRange(campaign.Report.Worlds, 30, long.MaxValue); // on a machine that does much else
    }
}
