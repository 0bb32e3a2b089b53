using System.Net;
using Coterie.Server.Tests.World;

namespace Coterie.Server.Tests;

/// <summary>Who may open a WebSocket to the hub, by the origin that a browser names.</summary>
public sealed class OriginTests(SharedServer server) : IClassFixture<SharedServer>
{
    [Fact]
    public async Task Hello_is_answered_by_welcome()
    {
        using var line = await HubLine.ConnectAsync(server.Url);
        Assert.True(await line.GreetAsync());
    }

    [Fact]
    public async Task A_page_of_this_server_and_a_program_are_taken_and_a_foreign_page_is_not()
    {
        Assert.Equal(101, await HubLine.KnockAsync(server.Url));
        Assert.Equal(101, await KnockAsync(server.Url, $"http://{server.Url.Authority}"));
        Assert.Equal(403, await KnockAsync(server.Url, "http://evil.example"));
        Assert.Equal(403, await KnockAsync(server.Url, $"https://{server.Url.Authority}"));
        Assert.Equal(403, await KnockAsync(server.Url, "http://127.0.0.1:1"));
        Assert.Equal(403, await KnockAsync(server.Url, "null"));
    }

    [Fact]
    public async Task Where_origins_are_listed_only_those_count()
    {
        using var scratch = new Scratch();
        await using var listed = await ServerProcess.StartAsync(
            scratch,
            "--allowed-origins",
            "https://code.example; https://Code.Example:8443"
        );
        Assert.Equal(101, await KnockAsync(listed.Url, "https://code.example"));
        Assert.Equal(101, await KnockAsync(listed.Url, "https://code.example:8443"));
        Assert.Equal(403, await KnockAsync(listed.Url, $"http://{listed.Url.Authority}"));
        Assert.Equal(403, await KnockAsync(listed.Url, "https://code.example.evil.example"));
        // A program names no origin: it stands for the host it dialled, which is listed, this machine, or a stranger's.
        Assert.Equal(101, await HubLine.KnockAsync(listed.Url));
        Assert.Equal(403, await HubLine.KnockAsync(listed.Url, null, ("Host", "evil.example")));
    }

    [Fact]
    public async Task A_proxy_is_believed_only_where_it_is_trusted()
    {
        using var scratch = new Scratch();
        var proxy = IPAddress.Parse("127.0.0.3");
        await using var behind = await ServerProcess.StartAsync(
            scratch,
            "--trusted-proxy",
            "127.0.0.3",
            "--allowed-origins",
            "https://code.example"
        );
        (string, string)[] said =
        [
            ("Host", "inner.example"),
            ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Host", "code.example"),
            ("X-Forwarded-For", "203.0.113.7"),
        ];
        Assert.Equal(101, await HubLine.KnockAsync(behind.Url, proxy, said)); // dialled https://code.example, says the proxy
        Assert.Equal(403, await HubLine.KnockAsync(behind.Url, IPAddress.Loopback, said)); // dialled http://inner.example
    }

    [Fact]
    public async Task H7_an_address_begins_as_many_connections_in_a_minute_as_it_may()
    {
        using var scratch = new Scratch();
        await using var behind = await ServerProcess.StartAsync(
            scratch,
            "--trusted-proxy",
            "127.0.0.3/32",
            "--connects-per-minute",
            "2"
        );
        var proxy = IPAddress.Parse("127.0.0.3");
        Task<int> From(string one) => HubLine.KnockAsync(behind.Url, proxy, headers: [("X-Forwarded-For", one)]);
        Assert.Equal(
            (101, 101, 429),
            (await From("203.0.113.7"), await From("203.0.113.7"), await From("203.0.113.7"))
        );
        Assert.Equal(101, await From("203.0.113.8"));
        Assert.Equal(101, await HubLine.KnockAsync(behind.Url)); // this machine's own stands for nobody
    }

    [Theory]
    [InlineData("127.0.0.3")]
    [InlineData("127.0.0.0/24")]
    public async Task The_address_that_a_trusted_proxy_names_is_the_one_that_counts(string trusted)
    {
        using var scratch = new Scratch();
        await using var behind = await ServerProcess.StartAsync(
            scratch,
            "--trusted-proxy",
            trusted,
            "--connections-per-address",
            "1"
        );
        var proxy = IPAddress.Parse("127.0.0.3");
        using var first = await HubLine.ConnectAsync(behind.Url, proxy, ("X-Forwarded-For", "203.0.113.7"));
        Assert.True(await first.GreetAsync());
        using var second = await HubLine.ConnectAsync(behind.Url, proxy, ("X-Forwarded-For", "203.0.113.7"));
        Assert.Equal(Protocol.Wire.Refusal.RateLimited, await second.RefusalAsync());
        using var other = await HubLine.ConnectAsync(behind.Url, proxy, ("X-Forwarded-For", "203.0.113.8"));
        Assert.True(await other.GreetAsync());
        using var six = await HubLine.ConnectAsync(behind.Url, proxy, ("X-Forwarded-For", "2001:db8:1:2::1"));
        Assert.True(await six.GreetAsync());
        using var neighbour = await HubLine.ConnectAsync(
            behind.Url,
            proxy,
            ("X-Forwarded-For", "2001:db8:1:2:ffff::9")
        );
        Assert.Equal(Protocol.Wire.Refusal.RateLimited, await neighbour.RefusalAsync()); // of the same /64: one household
        using var far = await HubLine.ConnectAsync(behind.Url, proxy, ("X-Forwarded-For", "2001:db8:1:3::1"));
        Assert.True(await far.GreetAsync());
        // A stranger's word about its own address counts for nothing.
        var stranger = IPAddress.Parse("127.0.1.1");
        using var liar = await HubLine.ConnectAsync(behind.Url, stranger, ("X-Forwarded-For", "203.0.113.7"));
        Assert.True(await liar.GreetAsync());
    }

    private static Task<int> KnockAsync(Uri server, string origin) =>
        HubLine.KnockAsync(server, null, ("Origin", origin));
}
