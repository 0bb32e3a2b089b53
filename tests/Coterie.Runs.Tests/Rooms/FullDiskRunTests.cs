using System.Security.Cryptography;
using Coterie.Client;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Runs;
using Coterie.Protocol.Wire;
using Coterie.Server.Tests.World;

namespace Coterie.Runs.Tests.Rooms;

/// <summary>A room whose server has no disk left for the request of a run.</summary>
public sealed class FullDiskRunTests
{
    [Fact]
    public async Task X1_H3_a_request_that_is_not_kept_is_refused_with_its_reason_and_starts_nothing()
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
        var refused = await Assert.ThrowsAsync<RoomException>(() => room.RequestAsync(room.Owner, line, order));
        Assert.Equal(Refusal.StorageFailed, refused.Code);
        Assert.Contains("disk is full", refused.Message, StringComparison.Ordinal);
        await line.StartAsync(room.Room, RunKeys.SealOrder(line.ServerKey, room.Room, order), order);
        Assert.Equal(Refusal.Run, await line.RefusalAsync());

        File.Delete(filler);
        await using var owner = await room.ReturnAsync();
        await using var again = await room.StartAsync(owner, RunRoom.Python("print('ran')"));
        var (said, ended) = await again.EndAsync();
        if (Environment.IsPrivilegedProcess) // else the server is in a namespace that bubblewrap finds no user in
            Assert.Equal((RunEnd.Exited, "ran\n"), (ended.End, said));
        var first = await owner.Open(owner.Streams.Runs).Positions.ReadAsync(Stop);
        Assert.True(RunClear.TryRead(first.Clear, out var clear));
        Assert.Equal(again.Run, clear.Run); // of the other nothing stands there
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
