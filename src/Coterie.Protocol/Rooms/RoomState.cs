using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>Who judges: the hub accepts or refuses, a client applies, voids, waits or raises an alarm.</summary>
public enum Side : byte
{
    Hub,
    Client,
}

/// <summary>
/// The one judge of records (PROTOCOL.md section 6), the same at the hub, at clients and in the simulator. A pure step function over what
/// it was given: no clock, no randomness, no I/O, no decryption. It knows the manifests, the admitted sessions, every stream's chain and the
/// shape of the tree; it holds nothing that was not checked. Judging changes nothing; only <see cref="Accept"/> and <see cref="Position"/> move a stream, and
/// only by records that passed every clause. Not for several threads at once.
/// </summary>
public sealed class RoomState : IDisposable
{
    private readonly Dictionary<StreamId, StreamState> streams = [];
    private readonly HashSet<BlobId> blobs = [];
    private readonly Membership members;
    private readonly IncarnationId incarnation;
    private ulong revision;

    /// <param name="imported">Shared by the rooms of one process; null: this room has its own.</param>
    public RoomState(Genesis genesis, IncarnationId incarnation, Side side, ImportedKeys? imported = null)
    {
        ArgumentNullException.ThrowIfNull(genesis);
        this.incarnation = incarnation;
        Side = side;
        Manifests = new ManifestChain(genesis);
        members = new Membership(Manifests, imported ?? new ImportedKeys());
        Fixed = new FixedStreams(genesis.Room);
        Tree = new TreeState(Fixed);
    }

    public Side Side { get; }

    public RoomId Room => Manifests.Genesis.Room;

    /// <summary>The verified chain. Grows only through <see cref="AddManifest"/>.</summary>
    public ManifestChain Manifests { get; }

    public FixedStreams Fixed { get; }

    public TreeState Tree { get; }

    /// <summary>Takes the next manifest (M2–M6).</summary>
    public Verdict AddManifest(Manifest manifest)
    {
        revision++;
        return Manifests.Add(manifest, Side == Side.Hub);
    }

    /// <summary>
    /// Whether keys that somebody brings for a member are an owner's, of the newest epoch (A1). At the hub under the newest version only; to a client
    /// a version that it does not know is a reason to wait.
    /// </summary>
    public Verdict Judge(Wrap wrap)
    {
        ArgumentNullException.ThrowIfNull(wrap);
        if (Side == Side.Client && wrap.Version >= Manifests.Count)
            return Verdict.Wait(Rule.A1, Refusal.Version);
        if (wrap.Room != Room || wrap.Version >= Manifests.Count || (Side == Side.Hub && !IsNewest(wrap.Version)))
            return Verdict.Refused(Rule.A1, Refusal.Version);
        var manifest = Manifests[wrap.Version];
        if (manifest.Epoch != Manifests.Newest.Epoch || wrap.Signer >= manifest.Owners.Count)
            return Verdict.Refused(Rule.A1, Refusal.Wrap);
        using var owner = VerifyKey.Import(manifest.Owners[wrap.Signer].Sign);
        return wrap.SignedBy(owner) ? Verdict.Ok : Verdict.Refused(Rule.A1, Refusal.Wrap);
    }

    /// <summary>Hub: whether a live session may still write under the newest manifest; else J4 or J5.</summary>
    public Verdict Standing(SessionId id)
    {
        if (!members.TryGet(id, out var session))
            return Verdict.Refused(Rule.J3, Refusal.Session);
        var rule = session.Standing(Manifests.Newest);
        return rule == Rule.None ? Verdict.Ok : Verdict.Refused(rule, rule == Rule.J4 ? Refusal.Cert : Refusal.Locked);
    }

    /// <summary>Hub: whether a live session acts for an owner of the newest manifest. Turning away who knocks is for those (Q4).</summary>
    public bool Owns(SessionId id) =>
        Standing(id).IsOk && members.TryGet(id, out var session) && session.Cert.Role == Role.Owner;

    /// <summary>N4: whether others start from snapshots that this session writes: its member is an owner or a keeper under the newest manifest.</summary>
    public bool Vouches(SessionId id) => members.TryGet(id, out var session) && Vouches(session.Cert, Manifests.Newest);

    /// <summary>Client, N4: whether one may start from a snapshot: also by who was an owner or a keeper when it was written, where the room may have forgotten the log.</summary>
    public bool Vouched(in RecordView snapshot) =>
        Vouches(snapshot.Session)
        || (
            Manifests.HasTrimmed
            && snapshot.Version < Manifests.Count
            && members.TryGet(snapshot.Session, out var session)
            && Vouches(session.Cert, Manifests[snapshot.Version])
        );

    private static bool Vouches(Cert cert, Manifest manifest) =>
        manifest.Keepers.Contains(cert.Member) || (cert.Role == Role.Owner && Admittance.RoleFits(cert, manifest));

    /// <summary>Hub: whether a live session may leave blobs here: as it may write to the tree (B3).</summary>
    public Verdict MayStore(SessionId id)
    {
        var standing = Standing(id);
        if (!standing.IsOk)
            return standing;
        members.TryGet(id, out var session);
        var may = Admittance.MaySend(Classes.Row(RecordClass.Tree), session!.Role, Manifests.Newest.Policy);
        return may == Refusal.None ? Verdict.Ok : Verdict.Refused(Rule.B3, may);
    }

    /// <summary>Hub: whether a live session may write records of runs (X2, X3).</summary>
    public bool MayRun(SessionId id) =>
        Standing(id).IsOk
        && members.TryGet(id, out var session)
        && Admittance.MaySend(Classes.Row(RecordClass.Run), session.Role, Manifests.Newest.Policy) == Refusal.None;

    /// <summary>Hub: whether a blob is here as a whole, so that a record may name it (B5).</summary>
    public bool HasBlob(BlobId blob) => blobs.Contains(blob);

    /// <summary>Whether a stream is no deleted file's, so that what its snapshot has is of use.</summary>
    public bool Lives(StreamId stream) => Fixed.Place(stream) != Streams.Files || Tree.IsLivingFile(stream.ToNode());

    /// <summary>Hub: a blob is whole now, or is no more.</summary>
    public void SetBlob(BlobId blob, bool whole)
    {
        revision++;
        if (whole)
            blobs.Add(blob);
        else
            blobs.Remove(blob);
    }

    /// <summary>Hub: opens a session (C1–C4, S1, S2, S4). The session it replaces is ended. <paramref name="origins"/> are the hashes of what the hub answers for.</summary>
    public Verdict Join(
        Cert cert,
        Session session,
        Digest challenge,
        IReadOnlyList<Digest> origins,
        out MemberSession? joined
    )
    {
        revision++;
        var verdict = members.Join(cert, session, challenge, origins, out joined);
        if (verdict.IsOk)
            Forget(session.Replaces);
        return verdict;
    }

    /// <summary>Client: hears of a session (S3), or of its liveness.</summary>
    public Verdict Meet(Cert cert, Session session, bool live)
    {
        revision++;
        return members.Meet(cert, session, live);
    }

    /// <summary>Hub, after loading a room: this member was admitted before and has written (C4).</summary>
    public void Recall(Cert cert) => members.Recall(cert);

    /// <summary>The session is over. The hub forgets it; a client keeps it, to judge what it wrote.</summary>
    public void EndSession(SessionId id)
    {
        revision++;
        members.End(id);
        if (Side == Side.Hub)
            Forget(id);
    }

    /// <summary>Client: whether another member than this one is here, by the hub's word.</summary>
    public bool HasOthers(MemberId own) => members.HasOthers(own);

    public bool TryGetSession(SessionId id, [NotNullWhen(true)] out MemberSession? session) =>
        members.TryGet(id, out session);

    /// <summary>
    /// Begins a stream at a position that was checked elsewhere: at the hub what it stored, at a client what a trusted snapshot covers.
    /// Without this a stream begins at head_0.
    /// </summary>
    public void Start(StreamId stream, ulong seq, Digest head, uint versionFloor)
    {
        revision++;
        streams[stream] = new StreamState(stream, Chain.Start(Room, stream, incarnation), seq, head, versionFloor);
    }

    /// <summary>Client: the last durable counter of a session in a stream that begins at a snapshot.</summary>
    public void StartCounter(StreamId stream, SessionId session, ulong counter) =>
        streams[stream].Count(session, counter);

    /// <summary>Client: whether the hub may begin a stream's log behind what was read of it (N6).</summary>
    public bool MaySkip(StreamId stream) => Manifests.HasTrimmed && stream != Fixed.Tree;

    /// <summary>Client: goes on at a snapshot that covers more than was read here, where all of that is in it (N6).</summary>
    /// <param name="tail">What a snapshot by an owner or a keeper says of that position; null: none that can be started from came.</param>
    /// <param name="version">Of the snapshot's own record: versions never fall (J2), also where what lies between is not seen.</param>
    public Verdict Overtake(StreamId stream, ulong seq, in Digest head, SnapshotTail? tail, uint version)
    {
        var before = Open(stream);
        if (before.Stopped)
            return Verdict.Alarm(Rule.J13);
        if (tail is null || !MaySkip(stream) || tail.VersionFloor < before.VersionFloor || version < tail.VersionFloor)
            return Stop(before, Rule.N6);
        var counters = tail.Counters.ToDictionary(counted => counted.Session, counted => counted.Counter);
        if (before.Counters.Any(known => counters.GetValueOrDefault(known.Key) < known.Value))
            return Stop(before, Rule.N6);
        Start(stream, seq, head, tail.VersionFloor);
        foreach (var (session, counter) in tail.Counters)
            StartCounter(stream, session, counter);
        return Verdict.Ok;
    }

    /// <summary>Hub: a stored record of the tree stream, judged when it was stored, and its author.</summary>
    public void ReplayTree(in RecordView record, MemberId author)
    {
        if (IsTree(record.Class) && TreeChange.TryRead(record.Class, record.Clear, out var change))
            Tree.Apply(change, author);
    }

    /// <summary>The newest position of a stream and its head.</summary>
    public (ulong Seq, Digest Head) HeadOf(StreamId stream) =>
        streams.TryGetValue(stream, out var state)
            ? (state.Heads.Seq, state.Heads.Head)
            : (0, Chain.Start(Room, stream, incarnation));

    /// <summary>The head at a position, if it is known and within the window of J10.</summary>
    public bool TryGetHead(StreamId stream, ulong seq, out Digest head)
    {
        if (streams.TryGetValue(stream, out var state))
            return state.Heads.TryGet(seq, out head);
        head = Chain.Start(Room, stream, incarnation);
        return seq == 0;
    }

    /// <summary>The counters and version floor that a snapshot of this stream carries.</summary>
    public (uint VersionFloor, IReadOnlyDictionary<SessionId, ulong> Counters) FloorOf(StreamId stream) =>
        streams.TryGetValue(stream, out var state)
            ? (state.VersionFloor, state.Counters)
            : (0, ReadOnlyDictionary<SessionId, ulong>.Empty);

    /// <summary>Hub: J1–J10 of a record that a connection sends. Changes nothing.</summary>
    /// <param name="sender">The session that this connection holds.</param>
    /// <param name="durable">Whether it was sent to be appended, or to be relayed.</param>
    public Verdict Judge(in RecordView record, SessionId sender, bool durable, out Judged judged)
    {
        var clauses = new Clauses(this, Side, durable);
        var verdict = clauses.Judge(record, sender);
        judged = verdict.IsOk ? clauses.Passed(record, revision) : default;
        return verdict;
    }

    /// <summary>Hub: gives a judged record its place, or refuses it by J11. <paramref name="head"/> is the stream's new head; unchanged of an ephemeral record.</summary>
    /// <param name="signatureHolds">What <see cref="Judged.Verify"/> said of this very record.</param>
    /// <exception cref="InvalidOperationException">The state has moved since the record was judged, or another record was: judge again.</exception>
    public Verdict Accept(
        in Judged judged,
        in RecordView record,
        bool signatureHolds,
        ulong serverTime,
        out Digest head
    )
    {
        if (
            judged.Session is null
            || judged.Revision != revision
            || judged.Counter != record.Counter
            || judged.Session.Id != record.Session
        )
            throw new InvalidOperationException("This record was not judged in this state: judge it again.");
        head = default;
        if (judged.IsSigned && !signatureHolds)
            return Verdict.Refused(Rule.J11, Refusal.Signature);
        Apply(judged, record, serverTime);
        head = judged.Stream?.Heads.Head ?? default;
        return Verdict.Ok;
    }

    /// <summary>
    /// Client: the next position of a stream. Ok: apply it, if its content opens (J12). Void: the chain went on and nothing else did (J13). Wait:
    /// nothing happened; come again. Alarm: the stream has stopped.
    /// </summary>
    /// <param name="signatureHolds">Whether the author's key verifies it; false where the author is not known yet.</param>
    public Verdict Position(ulong seq, ulong serverTime, in RecordView record, bool signatureHolds, out Digest head)
    {
        head = default;
        var stream = Open(record.Stream);
        if (stream.Stopped)
            return Verdict.Alarm(Rule.J13);
        if (seq != stream.Heads.Seq + 1)
            return Stop(stream, Rule.J14);
        if (stream.Seen is { } seen && seen.Seq == seq && seen.Head != HeadAfter(stream, serverTime, record))
            return Stop(stream, Rule.J16);
        var clauses = new Clauses(this, Side, durable: true);
        var verdict = clauses.Judge(record, record.Session);
        if (verdict.Outcome == Outcome.Wait)
            return verdict;
        if (verdict.Outcome == Outcome.Alarm)
            return Stop(stream, verdict.Rule);
        if (verdict.IsOk && !signatureHolds && Classes.Row(record.Class).Signed)
            verdict = Verdict.Void(Rule.J11, Refusal.Signature);
        if (verdict.IsOk)
            Apply(clauses.Passed(record, revision), record, serverTime);
        else
            stream.Heads.Push(HeadAfter(stream, serverTime, record));
        head = stream.Heads.Head;
        return verdict;
    }

    /// <summary>Client: an ephemeral record. Only Ok is to be opened.</summary>
    public Verdict Relay(in RecordView record, bool signatureHolds)
    {
        var clauses = new Clauses(this, Side, durable: false);
        var verdict = clauses.Judge(record, record.Session);
        if (verdict.IsOk && !signatureHolds && Classes.Row(record.Class).Signed)
            verdict = Verdict.Void(Rule.J11, Refusal.Signature);
        if (verdict.IsOk)
            Apply(clauses.Passed(record, revision), record, 0);
        return verdict;
    }

    /// <summary>Client: the hub, or a member's pulse, says what the head is at a position (J14, P2). Ok also where that is not known here, or not any more.</summary>
    public Verdict Claim(StreamId stream, ulong seq, in Digest head)
    {
        if (Find(stream) is not { } state || !state.Heads.TryGet(seq, out var own) || own == head)
            return Verdict.Ok;
        return Stop(state, Rule.J14);
    }

    /// <summary>
    /// Client: it has seen this position and head of the stream before, and holds the hub to it, which says that the log ends at
    /// <paramref name="endsAt"/> (J16). What lies before the stream's base here is not judged.
    /// </summary>
    public Verdict HoldTo(StreamId stream, ulong seq, in Digest head, ulong endsAt)
    {
        var state = Open(stream);
        if (endsAt < seq || (state.Heads.TryGet(seq, out var own) && own != head))
            return Stop(state, Rule.J16);
        if (seq > state.Heads.Seq)
            state.Seen = (seq, head);
        return Verdict.Ok;
    }

    /// <summary>
    /// Client: an ack of its own record, which stands for its delivery (W5). Believed only if the chain over these bytes comes to the acked head
    /// (J15); a repeated one, if the chain holds these bytes there.
    /// </summary>
    public Verdict Acked(in RecordView own, ulong seq, ulong serverTime, in Digest head)
    {
        var stream = Open(own.Stream);
        if (stream.Stopped)
            return Verdict.Alarm(Rule.J13);
        if (seq > stream.Heads.Seq + 1)
            return Stop(stream, Rule.J14);
        var known = stream.Heads.TryGet(seq - 1, out var before);
        if (!known || Chain.Next(before, seq, serverTime, own.Hash()) != head)
            return Stop(stream, Rule.J15);
        if (seq == stream.Heads.Seq + 1)
            return Position(seq, serverTime, own, signatureHolds: true, out _);
        return stream.Heads.TryGet(seq, out var held) && held == head ? Verdict.Ok : Stop(stream, Rule.J15);
    }

    /// <summary>Whether an alarm has stopped a stream.</summary>
    public bool IsStopped(StreamId stream) => streams.TryGetValue(stream, out var state) && state.Stopped;

    public void Dispose() => members.Dispose();

    internal StreamState? Find(StreamId stream) => streams.GetValueOrDefault(stream);

    internal StreamState New(StreamId stream)
    {
        var start = Chain.Start(Room, stream, incarnation);
        return new StreamState(stream, start, 0, start, 0);
    }

    private StreamState Open(StreamId stream)
    {
        if (!streams.TryGetValue(stream, out var state))
            streams.Add(stream, state = New(stream));
        return state;
    }

    private void Apply(in Judged judged, in RecordView record, ulong serverTime)
    {
        revision++;
        if (judged.Stream is not { } stream)
        {
            judged.Session.CountEphemeral(judged.Class, judged.Counter);
            return;
        }
        streams.TryAdd(stream.Id, stream);
        stream.Heads.Push(HeadAfter(stream, serverTime, record));
        stream.Count(judged.Session.Id, judged.Counter);
        judged.Session.HasWritten = true;
        stream.VersionFloor = record.Version;
        if (IsTree(judged.Class) && TreeChange.TryRead(judged.Class, record.Clear, out var change))
            Tree.Apply(change, judged.Session.Member);
    }

    private bool IsNewest(uint version) => version == Manifests.Newest.Version;

    private void Forget(SessionId id)
    {
        if (!members.TryGet(id, out var session) || session.Live)
            return;
        members.Forget(id);
        foreach (var stream in streams.Values)
            stream.Forget(id);
    }

    private static Digest HeadAfter(StreamState stream, ulong serverTime, in RecordView record) =>
        Chain.Next(stream.Heads.Head, stream.Heads.Seq + 1, serverTime, record.Hash());

    private static Verdict Stop(StreamState stream, Rule rule)
    {
        stream.Stopped = true;
        return Verdict.Alarm(rule);
    }

    private static bool IsTree(RecordClass value) => value is RecordClass.Tree or RecordClass.Delete;
}
