using Coterie.Protocol;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Client.Tests;

/// <summary>A hub that lies: what a member shows instead of believing it.</summary>
public sealed class DishonestHubTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly Uri server = fixture.Server.Url;

    [Fact]
    public async Task J14_an_honest_line_raises_no_alarm()
    {
        await using var scene = await Scene.SetAsync(server, said: 3);
        await scene.Reader.PassUntilAsync(() => scene.Log.Positions.Count == 3);
        Assert.False(scene.Reader.Member.Faults.TryRead(out _));
    }

    [Fact]
    public async Task W9_a_member_with_nothing_to_tell_pings_so_that_the_hub_hears_of_it()
    {
        await using var scene = await Scene.SetAsync(server, said: 3);
        await scene.Reader.PassUntilAsync(() => scene.Log.Positions.Count == 3);
        var member = scene.Reader.Member;
        member.Pulse(); // of the three
        member.ClearOutput();
        member.Pulse();
        var sent = member.Output.Span;
        Assert.True(Frame.TryNext(ref sent, Limits.MaxFrameBytes, out var type, out var body, out _));
        Assert.Equal((byte)ClientFrame.Ping, type);
        Assert.True(Ping.TryParse(body, out _, out _));
        Assert.True(sent.IsEmpty);
    }

    [Fact]
    public async Task A4_a_certificate_refused_while_the_rules_change_is_refused_for_good_only_under_the_same_rules()
    {
        await using var scene = await Scene.SetAsync(server, said: 0);
        var refusal = new System.Buffers.ArrayBufferWriter<byte>();
        new ErrorFrame { Code = Refusal.Cert, Text = "No"u8 }.Write(refusal);
        var refused = new Passing(HubFrame.Error, refusal.WrittenSpan[Frame.HeadBytes..].ToArray());
        var (room, told) = ((Passing?)null, false);
        scene.Reader.Tamper = frame =>
        {
            room = frame.Type == HubFrame.Room ? frame : room;
            told |= frame.Type == HubFrame.Joined;
            return frame.Type == HubFrame.Joined ? [refused]
                : frame.Type == HubFrame.Storage ? [] // is for who has joined
                : [frame];
        };
        var member = scene.Reader.Member;
        await scene.Reader.PassUntilAsync(() => told);
        scene.Reader.Inject(room!); // it has looked again, and there are no other rules
        Assert.True(Asks(member, ClientFrame.Join));
        Assert.Equal(Refusal.Cert, Assert.Throws<RoomException>(() => scene.Reader.Inject(refused)).Code);
    }

    private static bool Asks(Member member, ClientFrame wanted)
    {
        var output = member.Output.Span;
        return Frame.TryNext(ref output, Limits.MaxFrameBytes, out var type, out _, out _)
            && (ClientFrame)type == wanted;
    }

    [Fact]
    public async Task J14_a_position_that_is_left_out_stops_the_stream()
    {
        await using var scene = await Scene.SetAsync(server, said: 3);
        scene.Reader.Tamper = frame => IsDelivery(frame, 2) ? [] : [frame];
        Assert.Equal((FaultKind.Alarm, Rule.J14), await scene.FaultAsync());
        Assert.Equal(1, scene.Log.Positions.Count);
    }

    [Fact]
    public async Task J14_a_position_that_comes_twice_stops_the_stream()
    {
        await using var scene = await Scene.SetAsync(server, said: 3);
        scene.Reader.Tamper = frame => IsDelivery(frame, 2) ? [frame, frame] : [frame];
        Assert.Equal((FaultKind.Alarm, Rule.J14), await scene.FaultAsync());
        Assert.Equal(2, scene.Log.Positions.Count);
    }

    [Fact]
    public async Task J11_a_record_that_was_changed_on_the_way_is_void_and_a_fault_of_the_hub()
    {
        await using var scene = await Scene.SetAsync(server, said: 3);
        scene.Reader.Tamper = frame =>
        {
            if (IsDelivery(frame, 2))
                frame.Body[Envelope.HeadBytes + RecordView.HeaderBytes + 10] ^= 1; // in the ciphertext
            return [frame];
        };
        Assert.Equal((FaultKind.Hub, Rule.J11), await scene.FaultAsync());
        await scene.Reader.PassUntilAsync(() => scene.Log.Positions.Count >= 2);
        Assert.True(scene.Log.Positions.TryRead(out var first) && first.Applies);
        Assert.True(scene.Log.Positions.TryRead(out var second) && !second.Applies);
    }

    [Fact]
    public async Task J14_a_head_that_the_records_do_not_come_to_stops_the_stream()
    {
        await using var scene = await Scene.SetAsync(server, said: 3);
        scene.Reader.Tamper = frame =>
        {
            if (frame.Type == HubFrame.Stream)
                frame.Body[16 + 8] ^= 1; // the first byte of head
            return [frame];
        };
        Assert.Equal((FaultKind.Alarm, Rule.J14), await scene.FaultAsync());
    }

    [Fact]
    public async Task J16_a_log_that_is_shorter_than_it_was_stops_the_stream()
    {
        await using var scene = await Scene.SetAsync(server, said: 3);
        await scene.Reader.PassUntilAsync(() => scene.Log.Positions.Count == 3);
        await scene.Reader.ReconnectAsync(server);
        scene.Reader.Tamper = frame =>
        {
            if (frame.Type == HubFrame.Stream)
                frame.Body[16 + 7] = 2; // the last byte of headSeq
            return [frame];
        };
        Assert.Equal((FaultKind.Alarm, Rule.J16), await scene.FaultAsync());
    }

    [Fact]
    public async Task N4_a_snapshot_is_never_started_from_whoever_wrote_it()
    {
        await using var scene = await Scene.SetAsync(server, said: 1);
        await scene.Reader.PassUntilAsync(() => scene.Log.Positions.Count == 1);
        var snapshot = new Passing(HubFrame.Snapshot, new byte[200]);
        var error = Assert.Throws<RoomException>(() => scene.Reader.Inject(snapshot));
        Assert.Equal(Refusal.OutOfOrder, error.Code);
        Assert.Equal(1, scene.Log.Positions.Count);
    }

    [Fact]
    public async Task H3_what_a_full_disk_refuses_is_not_given_up_but_comes_by_a_later_connection()
    {
        await using var scene = await Scene.SetAsync(server, said: 0, Role.Editor);
        await scene.Reader.PassUntilAsync(() => scene.Reader.Member.IsLive);
        var said = scene.SayAsReader("said");
        scene.Reader.Tamper = frame => frame.Type == HubFrame.Ack ? [Refusing(frame, Refusal.StorageFailed)] : [frame];
        var error = await Assert.ThrowsAsync<RoomException>(() => scene.Reader.PassUntilAsync(() => said.IsCompleted));
        Assert.Equal(Refusal.StorageFailed, error.Code);
        Assert.False(said.IsCompleted);

        scene.Reader.Tamper = frame => [frame];
        await scene.Reader.ReconnectAsync(server);
        await scene.Reader.PassUntilAsync(() => said.IsCompleted);
        Assert.Equal(1UL, (await said).Seq);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task R5_W5_what_landed_beside_a_record_that_burnt_the_session_counts_once(bool acked)
    {
        await using var scene = await Scene.SetAsync(server, said: 0, Role.Editor);
        await scene.Reader.PassUntilAsync(() => scene.Reader.Member.IsLive);
        var first = scene.SayAsReader("first");
        var second = scene.SayAsReader("second");
        var acks = 0;
        scene.Reader.Tamper = frame =>
        {
            if (frame.Type != HubFrame.Ack)
                return [frame];
            Passing[] refusal = ++acks == 1 ? [Refusing(frame, Refusal.Version)] : [];
            return acked ? [.. refusal, frame] : refusal;
        };
        await scene.Reader.PassUntilAsync(() => acks == 2);
        Assert.True(scene.Reader.Member.NeedsConnection);
        Assert.Equal(acked, first.IsCompleted && second.IsCompleted);

        scene.Reader.Tamper = frame => [frame];
        await scene.Reader.ReconnectAsync(server);
        await scene.Reader.PassUntilAsync(() => first.IsCompleted && second.IsCompleted);
        ulong[] places = [(await first).Seq, (await second).Seq];
        Assert.Equal([1UL, 2UL], places);
        Assert.Equal(2, scene.Log.Positions.Count);
        Assert.False(scene.Reader.Member.Faults.TryRead(out _));
    }

    [Fact]
    public async Task J15_an_ack_with_another_head_is_not_believed()
    {
        await using var scene = await Scene.SetAsync(server, said: 0);
        scene.Reader.Tamper = frame =>
        {
            if (frame.Type == HubFrame.Ack)
                frame.Body[^1] ^= 1; // in head
            return [frame];
        };
        var landing = scene.SayAsReader("saved?");
        Assert.Equal((FaultKind.Alarm, Rule.J15), await scene.FaultAsync());
        var error = await Assert.ThrowsAsync<RoomException>(() => landing);
        Assert.Equal(Refusal.Alarm, error.Code);
    }

    [Fact]
    public async Task J15_an_ack_for_what_was_never_sent_is_not_believed()
    {
        await using var scene = await Scene.SetAsync(server, said: 0);
        await scene.Reader.PassUntilAsync(() => scene.Reader.Member.IsLive);
        var body = new byte[16 + 16 + 8 + 8 + 8 + Digest.Bytes];
        scene.Log.Id.CopyTo(body.AsSpan(16));
        body[39] = body[47] = 1; // counter, seq
        scene.Reader.Inject(new Passing(HubFrame.Ack, body));
        Assert.True(scene.Reader.Member.Faults.TryRead(out var fault));
        Assert.Equal((FaultKind.Alarm, Rule.J15), (fault.Kind, fault.Rule));
        var refused = await Assert.ThrowsAsync<RoomException>(() => scene.SayAsReader("and from then on nothing is"));
        Assert.Equal(Refusal.Alarm, refused.Code);
    }

    [Fact]
    public async Task P2_a_pulse_that_agrees_raises_no_alarm()
    {
        await using var scene = await Scene.SetAsync(server, said: 3);
        await scene.Reader.PassUntilAsync(() => scene.Log.Positions.Count == 3);
        var (seq, head) = scene.Reader.Member.State!.HeadOf(scene.Log.Id);
        scene.PulseAsOwner(seq, head.High);
        await scene.Reader.PassUntilAsync(() => scene.Reader.Member.Relays.TryRead(out _));
        Assert.False(scene.Reader.Member.Faults.TryRead(out _));
    }

    [Fact]
    public async Task P2_a_pulse_of_another_history_stops_the_stream()
    {
        await using var scene = await Scene.SetAsync(server, said: 3);
        await scene.Reader.PassUntilAsync(() => scene.Log.Positions.Count == 3);
        var (seq, head) = scene.Reader.Member.State!.HeadOf(scene.Log.Id);
        scene.PulseAsOwner(seq, new(head.High.High, head.High.Low ^ 1));
        Assert.Equal((FaultKind.Alarm, Rule.J14), await scene.FaultAsync());
    }

    [Fact]
    public async Task P2_a_pulse_that_its_author_did_not_sign_accuses_nobody()
    {
        await using var scene = await Scene.SetAsync(server, said: 3);
        await scene.Reader.PassUntilAsync(() => scene.Log.Positions.Count == 3);
        var (seq, head) = scene.Reader.Member.State!.HeadOf(scene.Log.Id);
        scene.PulseAsOwner(seq, new(head.High.High, head.High.Low ^ 1), signed: false);
        await scene.Reader.PassUntilAsync(() => scene.Reader.Member.Relays.TryRead(out _));
        Assert.False(scene.Reader.Member.Faults.TryRead(out _));
    }

    [Fact]
    public async Task V5_a_pulse_of_what_nobody_has_hides_no_others()
    {
        await using var scene = await Scene.SetAsync(server, said: 3);
        await scene.Reader.PassUntilAsync(() => scene.Log.Positions.Count == 3);
        var member = scene.Reader.Member;
        Assert.Null(member.Behind());
        scene.PulseAsOwner(1UL << 50, new(1, 2));
        scene.PulseAsOwner(4, new(1, 2));
        for (var heard = 0; heard < 2; )
        {
            await scene.Reader.PassUntilAsync(() => member.Relays.TryRead(out _));
            heard++;
        }
        Assert.Equal(scene.Log.Id, member.Behind());
        await scene.SayAsOwnerAsync("the fourth");
        await scene.Reader.PassUntilAsync(() => scene.Log.Positions.Count == 4);
        Assert.Null(member.Behind()); // until somebody says so again
    }

    [Fact]
    public async Task V5_a_member_tells_of_its_kind_of_alarm_where_and_of_whom()
    {
        await using var scene = await Scene.SetAsync(server, said: 3);
        await scene.Reader.PassUntilAsync(() => scene.Log.Positions.Count == 3);
        var (seq, head) = scene.Reader.Member.State!.HeadOf(scene.Log.Id);
        scene.PulseAsOwner(seq, new(head.High.High, head.High.Low ^ 1));
        var fault = await scene.Reader.FaultAsync();
        Assert.Equal(
            (AlarmKind.ForkedHistory, seq, scene.Owner),
            (fault.Alarm!.Value, fault.Seq!.Value, fault.Member!.Value)
        );
    }

    [Fact]
    public async Task V5_others_who_are_here_and_silent_and_what_they_have_more_are_told_once()
    {
        await using var scene = await Scene.SetAsync(server, said: 3);
        await scene.Reader.PassUntilAsync(() => scene.Log.Positions.Count == 3);
        var member = scene.Reader.Member;
        var silence = new Silence();
        RoomFault[] Looks(int times) =>
            [.. Enumerable.Range(0, times).Select(_ => silence.Look(member)).OfType<RoomFault>()];
        Assert.True(member.HasCompany);
        Assert.Empty(Looks(30));
        Assert.Null(Assert.Single(Looks(30)).Stream);

        var (seq, head) = member.State!.HeadOf(scene.Log.Id);
        scene.PulseAsOwner(seq + 2, head.High);
        await scene.Reader.PassUntilAsync(() => member.Relays.TryRead(out _));
        Assert.Equal(scene.Log.Id, member.Behind());
        var stale = Assert.Single(Looks(12));
        Assert.Equal((AlarmKind.StaleView, scene.Log.Id), (stale.Alarm!.Value, stale.Stream!.Value));
    }

    [Fact]
    public async Task V5_a_member_to_whom_nothing_happens_is_heard_of_all_the_same()
    {
        await using var scene = await Scene.SetAsync(server, said: 3);
        await scene.Reader.PassUntilAsync(() => scene.Log.Positions.Count == 3);
        var member = scene.Reader.Member;
        bool[] spoke = [.. Enumerable.Range(0, 14).Select(_ => Speaks(member))];
        Assert.Equal([0, 6, 12], Enumerable.Range(0, spoke.Length).Where(at => spoke[at]));
    }

    private static bool Speaks(Member member)
    {
        member.ClearOutput();
        member.Pulse();
        return Asks(member, ClientFrame.Send);
    }

    [Fact]
    public async Task J3_records_of_unknown_sessions_wait_for_their_member_frame()
    {
        await using var scene = await Scene.SetAsync(server, said: 3);
        var held = new List<Passing>();
        var deliveries = 0;
        scene.Reader.Tamper = frame =>
        {
            deliveries += frame.Type == HubFrame.Deliver ? 1 : 0;
            if (frame.Type != HubFrame.Member)
                return [frame];
            held.Add(frame);
            return [];
        };
        await scene.Reader.PassUntilAsync(() => deliveries == 3);
        Assert.Equal(0, scene.Log.Positions.Count);
        foreach (var frame in held)
            scene.Reader.Inject(frame);
        Assert.Equal(3, scene.Log.Positions.Count);
        Assert.False(scene.Reader.Member.Faults.TryRead(out _));
    }

    [Fact]
    public async Task K4_another_room_under_this_id_raises_the_alarm()
    {
        await using var scene = await Scene.SetAsync(server, said: 0);
        scene.Reader.Tamper = frame =>
        {
            if (frame.Type == HubFrame.Room)
                frame.Body[1 + 16 + 146] ^= 1; // the genesis' salt
            return [frame];
        };
        Assert.Equal(Refusal.Alarm, await scene.RefusalAsync());
    }

    [Fact]
    public async Task M3_rules_that_the_owner_did_not_sign_raise_the_alarm()
    {
        await using var scene = await Scene.SetAsync(server, said: 0);
        scene.Reader.Tamper = frame =>
        {
            if (frame.Type == HubFrame.Room)
                frame.Body[^1] ^= 1; // the last manifest's signature
            return [frame];
        };
        Assert.Equal(Refusal.Alarm, await scene.RefusalAsync());
    }

    [Fact]
    public async Task K7_a_door_that_the_owner_did_not_make_raises_the_alarm()
    {
        await using var scene = await Scene.SetAsync(server, said: 0);
        scene.Reader.Tamper = frame =>
        {
            if (frame.Type == HubFrame.Door)
                frame.Body[^1] ^= 1;
            return [frame];
        };
        Assert.Equal(Refusal.Alarm, await scene.RefusalAsync());
    }

    /// <summary>The refusal of the record that an ack is for.</summary>
    private static Passing Refusing(Passing ack, Refusal code)
    {
        var session = ack.Body.AsSpan(0, 16);
        var stream = ack.Body.AsSpan(16, 16);
        var counter = ack.Body.AsSpan(32, 8);
        byte[] body = [.. session, .. stream, (byte)RecordClass.Chat, .. counter, 0, (byte)code, 0, 0];
        return new Passing(HubFrame.Refused, body);
    }

    private static bool IsDelivery(Passing frame, ulong seq) =>
        frame.Type == HubFrame.Deliver && new ByteReader(frame.Body).U64() == seq;
}
