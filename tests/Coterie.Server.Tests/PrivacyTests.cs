using System.Buffers;
using System.Net;
using System.Text;
using Coterie.Client;
using Coterie.Protocol.Wire;
using Coterie.Server.Tests.World;

namespace Coterie.Server.Tests;

public sealed class PrivacyTests
{
    private static readonly IPAddress Guest = IPAddress.Parse("127.0.0.2");
    private static readonly IPAddress Forwarded = IPAddress.Parse("203.0.113.77");

    [Fact]
    public async Task H9_no_address_stands_in_what_the_server_says_or_keeps()
    {
        using var scratch = new Scratch();
        await using var server = await ServerProcess.StartAsync(
            scratch,
            "--trusted-proxy",
            Guest.ToString(),
            "--connections-per-address",
            "1"
        );
        var key = (await File.ReadAllTextAsync(Path.Combine(scratch.Data, "admin.key"))).Trim();
        (string, string) named = ("X-Forwarded-For", Forwarded.ToString());
        Assert.Equal(403, await HubLine.KnockAsync(server.Url, Guest, named, ("Origin", "http://evil.example")));
        using var first = await HubLine.ConnectAsync(server.Url, Guest, named);
        await first.GreetAsync();
        using var limited = await HubLine.ConnectAsync(server.Url, Guest, named);
        Assert.Equal(Refusal.RateLimited, await limited.RefusalAsync());
        await first.SendAsync(output => output.Write("not a frame"u8));
        Assert.Equal(Refusal.Malformed, await first.RefusalAsync());
        using (var web = HubLine.From(Guest))
        using (var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Url, "/nothing")))
        using (var answer = await web.SendAsync(request, TestContext.Current.CancellationToken))
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        await using (await PermanentRoom.FoundAsync(server.Url, key))
            await Assert.ThrowsAsync<RoomException>(() => PermanentRoom.FoundAsync(server.Url, "wrong"));

        AssertSilent(Encoding.UTF8.GetBytes(server.Said + server.Complained), "output while running");
        foreach (var file in Directory.EnumerateFiles(scratch.Data, "rooms.db*")) // the log of SQLite too, which its end removes
            AssertSilent(await ReadOpenAsync(file), file);
        first.Dispose(); // else the drain waits for its answer to the close
        limited.Dispose();
        server.Signal(ServerProcess.Terminate);
        Assert.Equal(0, await server.ExitAsync());
        AssertSilent(Encoding.UTF8.GetBytes(server.Said + server.Complained), "output");
        foreach (var file in Directory.EnumerateFiles(scratch.Data))
            AssertSilent(await File.ReadAllBytesAsync(file), file);
    }

    private static void AssertSilent(byte[] bytes, string where)
    {
        foreach (var address in new[] { Guest, Forwarded })
        {
            Assert.True(bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(address.ToString())) < 0, where);
            Assert.True(bytes.AsSpan().IndexOf(address.GetAddressBytes()) < 0, where);
        }
    }

    /// <summary>A file that another process is writing.</summary>
    private static async Task<byte[]> ReadOpenAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
