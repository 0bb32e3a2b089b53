using Coterie.Hub.Connections;
using Coterie.Hub.Tests.World;
using Coterie.Protocol;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Tests;

/// <summary>Sockets that use their protocol up: each is given up within a bound, or read no faster than others (W9, H7). What is no WebSocket meets the server.</summary>
public sealed class HostileSocketTests
{
    private readonly TestRoom room = new();

    private static byte[] Frame(byte first, ReadOnlySpan<byte> payload) => RawSocket.Frame(first, payload);

    [Fact]
    public async Task W9_a_message_that_comes_byte_by_byte_is_given_up_after_a_minute()
    {
        var clock = new ManualClock();
        await using var host = await TestHost.StartAsync(clock: clock);
        await using var ada = await TestClient.FoundAsync(host, room, RoomKind.Memory);
        using var slow = await RawSocket.ConnectAsync(host.Url);
        await slow.SendAsync(Frame(0x02, [0, 0, 0, 9]));
        await ada.SettleAsync();
        var ended = slow.EndedAsync();
        while (!ended.IsCompleted)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await slow.TrySendAsync(Frame(0x00, [1]));
            clock.Advance(TimeSpan.FromSeconds(1));
            await ada.SettleAsync();
        }
        await ended;
        Assert.Equal((Refusal.OutOfOrder, true), Told(slow));
        Assert.Equal(1, host.Hub.Connections);
    }

    [Theory]
    [InlineData(0x89, 0)] // pings
    [InlineData(0x8a, 4)] // pongs
    [InlineData(0x00, 0)] // empty pieces of a message
    [InlineData(0x00, 1)]
    [InlineData(0x02, 200)] // and of lengths that take more bytes to say
    [InlineData(0x02, 70_000)]
    public async Task H7_frames_that_make_no_message_are_read_no_faster_than_a_connection_may_send(byte first, int size)
    {
        var clock = new ManualClock();
        var options = new HubOptions { FramesPerSecondPerConnection = 10, BurstFramesPerConnection = 20 };
        byte[] frame = Frame(first, new byte[size]);
        byte[] flood = [.. Enumerable.Repeat(frame, 30).SelectMany(one => one)];
        await using var metered = new MeteredStream(new MemoryStream(flood), options, clock);
        var buffer = new byte[flood.Length];
        var read = 0;
        for (var frames = 0; frames < 20; frames++) // cut anywhere, they are counted once each
        {
            foreach (var part in (int[])[1, frame.Length - 1])
            {
                read += await metered.ReadAsync(buffer.AsMemory(read, part), TestContext.Current.CancellationToken);
            }
        }
        read += await metered.ReadAsync(buffer.AsMemory(read, frame.Length), TestContext.Current.CancellationToken);
        for (var frames = 21; frames < 30; frames++)
        {
            var next = metered.ReadAsync(buffer.AsMemory(read, frame.Length), TestContext.Current.CancellationToken);
            clock.Advance(TimeSpan.FromMilliseconds(99));
            Assert.False(next.IsCompleted);
            clock.Advance(TimeSpan.FromMilliseconds(1));
            read += await next;
        }
        Assert.Equal(flood, buffer);
        Assert.Equal(flood.Length, read);
    }

    [Fact]
    public void H7_all_connections_of_an_address_share_one_rate()
    {
        var clock = new ManualClock();
        var book = new AddressBook(new HubOptions { FramesPerSecondPerAddress = 10, BurstFramesPerAddress = 5 }, clock);
        using var one = book.Enter("192.0.2.1")!;
        using var other = book.Enter("192.0.2.1")!;
        using var elsewhere = book.Enter("192.0.2.2")!;
        Assert.Equal(TimeSpan.Zero, one.Pace(5));
        Assert.Equal(TimeSpan.FromSeconds(0.5), other.Pace(5));
        Assert.Equal(TimeSpan.Zero, elsewhere.Pace(5));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, one.Pace(5));
    }

    [Fact]
    public void H7_who_has_too_many_connections_open_begins_no_more_of_them_than_others()
    {
        var options = new HubOptions { ConnectionsPerAddress = 1, ConnectsPerMinutePerAddress = 3 };
        var book = new AddressBook(options, new ManualClock());
        using var open = book.Enter("192.0.2.1");
        for (var count = 0; count < 3; count++)
        {
            Assert.True(book.MayConnect("192.0.2.1"));
            Assert.Null(book.Enter("192.0.2.1"));
        }
        Assert.False(book.MayConnect("192.0.2.1"));
        Assert.True(book.MayConnect("192.0.2.2"));
        Assert.True(book.MayConnect(null));
    }

    private static (Refusal Code, bool Fatal) Told(RawSocket raw)
    {
        ReadOnlySpan<byte> said = raw.Said;
        Assert.True(Protocol.Wire.Frames.Frame.TryNext(ref said, int.MaxValue, out var type, out var body, out _));
        Assert.Equal(HubFrame.Error, (HubFrame)type);
        Assert.True(ErrorFrame.TryParse(body, out var error, out _));
        return (error.Code, error.Fatal);
    }
}
