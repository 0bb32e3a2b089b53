using System.Diagnostics;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;

namespace Coterie.Client.Tests;

/// <summary>The two clients in one room of the real server: typescript/guest.spec.ts is the other half.</summary>
public sealed class InteropTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task A_member_in_CSharp_and_one_in_TypeScript_read_each_other()
    {
        var server = fixture.Server.Url;
        using var room = Rooms.Found();
        await using var owner = await Rooms.JoinAsync(server, new OwnerEntry(room), room.Owner);
        var chat = owner.Open(owner.Streams.Chat);
        await owner.SayAsync(chat, "hello from C#");
        Assert.Equal("hello from C#", await chat.HearAsync());

        using var guest = StartGuest(Rooms.LinkTo(room, Role.Editor, server).Link);
        var said = guest.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var heard = chat.HearAsync();
        await Task.WhenAny(heard, guest.WaitForExitAsync(TestContext.Current.CancellationToken));
        await guest.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(guest.ExitCode == 0, await said);
        Assert.Equal("hello from TypeScript", await heard);
        Assert.False(owner.Faults.TryRead(out _));
    }

    [Fact]
    public async Task A4_A2_a_member_in_CSharp_goes_on_under_new_keys_and_learns_that_it_was_removed()
    {
        var server = fixture.Server.Url;
        var (owner, said, link) = await StartOwnerAsync("owner.spec.ts", server);
        using var running = owner;
        using var keys = MemberKeys.Create();
        await using var guest = await Rooms.JoinAsync(server, new LinkEntry(link), keys);
        var chat = guest.Open(guest.Streams.Chat);
        Assert.Equal("said before", await chat.HearAsync());
        await guest.SayAsync(chat, "here");
        Assert.Equal("here", await chat.HearAsync());
        Assert.Equal("said under new keys", await chat.HearAsync());
        await guest.SayAsync(chat, "still here");
        Assert.Equal("still here", await chat.HearAsync());
        while (guest.Role != Role.Viewer)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        await guest.SayAsync(chat, "a viewer, still here");
        var end = await guest.Ended;
        Assert.Equal(Refusal.Removed, end!.Code);
        await owner.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(owner.ExitCode == 0, await said);
        Assert.False(guest.Faults.TryRead(out _));
    }

    [Fact]
    public async Task Q2_Q4_a_member_in_CSharp_knocks_is_turned_away_and_is_let_in()
    {
        var server = fixture.Server.Url;
        var (owner, said, link) = await StartOwnerAsync("doorkeeper.spec.ts", server);
        using var running = owner;
        using var keys = MemberKeys.Create();
        var eve = new LinkEntry(link) { Name = "Eve" };
        var told = await Assert.ThrowsAsync<RoomException>(() => Rooms.JoinAsync(server, eve, keys));
        Assert.Equal(Refusal.TurnedAway, told.Code);
        using var others = MemberKeys.Create();
        await using var guest = await Rooms.JoinAsync(server, new LinkEntry(link) { Name = "Grace" }, others);
        Assert.Equal(Role.Viewer, guest.Role); // by the editors' link
        var chat = guest.Open(guest.Streams.Chat);
        Assert.Equal("come in", await chat.HearAsync());
        await guest.SayAsync(chat, "thank you");
        await owner.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(owner.ExitCode == 0, await said);
        Assert.False(guest.Faults.TryRead(out _));
    }

    /// <summary>An owner in TypeScript, what it prints, and the link to its room, which it writes into a file.</summary>
    private static async Task<(Process Owner, Task<string> Said, Link Link)> StartOwnerAsync(string spec, Uri server)
    {
        var file = Path.GetTempFileName();
        var address = server.ToString().TrimEnd('/');
        var owner = Start(spec, ("COTERIE_SERVER", address), ("COTERIE_LINK_FILE", file));
        var said = owner.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Link? link;
        while (
            !Link.TryParse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), out link, out _)
        )
        {
            Assert.False(owner.HasExited, "the owner ended before there was a link");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        File.Delete(file);
        return (owner, said, link);
    }

    private static Process StartGuest(Link link) => Start("guest.spec.ts", ("COTERIE_LINK", link.ToText()));

    private static Process Start(string spec, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo("npx")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = ServerProgram.Repository,
        };
        foreach (var argument in (string[])["vitest", "run", $"tests/Coterie.Client.Tests/typescript/{spec}"])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
