using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Client.Tests;

/// <summary>What a member who stays through a crash of the server can rely on.</summary>
public sealed class ResumeTests
{
    [Fact]
    public async Task H1_S2_kill_9_while_writing_loses_nothing_acknowledged_and_doubles_nothing()
    {
        await using var server = await ServerProgram.StartAsync();
        using var room = Rooms.Found(RoomKind.Permanent, server.AdminKey);
        using var readerKeys = MemberKeys.Create();
        await using var writer = await Rooms.JoinAsync(server.Url, new OwnerEntry(room), room.Owner);
        var entry = Rooms.LinkTo(room, Role.Viewer, server.Url);
        await using var reader = await Rooms.JoinAsync(server.Url, entry, readerKeys);
        var chat = writer.Open(writer.Streams.Chat);
        var read = reader.Open(reader.Streams.Chat);

        var landing = new List<Task<Position>>();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 100; i++)
                landing.Add(writer.SayAsync(chat, $"{landing.Count}"));
            await landing[^50]; // some landed, some are on their way
            await server.KillAsync();
            landing.Add(writer.SayAsync(chat, $"{landing.Count}")); // said while the server is down
            await server.StartAgainAsync();
        }
        var positions = await Task.WhenAll(landing);

        Assert.Equal(
            Enumerable.Range(1, landing.Count).Select(seq => (ulong)seq),
            positions.Select(landed => landed.Seq)
        );
        for (var i = 0; i < landing.Count; i++)
            Assert.Equal($"{i}", await read.HearAsync());
        Assert.False(writer.Faults.TryRead(out _));
        Assert.False(reader.Faults.TryRead(out _));
    }
}
