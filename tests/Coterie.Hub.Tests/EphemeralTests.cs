using Coterie.Hub.Tests.World;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;
using Microsoft.Data.Sqlite;

namespace Coterie.Hub.Tests;

/// <summary>Ephemeral records and the disk.</summary>
public sealed class EphemeralTests
{
    [Theory]
    [InlineData(RecordClass.Presence)]
    [InlineData(RecordClass.Signal)]
    public async Task H2_an_ephemeral_record_does_not_wait_for_the_disk_and_a_durable_one_does(RecordClass ephemeral)
    {
        var room = new TestRoom();
        await using var host = await TestHost.StartAsync();
        await using var ada = await TestClient.FoundAsync(host, room);
        await using var bob = await TestClient.EnterAsync(host, room, Role.Editor);
        await ada.WriteAsync(RecordClass.Chat, room.Streams.Chat, clear: [0]); // all that joining wrote is written too
        await bob.SettleAsync();

        using var disk = new SqliteConnection($"Data Source={Path.Combine(host.Path, "rooms.db")};Pooling=False");
        disk.Open();
        Execute(disk, "BEGIN IMMEDIATE"); // another writer holds the file: commits wait
        await ada.AppendAsync(ada.Record(RecordClass.Chat, room.Streams.Chat, clear: [0]));
        var stream = ephemeral == RecordClass.Presence ? room.Streams.Presence : room.Streams.Control;
        await ada.RelayAsync(ada.Record(ephemeral, stream));
        await bob.UntilAsync(HubFrame.Relay);
        Assert.DoesNotContain(await ada.SettleAsync(), frame => frame.Type == HubFrame.Ack);

        Execute(disk, "ROLLBACK");
        await ada.UntilAsync(HubFrame.Ack);
    }

    private static void Execute(SqliteConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }
}
