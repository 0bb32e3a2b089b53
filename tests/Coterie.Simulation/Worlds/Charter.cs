using Coterie.Client;
using Coterie.Client.Founding;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Simulation.Worlds;

/// <summary>A manifest that an owner made, and what goes with it: new doors, and keys for who stays.</summary>
internal sealed record Decree(
    Manifest Manifest,
    IReadOnlyList<byte[]> Doors,
    IReadOnlyList<byte[]> Wraps,
    Secrets Secrets
)
{
    public byte[] Encode()
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        ManifestChange.Write(output, Manifest.Encoded, Doors, Wraps);
        return output.WrittenSpan.ToArray();
    }
}

/// <summary>What makes an epoch, known to its owners.</summary>
internal sealed record Secrets(byte[] EpochKey, SigningKey? Editors, SigningKey? Viewers, byte[]? LinkSecret)
{
    public Digest Hash { get; } = Protocol.Rooms.EpochKey.HashOf(EpochKey);
}

/// <summary>What owners know and do: the room's secrets, and manifests made from the newest one. The member in C# does not decree; here its owner does.</summary>
internal sealed class Charter(World world, FoundedRoom founded)
{
    private const byte EditorDoor = 1;
    private const byte ViewerDoor = 2;
    private readonly Dictionary<Digest, Secrets> secrets = new()
    {
        [EpochKey.HashOf(founded.EpochKey)] = new Secrets(founded.EpochKey, null, null, null),
    };

    public Secrets Of(Manifest manifest) => secrets[manifest.EpochKeyHash];

    /// <summary>A link of this epoch.</summary>
    public LinkEntry Invite(Manifest manifest, Role role)
    {
        if (Of(manifest).LinkSecret is not { } secret)
            return new LinkEntry(founded.Invite(role, World.Origin));
        return new LinkEntry(
            new Link
            {
                Server = World.Origin,
                Room = world.Room,
                Door = role == Role.Editor ? EditorDoor : ViewerDoor,
                Secret = role == Role.Editor ? secret : DoorKeys.SecretView(world.Room, secret),
                Version = manifest.Version,
                Hash = manifest.Hash.ToArray()[..8],
            }
        );
    }

    /// <summary>The next version with other rules, in the same epoch.</summary>
    public Decree Amend(Person owner, Manifest before, Func<ManifestDraft, ManifestDraft> change)
    {
        var draft = change(before.Draft with { Version = before.Version + 1, PrevHash = before.Hash });
        return new Decree(Sign(draft, owner, before), [], [], Of(before));
    }

    /// <summary>The next version with new keys, for those who stay, each with a role; owners among them by the list.</summary>
    public Decree Renew(
        Person owner,
        Manifest before,
        IReadOnlyList<(Person Person, Role Role)> staying,
        Func<ManifestDraft, ManifestDraft> change
    )
    {
        var made = new Secrets(world.Dice.Bytes(32), SigningKey.Create(), SigningKey.Create(), world.Dice.Bytes(32));
        secrets.Add(made.Hash, made);
        world.Keys.Add(made.EpochKey, before.EpochKeyHash);
        var epoch = before.Epoch + 1;
        Door[] doors =
        [
            Door(EditorDoor, Role.Editor, epoch, made, made.LinkSecret!, made.Editors!),
            Door(
                ViewerDoor,
                Role.Viewer,
                epoch,
                made,
                DoorKeys.SecretView(world.Room, made.LinkSecret!),
                made.Viewers!
            ),
        ];
        var draft = before.Draft with
        {
            Version = before.Version + 1,
            PrevHash = before.Hash,
            Epoch = epoch,
            EpochKeyHash = made.Hash,
            PrevEpochKey = EpochKey.SealPrevious(
                world.Room,
                epoch,
                made.EpochKey,
                Of(before).EpochKey,
                world.Dice.Bytes(12)
            ),
            Title = EpochKey.SealTitle(world.Room, before.Version + 1, made.EpochKey, "A room", world.Dice.Bytes(12)),
            AdmissionEditor = made.Editors!.Public.ToArray(),
            AdmissionViewer = made.Viewers!.Public.ToArray(),
            Doors = [.. doors.Select(door => new DoorEntry(new DoorSign(door.Id, door.Role, door.Needs), door.Hash()))],
        };
        var manifest = Sign(change(draft), owner, before);
        var signer = (byte)manifest.OwnerIndex(owner.Keys.Sign.Public);
        foreach (var (person, role) in staying)
            person.Granted[made.Hash] = role;
        var wraps = staying.Select(one => Wrap(manifest, one.Person, one.Role, made, signer, owner).Encoded.ToArray());
        return new Decree(manifest, [.. doors.Select(door => door.Encoded.ToArray())], [.. wraps], made);
    }

    /// <summary>The keys of an epoch for one person: a place by an owner's certificate, or those of the role.</summary>
    private Wrap Wrap(Manifest manifest, Person person, Role role, Secrets made, byte signer, Person owner)
    {
        if (role == Role.Viewer && world.Dice.Below(2) == 0)
        {
            var cert = Cert.Issue(
                owner.Keys.Sign,
                world.Room,
                manifest.Epoch,
                role,
                person.Keys.Sign.Public,
                person.Keys.Dh.Public,
                (byte)(signer + 1)
            );
            return Protocol.Rooms.Wrap.Seal(world.Room, manifest.Version, made.EpochKey, cert, signer, owner.Keys.Sign);
        }
        var isViewer = role == Role.Viewer;
        var keys = new RoleKeys(
            isViewer ? Role.Viewer : Role.Editor,
            made.EpochKey,
            (isViewer ? made.Viewers! : made.Editors!).ToScalar(),
            isViewer ? DoorKeys.SecretView(world.Room, made.LinkSecret!) : made.LinkSecret!
        );
        return Protocol.Rooms.Wrap.Seal(
            world.Room,
            manifest.Version,
            person.Id,
            person.Keys.Dh.Public,
            keys,
            signer,
            owner.Keys.Sign
        );
    }

    private Door Door(byte id, Role role, uint epoch, Secrets made, byte[] link, SigningKey admission) =>
        Protocol.Rooms.Door.Seal(
            world.Room,
            new DoorSign(id, role, Needs.Link),
            epoch,
            DoorKeys.Derive(world.Room, id, Needs.Link, link, []),
            made.EpochKey,
            admission.ToScalar(),
            world.Dice.Bytes(12)
        );

    private Manifest Sign(ManifestDraft draft, Person owner, Manifest before)
    {
        var number = (byte)before.OwnerIndex(owner.Keys.Sign.Public);
        if (!Manifest.TryParse(draft.Sign(owner.Keys.Sign, number), out var manifest, out var error))
            throw new SimulationException($"A manifest that does not parse: {error}");
        world.Truth.Signed(manifest);
        return manifest;
    }
}
