using System.Security.Cryptography;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;

namespace Coterie.Hub.Tests.World;

/// <summary>Everything that the maker of a room knows. Valid by default; a test bends one thing.</summary>
internal sealed class TestRoom
{
    public const string Origin = "https://code.example:8443";

    /// <param name="guests">Of further doors by link alone, for viewers: ids 2, 3 …; each a way in of its own.</param>
    /// <param name="trims">Whether what a snapshot covers is forgotten.</param>
    public TestRoom(bool withDoor = true, int guests = 0, bool trims = false)
    {
        Genesis = Genesis.Of(Owner.Public, OwnerDh.Public, RandomNumberGenerator.GetBytes(16));
        Streams = new FixedStreams(Genesis.Room);
        for (byte id = 1; withDoor && id <= 1 + guests; id++)
        {
            var keys = DoorKeys.Derive(Genesis.Room, id, Needs.Link, RandomNumberGenerator.GetBytes(32), default);
            var role = id == 1 ? Role.Editor : Role.Viewer;
            Doors.Add(
                Door.Seal(
                    Genesis.Room,
                    new DoorSign(id, role, Needs.Link),
                    0,
                    keys,
                    EpochKey,
                    (role == Role.Editor ? Editors : Viewers).ToScalar(),
                    RandomNumberGenerator.GetBytes(12)
                )
            );
            Access.Add(keys.Access);
        }
        Newest = Sign(
            new ManifestDraft
            {
                Room = Genesis.Room,
                Version = 0,
                PrevHash = Genesis.Hash0,
                Epoch = 0,
                EpochKeyHash = Protocol.Rooms.EpochKey.HashOf(EpochKey),
                PrevEpochKey = [],
                Trims = trims,
                Title = Protocol.Rooms.EpochKey.SealTitle(
                    Genesis.Room,
                    0,
                    EpochKey,
                    "A room",
                    RandomNumberGenerator.GetBytes(12)
                ),
                Owners = [new OwnerKeys(Owner.Public.ToArray(), OwnerDh.Public.ToArray())],
                AdmissionEditor = Editors.Public.ToArray(),
                AdmissionViewer = Viewers.Public.ToArray(),
                Doors =
                [
                    .. Doors.Select(door => new DoorEntry(new DoorSign(door.Id, door.Role, door.Needs), door.Hash())),
                ],
            }
        );
        Manifests.Add(Newest);
    }

    public SigningKey Owner { get; } = SigningKey.Create();
    public SigningKey OwnerDh { get; } = SigningKey.Create();
    public SigningKey Editors { get; } = SigningKey.Create();
    public SigningKey Viewers { get; } = SigningKey.Create();
    public byte[] EpochKey { get; } = RandomNumberGenerator.GetBytes(32);
    public Genesis Genesis { get; }
    public RoomId Id => Genesis.Room;
    public FixedStreams Streams { get; }
    public List<Door> Doors { get; } = [];

    /// <summary>What opens each door.</summary>
    public List<byte[]> Access { get; } = [];
    public Manifest Newest { get; private set; }
    public List<Manifest> Manifests { get; } = [];

    public Manifest Sign(ManifestDraft draft, SigningKey? signer = null, byte number = 0)
    {
        var body = draft.Body(number);
        byte[] bytes = [.. body, .. (signer ?? Owner).Sign("manifest"u8, body)];
        Assert.True(Manifest.TryParse(bytes, out var manifest, out var error), error.ToString());
        return manifest;
    }

    /// <summary>The version after the newest, bent; not yet taken as the newest.</summary>
    public Manifest Next(Func<ManifestDraft, ManifestDraft>? change = null, SigningKey? signer = null)
    {
        var draft = Newest.Draft with { Version = Newest.Version + 1, PrevHash = Newest.Hash };
        return Sign(change is null ? draft : change(draft), signer);
    }

    public void Take(Manifest manifest)
    {
        Newest = manifest;
        Manifests.Add(manifest);
    }

    public Cert Certify(
        SigningKey member,
        Role role,
        SigningKey? issuer = null,
        byte? number = null,
        uint epoch = 0,
        RoomId? room = null
    ) =>
        Cert.Issue(
            issuer
                ?? (
                    role == Role.Owner ? Owner
                    : role == Role.Editor ? Editors
                    : Viewers
                ),
            room ?? Id,
            epoch,
            role,
            member.Public,
            OwnerDh.Public,
            number ?? (byte)(role == Role.Owner ? 1 : 0)
        );
}
