using Coterie.Server.Runs.Sandboxes;

namespace Coterie.Runs.Tests;

/// <summary>What waits for an order before there is one. Nothing else has a sandbox while it is counted.</summary>
[CollectionDefinition(nameof(WaitingSandboxTests), DisableParallelization = true)]
[Collection(nameof(WaitingSandboxTests))]
public sealed class WaitingSandboxTests
{
    private const int Slots = 3;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whatever_ends_it_programs_run_and_it_goes_with_its_sandbox(bool counts)
    {
        var (sandbox, problem) = await Sandbox.OpenAsync(Slots, counts);
        Assert.Null(problem);
        using (sandbox)
        {
            await WaitAsync(Slots);
            foreach (var process in Host.Children("bwrap"))
                LibC.Signal(process, LibC.Kill);
            await WaitAsync(0);
            for (var nth = 0; nth < 2 * Slots; nth++)
                Assert.Equal("ran\n", (await Done.Shell(sandbox!, "echo ran")).Said);
            await WaitAsync(Slots);
        }
        Assert.Empty(Host.Children("bwrap"));
    }

    private static async Task WaitAsync(int waiting)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (Host.Children("bwrap").Length != waiting)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun).TotalMinutes < 1, "It did not come to that.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
