using System.Diagnostics;
using System.Globalization;
using Coterie.Hub.Tests.World;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Tests;

/// <summary>A hub in a process of its own, killed with -9 while people write.</summary>
public sealed class DurabilityTests
{
    [Fact]
    public async Task H1_every_acknowledged_record_is_there_after_kill_9()
    {
        var directory = Directory.CreateTempSubdirectory("coterie-kill-").FullName;
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Coterie.Hub.Tests"))
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment[Program.DirectoryVariable] = directory;
        using var process = Process.Start(start)!;
        var acked = 0UL;
        var room = new TestRoom();
        (ulong Seq, Digest Head) known;
        try
        {
            var url = new Uri((await process.StandardOutput.ReadLineAsync())!);
            await using var ada = await TestClient.GreetAsync(url, room, room.Owner);
            await ada.CreateAsync(RoomKind.Permanent);
            await ada.NextAsync(HubFrame.Created);
            await ada.JoinAsync(Role.Owner);
            var writing = Task.Run(async () =>
            {
                // Everything was seen at 0: so records can be sent without waiting for their acks.
                var head = Chain.Start(room.Id, room.Streams.Chat, ada.Incarnation);
                try
                {
                    for (var count = 0; count < 4_000; count++)
                    {
                        await ada.AppendAsync(
                            ada.Record(
                                RecordClass.Chat,
                                room.Streams.Chat,
                                clear: [0],
                                bend: header =>
                                    header with
                                    {
                                        SeenSeq = 0,
                                        SeenHead = Chain.Seen(head, room.Newest.Hash),
                                    }
                            )
                        );
                    }
                }
                catch (Exception error)
                    when (error is System.Net.WebSockets.WebSocketException or OperationCanceledException)
                {
                    // killed, as meant
                }
            });
            while (await ada.NextAsync() is { } frame)
            {
                if (frame.Type == HubFrame.Ack && ++acked == 200)
                {
                    process.Kill();
                }
            }
            await writing;
            known = ada.HeadOf(room.Streams.Chat);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        Assert.InRange(acked, 200UL, 3_999UL);
        await using (var host = await TestHost.StartAsync(directory: directory))
        {
            await using var bob = await TestClient.EnterAsync(host, room, Role.Editor);
            await bob.SubscribeAsync(room.Streams.Chat);
            var answer = await bob.UntilAsync(HubFrame.Stream);
            Assert.True(StreamFrame.TryParse(answer.Body, out var stream, out _));
            var (end, endHead) = (stream.HeadSeq, stream.Head);
            Assert.True(
                end >= acked,
                string.Create(CultureInfo.InvariantCulture, $"{acked} acknowledged, {end} there")
            );
            while (bob.HeadOf(room.Streams.Chat).Seq < end)
            {
                await bob.UntilAsync(HubFrame.Deliver); // the client checks the chain as it goes
                if (bob.HeadOf(room.Streams.Chat).Seq == known.Seq)
                {
                    Assert.Equal(known.Head, bob.HeadOf(room.Streams.Chat).Head);
                }
            }
            Assert.Equal(endHead, bob.HeadOf(room.Streams.Chat).Head);
        }
        Directory.Delete(directory, recursive: true);
    }
}
