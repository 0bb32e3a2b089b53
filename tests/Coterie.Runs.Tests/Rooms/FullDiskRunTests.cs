using System.Security.Cryptography;
using Coterie.Protocol.Runs;
using Coterie.Protocol.Wire;
using Coterie.Server.Tests.World;

namespace Coterie.Runs.Tests.Rooms;

/// <summary>A room whose server has no disk left for the request of a run.</summary>
public sealed class FullDiskRunTests
{
    [Fact]
    public async Task X1_H3_a_request_that_is_not_kept_starts_nothing_until_it_is()
    {
        using var scratch = new Scratch();
        await using var server = await TinyDisk.LaunchAsync(scratch, "16m");
        await ServerProcess.ListenAsync(server);
        var adminKey = await File.ReadAllTextAsync(TinyDisk.Seen(server, scratch, "admin.key"), Stop);
        await using var room = await RunRoom.FoundAsync(server.Url, adminKey.Trim());
        var filler = TinyDisk.Seen(server, scratch, "other");
        Fill(filler);

        var order = RunRoom.Python("print('ran')");
        await using var line = await RunLine.ConnectAsync(server.Url);
        var sealedOrder = RunKeys.SealOrder(line.ServerKey, room.Room, order);
        var asking = room.RequestAsync(room.Owner, sealedOrder, order);
        await line.StartAsync(room.Room, sealedOrder, order);
        Assert.Equal(Refusal.Run, await line.RefusalAsync());
        Assert.False(asking.IsCompleted); // it waits with its author, who is told why

        File.Delete(filler);
        await asking.WaitAsync(TimeSpan.FromMinutes(2), Stop);
        await using var again = await RunLine.ConnectAsync(server.Url);
        await again.StartAsync(room.Room, sealedOrder, order);
        var (said, ended) = await again.EndAsync();
        if (Environment.IsPrivilegedProcess) // else the server is in a namespace that bubblewrap finds no user in
            Assert.Equal((RunEnd.Exited, "ran\n"), (ended.End, said));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static void Fill(string path)
    {
        using var file = File.Create(path);
        var block = RandomNumberGenerator.GetBytes(4096);
        try
        {
            while (true)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // as meant: it is full
        }
    }
}
