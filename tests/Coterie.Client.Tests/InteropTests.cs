using System.Diagnostics;
using Coterie.Protocol.Rooms;

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

    private static Process StartGuest(Link link)
    {
        var start = new ProcessStartInfo("npx")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = ServerProgram.Repository,
        };
        foreach (var argument in (string[])["vitest", "run", "tests/Coterie.Client.Tests/typescript/guest.spec.ts"])
            start.ArgumentList.Add(argument);
        start.Environment["COTERIE_LINK"] = link.ToText();
        return Process.Start(start)!;
    }
}
