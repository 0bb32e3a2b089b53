using System.Net;
using Coterie.Client;
using Coterie.Protocol.Wire;
using Coterie.Server.Tests.World;

namespace Coterie.Server.Tests;

public sealed class HealthTests : IDisposable
{
    private const string Fine = """{"status":"ok"}""";
    private readonly Scratch scratch = new();
    private readonly HttpClient web = new();

    public void Dispose()
    {
        web.Dispose();
        scratch.Dispose();
    }

    [Fact]
    public async Task A_store_that_fails_degrades_health_until_it_works_again()
    {
        await using var server = await ServerProcess.StartAsync(scratch);
        var key = (await File.ReadAllTextAsync(Path.Combine(scratch.Data, "admin.key"))).Trim();
        Assert.Equal((HttpStatusCode.OK, Fine), await AskAsync(server));

        Database.Execute(scratch.Data, "ALTER TABLE manifest RENAME TO gone");
        var refused = await Assert.ThrowsAsync<RoomException>(() => PermanentRoom.FoundAsync(server.Url, key));
        Assert.Equal(Refusal.StorageFailed, refused.Code);
        var (status, text) = await AskAsync(server);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.StartsWith(
            """{"status":"degraded","problems":["The database reported: """,
            text,
            StringComparison.Ordinal
        );
        Assert.Contains("Check the disk that holds the data directory.", text, StringComparison.Ordinal);

        Database.Execute(scratch.Data, "ALTER TABLE gone RENAME TO manifest");
        await using var room = await PermanentRoom.FoundAsync(server.Url, key);
        Assert.Equal((HttpStatusCode.OK, Fine), await AskAsync(server));
    }

    [Fact]
    public async Task The_operator_reads_on_the_console_when_the_store_begins_to_fail_and_works_again()
    {
        await using var server = await ServerProcess.StartAsync(scratch);
        var key = (await File.ReadAllTextAsync(Path.Combine(scratch.Data, "admin.key"))).Trim();
        Database.Execute(scratch.Data, "ALTER TABLE manifest RENAME TO gone");
        await Assert.ThrowsAsync<RoomException>(() => PermanentRoom.FoundAsync(server.Url, key));
        await UntilAsync(() =>
            server.Complained.StartsWith("coterie: The database reported: ", StringComparison.Ordinal)
        );
        Database.Execute(scratch.Data, "ALTER TABLE gone RENAME TO manifest");
        await using var room = await PermanentRoom.FoundAsync(server.Url, key);
        await UntilAsync(() =>
            server.Complained.EndsWith("coterie: the store works again\n", StringComparison.Ordinal)
        );
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var tries = 0; !holds() && tries < 600; tries++)
            await Task.Delay(50);
        Assert.True(holds());
    }

    [Fact]
    public async Task A_disk_that_is_nearly_full_degrades_health()
    {
        await using var server = await TinyDisk.LaunchAsync(scratch, "16m");
        await ServerProcess.ListenAsync(server);
        var (status, text) = await AskAsync(server);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal(
            """{"status":"degraded","problems":["Less than 64 MiB are free for the data directory. Free some space, or no record can be kept."]}""",
            text
        );
    }

    private async Task<(HttpStatusCode, string)> AskAsync(ServerProcess server)
    {
        using var answer = await web.GetAsync(new Uri(server.Url, "/health"));
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());
        Assert.True(answer.Headers.CacheControl!.NoStore);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
