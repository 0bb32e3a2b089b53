using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Tests.Worlds;

/// <summary>
/// A room and its people, made of one seed: the same seed gives the same bytes, signatures of <see cref="Deterministic"/> worlds included. Everything
/// valid by default; a test bends one thing.
/// </summary>
internal sealed class World : IDisposable
{
    public const string Origin = "https://code.example:8443";
    private readonly Dice dice;
    private readonly bool deterministic;

    public World(ulong seed = 1, bool deterministic = false)
    {
        dice = new Dice(seed);
        this.deterministic = deterministic;
        Owner = NewKey();
        OwnerDh = NewKey();
        AdmissionEditor = NewKey();
        AdmissionViewer = NewKey();
        Genesis = Genesis.Of(Owner.Public, OwnerDh.Public, dice.Bytes(16));
        Incarnation = IncarnationId.Read(dice.Bytes(16));
        EpochKey = dice.Bytes(32);
        Streams = new FixedStreams(Genesis.Room);
        First = new ManifestDraft
        {
            Room = Genesis.Room,
            Version = 0,
            PrevHash = Genesis.Hash0,
            Epoch = 0,
            EpochKeyHash = Rooms.EpochKey.HashOf(EpochKey),
            PrevEpochKey = [],
            Title = Rooms.EpochKey.SealTitle(Genesis.Room, 0, EpochKey, "A room", dice.Bytes(12)),
            Owners = [new OwnerKeys(Owner.Public.ToArray(), OwnerDh.Public.ToArray())],
            AdmissionEditor = AdmissionEditor.Public.ToArray(),
            AdmissionViewer = AdmissionViewer.Public.ToArray(),
        };
        Challenge = Digest.Read(dice.Bytes(32));
        Manifest0 = Manifest(First);
    }

    public Manifest Manifest0 { get; }
    public SigningKey Owner { get; }
    public SigningKey OwnerDh { get; }
    public SigningKey AdmissionEditor { get; }
    public SigningKey AdmissionViewer { get; }
    public Genesis Genesis { get; }
    public IncarnationId Incarnation { get; }
    public byte[] EpochKey { get; }
    public FixedStreams Streams { get; }
    public ManifestDraft First { get; }
    public Digest Challenge { get; }
    public static Digest OriginHash => Rooms.Session.HashOrigin(Origin);

    public SigningKey NewKey()
    {
        var scalar = dice.Bytes(32);
        scalar[0] &= 0x7f;
        return SigningKey.FromScalar(scalar);
    }

    public byte[] Random(int count) => dice.Bytes(count);

    public byte[] Sign(SigningKey key, string label, byte[] body) =>
        deterministic ? Rfc6979.Sign(key, label, body) : key.Sign(System.Text.Encoding.ASCII.GetBytes(label), body);

    public Manifest Manifest(ManifestDraft draft, SigningKey? signer = null, byte number = 0)
    {
        var body = draft.Body(number);
        byte[] bytes = [.. body, .. Sign(signer ?? Owner, "manifest", body)];
        Assert.True(Rooms.Manifest.TryParse(bytes, out var manifest, out var error), error.ToString());
        return manifest;
    }

    /// <summary>The version after, bent by <paramref name="change"/>.</summary>
    public Manifest After(
        Manifest before,
        Func<ManifestDraft, ManifestDraft>? change = null,
        SigningKey? signer = null,
        byte number = 0
    )
    {
        var draft = before.Draft with { Version = before.Version + 1, PrevHash = before.Hash };
        return Manifest(change is null ? draft : change(draft), signer, number);
    }

    public Cert Cert(SigningKey member, Role role, SigningKey? issuer = null, byte issuerNumber = 0, uint epoch = 0)
    {
        var body = Rooms.Cert.Body(Genesis.Room, epoch, role, member.Public, OwnerDh.Public, issuerNumber);
        issuer ??= role == Role.Editor ? AdmissionEditor : AdmissionViewer;
        byte[] bytes = [.. body, .. Sign(issuer, "cert", body)];
        Assert.True(Rooms.Cert.TryParse(bytes, out var cert, out var error), error.ToString());
        return cert;
    }

    public Session Session(
        SigningKey member,
        Cert cert,
        SessionId replaces = default,
        Digest? challenge = null,
        string origin = Origin
    )
    {
        var body = Rooms.Session.Body(
            cert,
            dice.Bytes(16),
            replaces,
            challenge ?? Challenge,
            Rooms.Session.HashOrigin(origin)
        );
        byte[] bytes = [.. body, .. Sign(member, "session", body)];
        Assert.True(Rooms.Session.TryParse(bytes, out var session, out var error), error.ToString());
        return session;
    }

    public Person Person(Role role)
    {
        var key = role == Role.Owner ? Owner : NewKey();
        var cert = role == Role.Owner ? Cert(key, role, Owner, 1) : Cert(key, role);
        return new Person(key, cert, Session(key, cert));
    }

    /// <summary>A room of one manifest, judged from one side, with these people in it.</summary>
    public RoomState Room(Side side, params ReadOnlySpan<Person> people)
    {
        var room = new RoomState(Genesis, Incarnation, side);
        Assert.True(room.AddManifest(Manifest0).IsOk);
        foreach (var person in people)
            Enter(room, person);
        return room;
    }

    public void Enter(RoomState room, Person person)
    {
        var verdict =
            room.Side == Side.Hub
                ? room.Join(person.Cert, person.Session, Challenge, [OriginHash], out _)
                : room.Meet(person.Cert, person.Session, live: true);
        Assert.True(verdict.IsOk, verdict.ToString());
    }

    /// <summary>A record sealed by someone, with what a well-behaved client of this room would put in its header; bend any of it.</summary>
    public byte[] Record(
        RoomState room,
        Person author,
        RecordClass recordClass,
        StreamId stream,
        ulong counter,
        byte[]? clear = null,
        byte[]? payload = null,
        Func<RecordHeader, RecordHeader>? bend = null,
        SigningKey? signer = null
    )
    {
        var manifest = room.Manifests.Newest;
        var seen = Classes.Row(recordClass).Durable
            ? room.HeadOf(stream)
            : (Seq: 0UL, Head: Chain.Start(Genesis.Room, stream, Incarnation));
        var header = new RecordHeader(
            recordClass,
            manifest.Version,
            Genesis.Room,
            stream,
            author.Session.Id,
            counter,
            seen.Seq,
            Chain.Seen(seen.Head, manifest.Hash)
        );
        header = bend is null ? header : bend(header);
        using var sealer = new RecordSealer(
            EpochKey,
            author.Session.Id,
            header.Class,
            header.Stream,
            author.Cert.Member
        );
        var size = sealer.Size(clear?.Length ?? 0, payload?.Length ?? 0);
        var record = new byte[size];
        var body = Classes.Row(header.Class).Signed ? size - RecordView.SignatureBytes : size;
        sealer.SealUnsigned(header, clear, payload, record.AsSpan(0, body));
        if (body < size)
            Sign(signer ?? author.Key, "record", record[..body]).CopyTo(record, body);
        return record;
    }

    public void Dispose()
    {
        Owner.Dispose();
        OwnerDh.Dispose();
        AdmissionEditor.Dispose();
        AdmissionViewer.Dispose();
    }
}

/// <summary>Somebody with a key, a certificate and a session.</summary>
internal sealed record Person(SigningKey Key, Cert Cert, Session Session)
{
    public SessionId Id => Session.Id;
}
