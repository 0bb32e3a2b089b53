using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Tests.Worlds;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Tests;

/// <summary>C1–C4 and S1–S4: papers that admit, and for each clause papers that differ in one thing.</summary>
public sealed class MembershipTests : IDisposable
{
    private readonly World world = new();
    private readonly World other = new(2);
    private readonly SigningKey key;
    private readonly RoomState hub;
    private readonly RoomState client;

    public MembershipTests()
    {
        key = world.NewKey();
        hub = world.Room(Side.Hub);
        client = world.Room(Side.Client);
    }

    [Theory]
    [InlineData("another room")]
    [InlineData("an epoch before")]
    [InlineData("the viewers' key for an editor")]
    [InlineData("a stranger's signature")]
    [InlineData("an owner who is none")]
    [InlineData("an owner's signature under the admission key's number")]
    public void C1_a_certificate_is_of_this_room_and_epoch_and_its_issuer_s(string bent)
    {
        var next = world.After(hub.Manifests.Newest, d => d with { Epoch = 1, PrevEpochKey = new byte[60] });
        Assert.True(hub.AddManifest(next).IsOk);
        Assert.True(client.AddManifest(next).IsOk);
        Cert Of(SigningKey issuer, byte number = 0, uint epoch = 1) =>
            world.Cert(key, Role.Editor, issuer, number, epoch);
        var cert = bent switch
        {
            "another room" => other.Cert(key, Role.Editor, world.AdmissionEditor, 0, 1),
            "an epoch before" => Of(world.AdmissionEditor, 0, 0),
            "the viewers' key for an editor" => Of(world.AdmissionViewer),
            "a stranger's signature" => Of(key),
            "an owner who is none" => Of(world.Owner, 2),
            _ => Of(world.Owner, 0),
        };
        Assert.Equal(Verdict.Refused(Rule.C1, Refusal.Cert), Join(cert));
        if (bent != "an epoch before") // a client keeps those of earlier epochs, to judge what they wrote then
            Assert.Equal(Verdict.Refused(Rule.C1, Refusal.Cert), client.Meet(cert, world.Session(key, cert), true));
        foreach (var good in new[] { Of(world.AdmissionEditor), Of(world.Owner, 1) })
        {
            Assert.Equal(Verdict.Ok, Join(good));
            Assert.Equal(Verdict.Ok, client.Meet(good, world.Session(key, good), true));
        }
    }

    [Fact]
    public void C1_a_client_keeps_an_owner_s_certificate_while_any_manifest_of_its_epoch_has_that_owner()
    {
        var cert = world.Cert(key, Role.Editor, world.Owner, 1);
        var session = world.Session(key, cert);
        var chat = world.Record(
            client,
            new Person(key, cert, session),
            RecordClass.Chat,
            world.Streams.Chat,
            1,
            [0],
            [1]
        );
        Assert.True(RecordView.TryParse(chat, out var before, out _));
        using var heir = world.NewKey();
        var heirs = new OwnerKeys(heir.Public.ToArray(), heir.Public.ToArray());
        Assert.True(client.AddManifest(world.After(client.Manifests.Newest, d => d with { Owners = [heirs] })).IsOk);
        Assert.Equal(Verdict.Ok, client.Meet(cert, session, live: false));
        Assert.Equal(Verdict.Ok, client.Position(1, 1, before, true, out _)); // under version 0 the owner still stood
        var later = world.Record(
            client,
            new Person(key, cert, session),
            RecordClass.Chat,
            world.Streams.Chat,
            2,
            [0],
            [1]
        );
        Assert.True(RecordView.TryParse(later, out var after, out _));
        Assert.Equal(Verdict.Void(Rule.J4, Refusal.Cert), client.Position(2, 1, after, true, out _));
    }

    [Fact]
    public void C2_owner_is_who_stands_among_the_owners_and_nobody_else()
    {
        var refused = Verdict.Refused(Rule.C2, Refusal.Cert);
        Assert.Equal(refused, Join(world.Cert(key, Role.Owner, world.Owner, 1)));
        Assert.Equal(Verdict.Ok, Join(world.Cert(key, Role.Editor, world.Owner, 1)));
        Assert.Equal(refused, Join(world.Cert(world.Owner, Role.Editor), world.Owner));
        Assert.Equal(Verdict.Ok, Join(world.Cert(world.Owner, Role.Owner, world.Owner, 1), world.Owner));
    }

    [Fact]
    public void C3_a_locked_room_admits_who_is_listed_and_owners()
    {
        var cert = world.Cert(key, Role.Editor);
        const Admissions locked = Admissions.Open | Admissions.Locked;
        Assert.True(hub.AddManifest(world.After(hub.Manifests.Newest, d => d with { Admissions = locked })).IsOk);
        Assert.Equal(Verdict.Refused(Rule.C3, Refusal.Locked), Join(cert));
        Assert.Equal(Verdict.Ok, Join(world.Cert(world.Owner, Role.Owner, world.Owner, 1), world.Owner));
        Assert.True(hub.AddManifest(world.After(hub.Manifests.Newest, d => d with { Locked = [cert.Member] })).IsOk);
        Assert.Equal(Verdict.Ok, Join(cert));
    }

    [Fact]
    public void C4_where_admission_is_closed_only_an_owner_admits_anybody_new()
    {
        using var known = world.NewKey();
        using var recalled = world.NewKey();
        Assert.Equal(Verdict.Ok, Join(world.Cert(known, Role.Editor), known));
        hub.Recall(world.Cert(recalled, Role.Editor));
        Assert.True(hub.AddManifest(world.After(hub.Manifests.Newest, d => d with { Admissions = default })).IsOk);
        Assert.Equal(Verdict.Refused(Rule.C4, Refusal.Cert), Join(world.Cert(key, Role.Editor)));
        Assert.Equal(Verdict.Ok, Join(world.Cert(known, Role.Editor), known));
        Assert.Equal(Verdict.Ok, Join(world.Cert(recalled, Role.Editor), recalled));
        Assert.Equal(Verdict.Ok, Join(world.Cert(key, Role.Editor, world.Owner, 1)));
    }

    [Fact]
    public void C4_of_those_who_left_only_who_has_written_is_known()
    {
        var writer = world.Person(Role.Editor);
        var reader = world.Person(Role.Editor);
        using var members = world.Room(Side.Client, writer);
        world.Enter(hub, writer);
        world.Enter(hub, reader);
        var chat = world.Record(members, writer, RecordClass.Chat, world.Streams.Chat, 1, [0], [1]);
        Assert.True(RecordView.TryParse(chat, out var record, out _));
        Assert.True(hub.Judge(record, writer.Id, durable: true, out var judged).IsOk);
        Assert.True(hub.Accept(judged, record, judged.Verify(record), 1, out _).IsOk);
        hub.EndSession(writer.Id);
        hub.EndSession(reader.Id);
        Assert.True(hub.AddManifest(world.After(hub.Manifests.Newest, d => d with { Admissions = default })).IsOk);
        Assert.Equal(Verdict.Ok, Join(writer.Cert, writer.Key));
        Assert.Equal(Verdict.Refused(Rule.C4, Refusal.Cert), Join(reader.Cert, reader.Key));
    }

    [Theory]
    [InlineData("another signer", Refusal.Session)]
    [InlineData("another certificate", Refusal.Session)]
    [InlineData("another member's certificate", Refusal.Session)]
    [InlineData("another connection's challenge", Refusal.Session)]
    [InlineData("another origin", Refusal.Origin)]
    public void S1_a_session_is_its_member_s_for_this_certificate_connection_and_origin(string bent, Refusal code)
    {
        var cert = world.Cert(key, Role.Editor);
        var session = bent switch
        {
            "another signer" => world.Session(world.Owner, cert),
            "another certificate" => world.Session(key, world.Cert(key, Role.Viewer)),
            "another member's certificate" => world.Person(Role.Editor).Session,
            "another connection's challenge" => world.Session(key, cert, challenge: world.Genesis.Hash0),
            _ => world.Session(key, cert, origin: "https://evil.example"),
        };
        Assert.Equal(
            Verdict.Refused(Rule.S1, code),
            hub.Join(cert, session, world.Challenge, [World.OriginHash], out _)
        );
        Assert.Equal(Verdict.Ok, Join(cert));
    }

    [Fact]
    public void S1_a_session_opens_once()
    {
        var cert = world.Cert(key, Role.Editor);
        var session = world.Session(key, cert);
        Verdict Again() => hub.Join(cert, session, world.Challenge, [World.OriginHash], out _);
        Assert.Equal(Verdict.Ok, Again());
        Assert.Equal(Verdict.Refused(Rule.S1, Refusal.Session), Again());
    }

    [Fact]
    public void S2_a_session_that_the_hub_does_not_know_any_more_is_as_good_as_none()
    {
        var cert = world.Cert(key, Role.Editor);
        using var stranger = world.NewKey();
        var theirs = world.Cert(stranger, Role.Editor);
        Assert.Equal(Verdict.Ok, Join(cert, replaces: SessionId.Read(world.Random(16))));
        var ended = world.Session(key, cert);
        Assert.Equal(Verdict.Ok, hub.Join(cert, ended, world.Challenge, [World.OriginHash], out _));
        Assert.Equal(Verdict.Refused(Rule.S2, Refusal.Session), Join(theirs, stranger, ended.Id));
        hub.EndSession(ended.Id);
        Assert.Equal(Verdict.Ok, Join(theirs, stranger, ended.Id));
    }

    [Fact]
    public void S3_a_client_keeps_a_session_whose_papers_hold_and_match()
    {
        var cert = world.Cert(key, Role.Editor);
        var session = world.Session(key, cert);
        var refused = Verdict.Refused(Rule.S3, Refusal.Session);
        Assert.Equal(refused, client.Meet(cert, world.Session(world.Owner, cert), true));
        Assert.Equal(refused, client.Meet(world.Cert(key, Role.Viewer), session, true));
        Assert.Equal(refused, client.Meet(world.Cert(key, Role.Editor, world.Owner), session, true)); // nor did an issuer sign it
        Assert.Equal(refused, client.Meet(world.Cert(key, Role.Editor, epoch: 9), session, true)); // nor is its epoch known
        Assert.False(client.TryGetSession(session.Id, out _));
        Assert.Equal(Verdict.Ok, client.Meet(cert, session, live: false));
        Assert.True(client.TryGetSession(session.Id, out var met) && !met.Live);
        Assert.Equal(Verdict.Ok, client.Meet(cert, session, live: true));
        Assert.True(met.Live);
    }

    [Fact]
    public void S4_L1_a_room_holds_64_live_sessions_and_not_one_more()
    {
        for (var count = 0; count < Limits.MaxSessionsPerRoom; count++)
            world.Enter(hub, world.Person(Role.Viewer));
        var cert = world.Cert(key, Role.Editor);
        var session = world.Session(key, cert);
        Verdict Enter() => hub.Join(cert, session, world.Challenge, [World.OriginHash], out _);
        Assert.Equal(Verdict.Refused(Rule.S4, Refusal.RoomFull), Enter());
        using var smaller = world.Room(Side.Hub);
        Assert.Equal(Verdict.Ok, smaller.Join(cert, session, world.Challenge, [World.OriginHash], out _));
    }

    public void Dispose()
    {
        client.Dispose();
        hub.Dispose();
        key.Dispose();
        other.Dispose();
        world.Dispose();
    }

    private Verdict Join(Cert cert, SigningKey? member = null, SessionId replaces = default) =>
        hub.Join(cert, world.Session(member ?? key, cert, replaces), world.Challenge, [World.OriginHash], out _);
}
