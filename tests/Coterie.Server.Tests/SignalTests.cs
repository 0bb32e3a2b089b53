using Coterie.Protocol.Wire;
using Coterie.Server.Tests.World;

namespace Coterie.Server.Tests;

public sealed class SignalTests
{
    [Theory]
    [InlineData(ServerProcess.Interrupt)]
    [InlineData(ServerProcess.Terminate)]
    [InlineData(ServerProcess.HangUp)]
    public async Task A_signal_drains_tells_who_is_connected_and_ends_with_0(int signal)
    {
        using var scratch = new Scratch();
        // Whoever runs the tests in the background may have them, and what they start, ignore the signal.
        string[] options = ["--urls", "http://127.0.0.1:0", "--data", scratch.Data];
        await using var server = await ServerProcess.ListenAsync(
            ServerProcess.Launch(options, variables: null, "env", "--default-signal")
        );
        using var line = await HubLine.ConnectAsync(server.Url);
        await line.GreetAsync();
        server.Signal(signal);
        Assert.Equal(Refusal.ShuttingDown, await line.RefusalAsync());
        await line.ClosedAsync();
        Assert.Equal(0, await server.ExitAsync());
        Assert.EndsWith("stopping: finishing what was accepted\n", server.Said, StringComparison.Ordinal);
        Assert.Empty(server.Complained);
        Assert.Empty(Directory.EnumerateFiles(scratch.Data, "rooms.db-*")); // the log was written back whole
    }
}
