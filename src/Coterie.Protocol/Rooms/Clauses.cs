using System.Buffers.Binary;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>
/// J1–J10 in their order, B5 behind J9; the first that fails names the verdict. Reads a room's state and changes nothing. What it found on the way is
/// handed on in <see cref="Passed"/>, so that nothing is looked up twice.
/// </summary>
internal ref struct Clauses(RoomState room, Side side, bool durable)
{
    private MemberSession? session;
    private StreamState? stream;
    private Manifest? manifest;

    public Verdict Judge(in RecordView record, SessionId sender)
    {
        stream = room.Find(record.Stream);
        var row = Classes.Row(record.Class);
        if (record.Suite != 1 || record.Room != room.Room)
            return Fails(Rule.J1, Refusal.Suite);
        if (Version(record, row) is { IsOk: false } version)
            return version;
        if (Session(record, sender) is { IsOk: false } unknown)
            return unknown;
        var standing = session!.Standing(manifest!);
        if (standing != Rule.None)
            return Fails(standing, standing == Rule.J4 ? Refusal.Cert : Refusal.Locked);
        var may = Admittance.MaySend(row, session.Role, manifest!.Policy);
        if (may != Refusal.None)
            return Fails(Rule.J6, may);
        if (!CounterFollows(record, row))
            return Fails(Rule.J7, Refusal.Counter);
        if (!StreamFits(record, row))
            return Fails(Rule.J8, Refusal.Stream);
        stream ??= room.New(record.Stream);
        if (!StreamRuleHolds(record, row))
            return Fails(Rule.J9, Refusal.StreamRule);
        if (side == Side.Hub && !BlobsAreHere(record))
            return Fails(Rule.B5, Refusal.Blob);
        if (!SeenHolds(record))
            return side == Side.Hub ? Fails(Rule.J10, Refusal.Seen) : Verdict.Alarm(Rule.J10);
        return Verdict.Ok;
    }

    /// <summary>What was judged, for who accepts it.</summary>
    public readonly Judged Passed(in RecordView record, ulong revision) =>
        new(durable ? stream : null, session!, record.Class, record.Counter, revision);

    private readonly Verdict Fails(Rule rule, Refusal refusal) =>
        side == Side.Hub ? Verdict.Refused(rule, refusal) : Verdict.Void(rule, refusal);

    private Verdict Version(in RecordView record, ClassRow row)
    {
        var known = record.Version < room.Manifests.Count;
        if (side == Side.Client && !known)
            return Verdict.Wait(Rule.J2, Refusal.Version);
        if (!known || (side == Side.Hub && record.Version != room.Manifests.Newest.Version))
            return Fails(Rule.J2, Refusal.Version);
        if (row.Durable && record.Version < (stream?.VersionFloor ?? 0))
            return Fails(Rule.J2, Refusal.Version);
        manifest = room.Manifests[record.Version];
        return Verdict.Ok;
    }

    private Verdict Session(in RecordView record, SessionId sender)
    {
        var known = room.TryGetSession(record.Session, out session);
        if (side == Side.Client)
            return known ? Verdict.Ok : Verdict.Wait(Rule.J3, Refusal.Session);
        return known && session!.Live && record.Session == sender ? Verdict.Ok : Fails(Rule.J3, Refusal.Session);
    }

    private readonly bool CounterFollows(in RecordView record, ClassRow row) =>
        row.Durable
            ? record.Counter == (stream?.Counter(record.Session) ?? 0) + 1
            : record.Counter > session!.Ephemeral(record.Class);

    private readonly bool StreamFits(in RecordView record, ClassRow row)
    {
        return row.Durable == durable
            && (row.Streams & room.Fixed.Place(record.Stream)) != default
            && (side == Side.Client || room.Lives(record.Stream));
    }

    private readonly bool StreamRuleHolds(in RecordView record, ClassRow row)
    {
        if (!Classes.Fits(row.Clear, record.Clear))
            return false;
        return record.Class switch
        {
            RecordClass.Snapshot => SnapshotFits(record),
            RecordClass.Tree or RecordClass.Delete => TreeChange.TryRead(record.Class, record.Clear, out var change)
                && room.Tree.Judge(change, session!.Member, session.Role == Role.Owner) == Rule.None,
            RecordClass.Run => RunClear.TryRead(record.Clear, out _),
            _ => true,
        };
    }

    /// <summary>
    /// B5: what a record names is there as a whole; what restores a file names its content. Messages name nothing yet, a snapshot one blob at most.
    /// </summary>
    private readonly bool BlobsAreHere(in RecordView record)
    {
        if (record.Class == RecordClass.Tree)
            return !TreeChange.TryRead(record.Class, record.Clear, out var change)
                || (change.Kind == TreeKind.Restore ? room.Tree.BlobOf(change.Node) : change.Blob) is not { } blob
                || room.HasBlob(blob);
        if (record.Class is not (RecordClass.Chat or RecordClass.Snapshot))
            return true;
        var count = record.Clear[Classes.Row(record.Class).Clear.Bytes];
        return count == 0
            || (count == 1 && Classes.SnapshotBlob(record.Class, record.Clear) is { } named && room.HasBlob(named));
    }

    /// <summary>N1: names this stream, a position within the window, and the head there. What lies before a client's first head it does not judge.</summary>
    private readonly bool SnapshotFits(in RecordView record)
    {
        var (named, seq, head) = SnapshotClear.Read(record.Clear);
        var heads = stream!.Heads;
        if (named != record.Stream || seq < 1 || seq > heads.Seq)
            return false;
        return IsBeforeClient(seq, heads) || (heads.TryGet(seq, out var own) && own == head);
    }

    private readonly bool IsBeforeClient(ulong seq, HeadRing heads) => side == Side.Client && seq < heads.FirstSeq;

    private readonly bool SeenHolds(in RecordView record)
    {
        var seen = Bits128.Read(record.SeenHead);
        if (!durable)
            return record.SeenSeq == 0 && Chain.Seen(stream!.Start, manifest!.Hash) == seen;
        var heads = stream!.Heads;
        if (record.SeenSeq > heads.Seq)
            return false;
        return IsBeforeClient(record.SeenSeq, heads)
            || (heads.TryGet(record.SeenSeq, out var head) && Chain.Seen(head, manifest!.Hash) == seen);
    }
}
