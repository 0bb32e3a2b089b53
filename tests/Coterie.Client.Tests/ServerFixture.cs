namespace Coterie.Client.Tests;

/// <summary>One server for the tests of a class.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    public ServerProgram Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await ServerProgram.StartAsync();

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();
}
