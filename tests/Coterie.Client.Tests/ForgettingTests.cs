using Coterie.Client.Founding;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Client.Tests;

/// <summary>In a room that trims, the hub has forgotten what a snapshot covers when a member comes back, or comes (N6, H10).</summary>
public sealed class ForgettingTests(ServerFixture fixture) : IClassFixture<ServerFixture>, IAsyncLifetime
{
    private readonly Uri server = fixture.Server.Url;
    private readonly FoundedRoom room = Rooms.Found(); // in memory: it trims
    private readonly MemberKeys readerKeys = MemberKeys.Create();
    private Wiretap ada = null!;
    private Wiretap bob = null!;
    private StreamLog hers = null!;
    private StreamLog his = null!;

    private StreamId Chat => new FixedStreams(room.Room).Chat;

    public async ValueTask InitializeAsync()
    {
        ada = await Wiretap.ConnectAsync(server, new OwnerEntry(room), room.Owner);
        hers = ada.Member.Open(Chat);
        await SayAsync(ada, hers, "one");
        await SayAsync(ada, hers, "two");
        bob = await Wiretap.ConnectAsync(server, Rooms.LinkTo(room, Role.Editor, server), readerKeys);
        his = bob.Member.Open(Chat);
        await bob.PassUntilAsync(() => his.Positions.Count == 2);
        for (var count = 0; count < 2; count++)
            await his.HearAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await bob.DisposeAsync();
        await ada.DisposeAsync();
        readerKeys.Dispose();
        room.Dispose();
    }

    [Fact]
    public async Task N6_who_was_away_and_who_is_new_go_on_from_the_snapshot()
    {
        await SayAsync(ada, hers, "three");
        await SayAsync(ada, hers, "four");
        await VouchAsync();
        await SayAsync(ada, hers, "five");
        await bob.ReconnectAsync(server);
        using var keys = MemberKeys.Create();
        await using var cyd = await Wiretap.ConnectAsync(server, Rooms.LinkTo(room, Role.Viewer, server), keys);
        foreach (var (tap, log) in new[] { (bob, his), (cyd, cyd.Member.Open(Chat)) })
        {
            await tap.PassUntilAsync(() => log.Positions.Count == 3);
            var snapshot = await log.Positions.ReadAsync(TestContext.Current.CancellationToken);
            Assert.Equal((4UL, RecordClass.Snapshot, true), (snapshot.Seq, snapshot.Class, snapshot.Applies));
            var itself = await log.Positions.ReadAsync(TestContext.Current.CancellationToken);
            Assert.Equal((5UL, RecordClass.Snapshot), (itself.Seq, itself.Class));
            Assert.Equal("five", await log.HearAsync());
            Assert.False(tap.Member.Faults.TryRead(out _));
            Assert.Equal(ada.Member.State!.HeadOf(Chat), tap.Member.State!.HeadOf(Chat));
        }
        var said = bob.Member.AppendAsync(his, RecordClass.Chat, new byte[1], Rooms.Chat("six"));
        await bob.PassUntilAsync(() => said.IsCompleted);
        Assert.Equal(7UL, (await said).Seq);
    }

    [Fact]
    public async Task N6_what_was_sent_and_never_acknowledged_has_landed_where_the_snapshot_counts_it()
    {
        var withheld = false;
        bob.Tamper = frame =>
        {
            withheld |= frame.Type == HubFrame.Ack;
            return frame.Type == HubFrame.Ack ? [] : [frame];
        };
        var said = bob.Member.AppendAsync(his, RecordClass.Chat, new byte[1], Rooms.Chat("Bob's"));
        await bob.PassUntilAsync(() => withheld);
        Assert.False(said.IsCompleted);
        bob.Tamper = frame => [frame];
        await ada.PassUntilAsync(() => hers.Positions.Count == 3);
        await SayAsync(ada, hers, "four");
        await VouchAsync();
        await bob.ReconnectAsync(server);
        await bob.PassUntilAsync(() => said.IsCompleted && his.Positions.Count == 2);
        Assert.Equal(4UL, (await said).Seq); // there or before
        Assert.Equal(5UL, ada.Member.State!.HeadOf(Chat).Seq); // and is not said again
        Assert.False(bob.Member.Faults.TryRead(out _));
    }

    [Fact]
    public async Task N6_a_snapshot_that_lacks_what_was_read_here_stops_the_stream()
    {
        await SayAsync(ada, hers, "three");
        await SayAsync(ada, hers, "four");
        await VouchAsync(tail => tail with { Counters = [] });
        await bob.ReconnectAsync(server);
        var fault = await bob.FaultAsync();
        Assert.Equal((FaultKind.Alarm, Rule.N6), (fault.Kind, fault.Rule));
        Assert.Equal(0, his.Positions.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task N6_a_log_that_begins_later_without_a_snapshot_that_stands_stops_the_stream(bool another)
    {
        await SayAsync(ada, hers, "three");
        await SayAsync(ada, hers, "four");
        await VouchAsync();
        bob.Tamper = frame =>
        {
            if (frame.Type == HubFrame.Snapshot)
                frame.Body[^1] ^= 1; // its signature
            return another && frame.Type == HubFrame.Snapshot ? [] : [frame]; // then what comes behind it comes at once
        };
        await bob.ReconnectAsync(server);
        var fault = await bob.FaultAsync();
        Assert.Equal((FaultKind.Alarm, another ? Rule.J14 : Rule.N6), (fault.Kind, fault.Rule));
    }

    private static async Task SayAsync(Wiretap who, StreamLog log, string text)
    {
        var said = who.Member.AppendAsync(log, RecordClass.Chat, new byte[1], Rooms.Chat(text));
        await who.PassUntilAsync(() => said.IsCompleted);
        await said;
    }

    /// <summary>Ada writes a snapshot of all that she has read of the chat.</summary>
    private async Task VouchAsync(Func<SnapshotTail, SnapshotTail>? bend = null)
    {
        var state = ada.Member.State!;
        var (seq, head) = state.HeadOf(Chat);
        var clear = new byte[89];
        WriteClear(clear, seq, head);
        var (floor, counters) = state.FloorOf(Chat);
        var tail = new SnapshotTail(floor, [.. counters.Select(one => new SessionCounter(one.Key, one.Value))]);
        var chat = ChatSnapshot.Of([], bend is null ? tail : bend(tail));
        var written = ada.Member.AppendAsync(hers, RecordClass.Snapshot, clear, Snapshot.Pack(chat.Encode()));
        await ada.PassUntilAsync(() => written.IsCompleted);
        await written;
    }

    private void WriteClear(Span<byte> clear, ulong seq, Digest head)
    {
        var writer = new ByteWriter(clear);
        writer.U128(Chat.Value);
        writer.U64(seq);
        writer.Digest(head);
    }
}
