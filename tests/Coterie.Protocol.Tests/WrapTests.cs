using System.Security.Cryptography;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Tests.Worlds;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Tests;

/// <summary>Keys that an owner gives to a member (A1, A2): what is not quite right is not believed.</summary>
public sealed class WrapTests : IDisposable
{
    private readonly World world = new(7);
    private readonly DhKey dh = DhKey.Create();
    private readonly SigningKey member = SigningKey.Create();
    private readonly byte[] link = RandomNumberGenerator.GetBytes(32);

    public void Dispose()
    {
        world.Dispose();
        dh.Dispose();
        member.Dispose();
    }

    [Fact]
    public void A2_the_keys_of_a_role_open_for_their_member_alone()
    {
        var wrap = RoleWrap(new RoleKeys(Role.Viewer, world.EpochKey, world.AdmissionViewer.ToScalar(), link));
        Assert.True(wrap.TryOpen(world.Manifest0, dh, out var opened));
        Assert.Equal(world.EpochKey, opened.EpochKey);
        Assert.Equal(Role.Viewer, opened.Role);
        Assert.Equal(link, opened.LinkSecret);
        Assert.Equal(world.AdmissionViewer.Public.ToArray(), opened.Admission!.Public.ToArray());
        Assert.Null(opened.Cert);
        using var stranger = DhKey.Create();
        Assert.False(wrap.TryOpen(world.Manifest0, stranger, out _));
    }

    [Fact]
    public void A2_keys_that_are_not_the_manifests_are_not_believed()
    {
        var foreign = RandomNumberGenerator.GetBytes(32);
        using var other = SigningKey.Create();
        var (key, scalar) = (world.EpochKey, world.AdmissionViewer.ToScalar());
        Assert.False(Opens(RoleWrap(new RoleKeys(Role.Viewer, foreign, scalar, link))));
        Assert.False(Opens(RoleWrap(new RoleKeys(Role.Viewer, key, other.ToScalar(), link))));
        Assert.False(Opens(RoleWrap(new RoleKeys(Role.Editor, key, scalar, link))));
        Assert.False(Opens(RoleWrap(new RoleKeys(Role.Owner, key, scalar, link))));
        Assert.False(Opens(RoleWrap(new RoleKeys(Role.Viewer, key, new byte[32], link))));
        Assert.True(Opens(PlaceWrap(key, CertOf(Role.Editor, 1, world.Owner))));
        Assert.False(Opens(PlaceWrap(foreign, CertOf(Role.Editor, 1, world.Owner))));
        Assert.False(Opens(PlaceWrap(key, CertOf(Role.Editor, 1, other)))); // signed by no owner
        Assert.False(Opens(PlaceWrap(key, CertOf(Role.Editor, 2, world.Owner)))); // there is no second owner
        Assert.False(Opens(PlaceWrap(key, CertOf(Role.Viewer, 0, world.AdmissionViewer)))); // an admission key's, not an owner's
        Assert.False(Opens(PlaceWrap(key, CertOf(Role.Editor, 1, world.Owner, epoch: 1))));
        Assert.False(Opens(PlaceWrap(key, CertOf(Role.Owner, 1, world.Owner)))); // C2
    }

    [Fact]
    public void A1_keys_count_only_by_an_owners_signature_under_the_newest_version()
    {
        using var hub = world.Room(Side.Hub);
        using var client = world.Room(Side.Client);
        var keys = new RoleKeys(Role.Viewer, world.EpochKey, world.AdmissionViewer.ToScalar(), link);
        var right = RoleWrap(keys);
        Assert.Equal(Verdict.Ok, hub.Judge(right));
        Assert.Equal(Verdict.Ok, client.Judge(right));
        Assert.Equal(Verdict.Refused(Rule.A1, Refusal.Wrap), hub.Judge(RoleWrap(keys, signer: world.AdmissionViewer)));
        Assert.Equal(Verdict.Refused(Rule.A1, Refusal.Wrap), hub.Judge(RoleWrap(keys, number: 1)));
        Assert.Equal(Verdict.Refused(Rule.A1, Refusal.Version), hub.Judge(RoleWrap(keys, version: 1)));
        Assert.Equal(Verdict.Wait(Rule.A1, Refusal.Version), client.Judge(RoleWrap(keys, version: 1)));
        var bent = right.Encoded.ToArray();
        bent[60] ^= 1;
        if (Wrap.TryParse(bent, out var parsed, out _))
            Assert.Equal(Verdict.Refused(Rule.A1, Refusal.Wrap), hub.Judge(parsed));
        Assert.True(hub.AddManifest(world.After(world.Manifest0, draft => draft)).IsOk);
        Assert.True(client.AddManifest(world.After(world.Manifest0, draft => draft)).IsOk);
        Assert.Equal(Verdict.Refused(Rule.A1, Refusal.Version), hub.Judge(right));
        Assert.Equal(Verdict.Ok, client.Judge(right)); // the same epoch
    }

    private bool Opens(Wrap wrap) => wrap.TryOpen(world.Manifest0, dh, out _);

    private Wrap RoleWrap(RoleKeys keys, uint version = 0, byte number = 0, SigningKey? signer = null) =>
        Wrap.Seal(
            world.Genesis.Room,
            version,
            Cert.MemberOf(member.Public),
            dh.Public,
            keys,
            number,
            signer ?? world.Owner
        );

    private Wrap PlaceWrap(byte[] key, Cert cert) => Wrap.Seal(world.Genesis.Room, 0, key, cert, 0, world.Owner);

    private Cert CertOf(Role role, byte issuer, SigningKey by, uint epoch = 0) =>
        Cert.Issue(by, world.Genesis.Room, epoch, role, member.Public, dh.Public, issuer);
}
