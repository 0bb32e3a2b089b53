using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Coterie.Protocol;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;

namespace Coterie.Client.Founding;

/// <summary>
/// A room as its owner makes it, before any hub knows it: genesis, manifest 0, its doors, and all secrets (PROTOCOL.md sections 2 and 3).
/// Whoever holds this object can do anything in the room.
/// </summary>
public sealed class FoundedRoom : IDisposable
{
    private const byte EditorDoor = 1;
    private const byte ViewerDoor = 2;
    private const byte PasswordDoor = 3;

    private readonly byte[] secretEdit;

    private FoundedRoom(
        FoundingTerms terms,
        MemberKeys owner,
        Genesis genesis,
        Manifest manifest,
        IReadOnlyList<Door> doors,
        byte[] epochKey,
        byte[] secret
    )
    {
        Terms = terms;
        Owner = owner;
        Genesis = genesis;
        Manifest = manifest;
        Doors = doors;
        EpochKey = epochKey;
        secretEdit = secret;
    }

    public FoundingTerms Terms { get; }
    public MemberKeys Owner { get; }
    public Genesis Genesis { get; }
    public Manifest Manifest { get; }
    public IReadOnlyList<Door> Doors { get; }
    public RoomId Room => Genesis.Room;

    /// <summary>32 bytes; a secret.</summary>
    public byte[] EpochKey { get; }

    /// <exception cref="ArgumentException">The title is empty or longer than 200 bytes, or the password door gives an impossible role.</exception>
    public static FoundedRoom Found(FoundingTerms terms, RandomNumberGenerator random)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(random);
        if (Encoding.UTF8.GetByteCount(terms.Title) is 0 or > Limits.MaxTitleBytes)
            throw new ArgumentException($"A room's name is 1 to {Limits.MaxTitleBytes} bytes long.", nameof(terms));
        if (terms.PasswordRole == Role.Owner)
            throw new ArgumentException("A password makes viewers or editors, never owners.", nameof(terms));

        var owner = MemberKeys.Create();
        var genesis = Genesis.Of(owner.Sign.Public, owner.Dh.Public, random.Take(Genesis.SaltBytes));
        var epochKey = random.Take(Kdf.KeyBytes);
        var secret = random.Take(Kdf.KeyBytes);
        using var admitEditor = SigningKey.Create();
        using var admitViewer = SigningKey.Create();

        var doors = new List<Door>
        {
            Door(new DoorSign(EditorDoor, Role.Editor, Needs.Link), secret, []),
            Door(new DoorSign(ViewerDoor, Role.Viewer, Needs.Link), DoorKeys.SecretView(genesis.Room, secret), []),
        };
        if (terms.Password is { } password)
        {
            var sign = new DoorSign(PasswordDoor, terms.PasswordRole, Needs.Password);
            doors.Add(Door(sign, [], Argon2id.Derive(password, genesis.Salt)));
        }

        var draft = new ManifestDraft
        {
            Room = genesis.Room,
            Version = 0,
            PrevHash = genesis.Hash0,
            Epoch = 0,
            EpochKeyHash = Protocol.Rooms.EpochKey.HashOf(epochKey),
            PrevEpochKey = [],
            Trims = terms.Kind == Protocol.Wire.Frames.RoomKind.Memory,
            Title = Protocol.Rooms.EpochKey.SealTitle(
                genesis.Room,
                0,
                epochKey,
                terms.Title,
                random.Take(Protocol.Keys.Sealing.NonceBytes)
            ),
            Owners = [new OwnerKeys(owner.Sign.Public.ToArray(), owner.Dh.Public.ToArray())],
            AdmissionEditor = admitEditor.Public.ToArray(),
            AdmissionViewer = admitViewer.Public.ToArray(),
            Policy = terms.Policy,
            Doors = doors.ConvertAll(door => new DoorEntry(new DoorSign(door.Id, door.Role, door.Needs), door.Hash())),
        };
        if (!Manifest.TryParse(draft.Sign(owner.Sign, 0), out var manifest, out var error))
            throw new ArgumentException($"These terms make no manifest: {error}.", nameof(terms));
        return new FoundedRoom(terms, owner, genesis, manifest, doors, epochKey, secret);

        Door Door(DoorSign sign, ReadOnlySpan<byte> link, ReadOnlySpan<byte> pass) =>
            Protocol.Rooms.Door.Seal(
                genesis.Room,
                sign,
                epoch: 0,
                DoorKeys.Derive(genesis.Room, sign.Id, sign.Needs, link, pass),
                epochKey,
                (sign.Role == Role.Editor ? admitEditor : admitViewer).ToScalar(),
                random.Take(Protocol.Keys.Sealing.NonceBytes)
            );
    }

    /// <summary>A link that makes editors or viewers. <paramref name="server"/> is scheme, host and base path without a slash at the end.</summary>
    [SuppressMessage("Design", "CA1054", Justification = "It is the text in front of /r/, as Link has it.")]
    public Link Invite(Role role, string server) =>
        new()
        {
            Server = server,
            Room = Room,
            Door = role == Role.Editor ? EditorDoor : ViewerDoor,
            Secret = role == Role.Editor ? secretEdit : DoorKeys.SecretView(Room, secretEdit),
            Version = Manifest.Version,
            Hash = Manifest.Hash.ToArray()[..8],
        };

    public void Dispose() => Owner.Dispose();
}
