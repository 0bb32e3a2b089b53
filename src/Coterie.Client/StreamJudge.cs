using Coterie.Protocol;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Client;

/// <summary>
/// Puts every place of a stream before the judge, opens what passed (J12), settles the member's own appends, and says aloud what is wrong.
/// The frames it takes have been parsed once.
/// </summary>
internal sealed class StreamJudge(RoomState state, Sealers sealers, Action<RoomFault> fault)
{
    /// <summary>Somebody's record at its place; also an own one that landed in an earlier session.</summary>
    public Outcome Delivered(StreamLog log, ReadOnlySpan<byte> body)
    {
        if (!Envelope.TryParse(body, out var envelope, out _))
            return Outcome.Refused;
        var record = envelope.Record;
        var known = state.TryGetSession(record.Session, out var author);
        var verdict = state.Position(
            envelope.Seq,
            envelope.ServerTime,
            record,
            known && (!Classes.Row(record.Class).Signed || record.Verify(author!.Key)),
            out _
        );
        if (verdict.Outcome is Outcome.Wait)
            return Outcome.Wait;
        if (!Tell(log, envelope.Seq, verdict, verdict.Rule == Rule.J14 ? null : author?.Member))
            return Outcome.Alarm;
        Publish(log, envelope.Seq, envelope.ServerTime, record, author, verdict.IsOk);
        return Reached(log, envelope.Seq);
    }

    /// <summary>The hub's word that an own record landed: believed if the own chain comes to the same head (J15).</summary>
    public Outcome Acked(StreamLog log, ReadOnlySpan<byte> body)
    {
        if (!Ack.TryParse(body, out var ack, out _))
            return Outcome.Refused;
        if (
            Find(log, ack.Session, ack.Counter) is not { } append
            || !RecordView.TryParse(append.Record, out var record, out _)
        )
        {
            fault(
                new RoomFault(FaultKind.Alarm, Rule.J15, log.Id, "The hub acknowledges a record that was never sent.")
                {
                    Alarm = AlarmKind.BadAck,
                    Seq = ack.Seq,
                }
            );
            log.Close(Stopped(Rule.J15));
            return Outcome.Alarm;
        }
        var verdict = state.Acked(record, ack.Seq, ack.ServerTime, ack.Head);
        if (verdict.Outcome is Outcome.Wait)
            return Outcome.Wait;
        if (!Tell(log, ack.Seq, verdict))
            return Outcome.Alarm;
        state.TryGetSession(ack.Session, out var author);
        Publish(log, ack.Seq, ack.ServerTime, record, author, verdict.IsOk);
        return Reached(log, ack.Seq);
    }

    /// <summary>An ephemeral record, opened; null if it is not believed.</summary>
    public Relayed? Relay(in RecordView record)
    {
        if (!state.TryGetSession(record.Session, out var author))
            return null;
        var holds = !Classes.Row(record.Class).Signed || record.Verify(author.Key);
        if (!state.Relay(record, holds).IsOk || sealers.Open(record, author.Member) is not { } payload)
            return null;
        return new Relayed(record.Class, author.Member, record.Session, payload);
    }

    /// <summary>Compares what a member's pulse says with the own chain (P2). False if the stream has stopped.</summary>
    public bool Hear(StreamLog log, ulong seq, in Digest head, MemberId member) =>
        Tell(log, seq, state.Claim(log.Id, seq, head), member);

    /// <summary>Compares what the hub claims with the own chain (J14). False if the stream has stopped.</summary>
    public bool Claim(StreamLog log, ulong seq, in Digest head) => Tell(log, seq, state.Claim(log.Id, seq, head));

    /// <summary>Holds the hub to all that was seen of the stream (J16). False if the stream has stopped.</summary>
    public bool HoldTo(StreamLog log, ulong endsAt)
    {
        var (seq, head) = state.HeadOf(log.Id);
        return Tell(log, endsAt, state.HoldTo(log.Id, seq, head, endsAt));
    }

    /// <summary>The hub begins a log behind what was read of it, and nothing tells why (N6).</summary>
    public void Skip(StreamLog log) => Tell(log, log.Offered!.Value.Seq, state.Overtake(log.Id, 0, default, null, 0));

    /// <summary>Goes on at a snapshot, which takes the place of what the hub has forgotten (N6). False if the stream has stopped.</summary>
    public bool Begin(StreamLog log, (ulong Seq, Digest Head) offered, in Envelope snapshot)
    {
        var record = snapshot.Record;
        var stands =
            record.Class == RecordClass.Snapshot
            && state.TryGetSession(record.Session, out var author)
            && state.Vouched(record)
            && record.Verify(author.Key);
        var clear = stands ? SnapshotClear.Read(record.Clear) : default;
        var payload = stands && clear == new SnapshotClear(log.Id, offered.Seq, offered.Head) ? Open(record) : null;
        if (payload is not null && Snapshot.TryParse(payload, out var packed, out _) && packed.Secret is not null)
        {
            log.Close(
                new RoomException(
                    Refusal.Blob,
                    "What this log begins with lies in a blob, and a member without documents fetches none."
                )
            );
            return false;
        }
        if (
            !Tell(
                log,
                offered.Seq,
                state.Overtake(
                    log.Id,
                    offered.Seq,
                    offered.Head,
                    payload is null ? null : TailOf(log, payload),
                    record.Version
                )
            )
        )
            return false;
        state.TryGetSession(record.Session, out author);
        var position = new Position(
            offered.Seq,
            snapshot.ServerTime,
            record.Class,
            author!.Member,
            record.Session,
            record.Counter,
            true,
            record.Clear.ToArray(),
            payload!
        );
        log.Publish(position);
        var (_, counters) = state.FloorOf(log.Id);
        foreach (var append in log.Waiting.Concat(log.Sent))
        {
            if (append.Counter > 0 && counters.GetValueOrDefault(append.Session) >= append.Counter)
                append.Complete(position); // at it or before
        }
        while (log.Waiting.TryPeek(out var oldest) && oldest.IsDone)
            log.Waiting.Dequeue();
        while (log.Sent.TryPeek(out var oldest) && oldest.IsDone)
            log.Sent.Dequeue();
        return true;
    }

    private byte[]? Open(in RecordView record) =>
        state.TryGetSession(record.Session, out var author) ? sealers.Open(record, author.Member) : null;

    private SnapshotTail? TailOf(StreamLog log, byte[] payload)
    {
        if (!Snapshot.TryParse(payload, out var packed, out _) || !packed.TryUnpack(out var bytes, out _))
            return null;
        if (log.Id == state.Fixed.Chat)
            return ChatSnapshot.TryParse(bytes, out var chat, out _) ? chat.Tail : null;
        return FileState.TryParse(bytes, out var file, out _) ? file.Tail : null;
    }

    private Outcome Reached(StreamLog log, ulong seq) =>
        log.Target is { } target && target.Seq == seq && !Claim(log, seq, target.Head) ? Outcome.Alarm : Outcome.Ok;

    private void Publish(
        StreamLog log,
        ulong seq,
        ulong serverTime,
        in RecordView record,
        MemberSession? author,
        bool applies
    )
    {
        var payload = applies && author is not null ? sealers.Open(record, author.Member) : null;
        if (applies && payload is null)
            fault(
                new RoomFault(
                    FaultKind.Content,
                    Rule.None,
                    log.Id,
                    $"Position {seq} does not open: its author's client is broken (J12)."
                )
            );
        var position = new Position(
            seq,
            serverTime,
            record.Class,
            author?.Member ?? default,
            record.Session,
            record.Counter,
            payload is not null,
            record.Clear.ToArray(),
            payload ?? []
        );
        log.Publish(position);
        Settle(log, record, position);
    }

    /// <summary>If the position holds an own append, it is done.</summary>
    private static void Settle(StreamLog log, in RecordView record, Position position)
    {
        if (Find(log, record.Session, record.Counter) is not { } append || !record.Bytes.SequenceEqual(append.Record))
            return;
        if (position.Applies)
            append.Complete(position);
        else
            append.Fail(
                new RoomException(Refusal.Content, "The record landed, but it is void: seal the change anew (E6).")
            );
        while (log.Sent.TryPeek(out var oldest) && oldest.IsDone)
            log.Sent.Dequeue();
    }

    private static Append? Find(StreamLog log, SessionId session, ulong counter)
    {
        foreach (var append in log.Sent)
        {
            if (append.Session == session && append.Counter == counter)
                return append;
        }
        foreach (var append in log.Waiting)
        {
            if (append.Session == session && append.Counter == counter)
                return append;
        }
        return null;
    }

    /// <summary>Reports what is wrong. False if the stream has stopped.</summary>
    /// <param name="member">Whose record or word it is, where it is one's.</param>
    private bool Tell(StreamLog log, ulong seq, Verdict verdict, MemberId? member = null)
    {
        switch (verdict.Outcome)
        {
            case Outcome.Alarm:
                var text =
                    $"Position {seq}: the hub's history and yours differ ({verdict.Rule}). This stream has stopped.";
                var alarm = verdict.Rule switch
                {
                    Rule.J14 when member is null => AlarmKind.BrokenChain,
                    Rule.J15 => AlarmKind.BadAck,
                    Rule.J16 or Rule.N6 => AlarmKind.RolledBack,
                    _ => AlarmKind.ForkedHistory,
                };
                fault(
                    new RoomFault(FaultKind.Alarm, verdict.Rule, log.Id, text)
                    {
                        Alarm = alarm,
                        Seq = seq,
                        Member = member,
                    }
                );
                log.Close(Stopped(verdict.Rule));
                return false;
            case Outcome.Void:
                text = $"Position {seq}: the hub let through what it should have refused ({verdict.Rule}).";
                fault(
                    new RoomFault(FaultKind.Hub, verdict.Rule, log.Id, text)
                    {
                        Alarm = AlarmKind.HubFault,
                        Seq = seq,
                        Member = member,
                    }
                );
                return true;
            default:
                return true;
        }
    }

    private static RoomException Stopped(Rule rule) =>
        new(Refusal.Alarm, $"The stream has stopped, because its history does not hold ({rule}).");
}
