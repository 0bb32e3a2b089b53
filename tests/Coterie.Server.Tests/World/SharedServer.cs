namespace Coterie.Server.Tests.World;

/// <summary>One server with nothing but a small web client, for the tests of a class that change nothing about it.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private readonly Scratch scratch = new();
    private ServerProcess server = null!;

    public HttpClient Web { get; } = new();

    public Uri Url => server.Url;

    internal ServerProcess Process => server;

    internal string AdminKey => File.ReadAllText(Path.Combine(scratch.Data, "admin.key")).Trim();

    public async ValueTask InitializeAsync()
    {
        server = await ServerProcess.StartAsync(scratch, "--web", WebFolder.Make(scratch));
        Web.BaseAddress = server.Url;
    }

    public async ValueTask DisposeAsync()
    {
        Web.Dispose();
        await server.DisposeAsync();
        scratch.Dispose();
    }
}
