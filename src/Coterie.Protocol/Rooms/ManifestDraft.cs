using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>
/// The fields of a manifest before its signature, in the order of their layout. A draft becomes a manifest by <see cref="Sign(SigningKey, byte)"/>;
/// whether what it says is legal is found when it is parsed.
/// </summary>
public sealed record ManifestDraft
{
    private const int SealedTitleLeast = Sealing.NonceBytes + Sealing.TagBytes + 1;
    private const int SealedTitleMost = 256;

    public required RoomId Room { get; init; }
    public required uint Version { get; init; }
    public required Digest PrevHash { get; init; }
    public required uint Epoch { get; init; }
    public required Digest EpochKeyHash { get; init; }

    /// <summary>Empty in epoch 0, else 60 bytes: see <see cref="EpochKey.SealPrevious"/>.</summary>
    public required byte[] PrevEpochKey { get; init; }

    /// <summary>See <see cref="EpochKey.SealTitle"/>.</summary>
    public required byte[] Title { get; init; }
    public required IReadOnlyList<OwnerKeys> Owners { get; init; }
    public IReadOnlyList<MemberId> Keepers { get; init; } = [];
    public required byte[] AdmissionEditor { get; init; }
    public required byte[] AdmissionViewer { get; init; }
    public Admissions Admissions { get; init; } = Admissions.Open;
    public IReadOnlyList<MemberId> Locked { get; init; } = [];
    public Policy Policy { get; init; }
    public bool Trims { get; init; }
    public IReadOnlyList<DoorEntry> Doors { get; init; } = [];

    /// <summary>When the doors stop opening, in milliseconds since 1970 (K14); meaningless but where <see cref="Admissions.Timed"/> is set.</summary>
    public ulong Until { get; init; }

    /// <summary>The signed manifest. <paramref name="signer"/> is the owner's number in the version before.</summary>
    public byte[] Sign(SigningKey owner, byte signer)
    {
        var body = Body(signer);
        return [.. body, .. owner.Sign("manifest"u8, body)];
    }

    /// <summary>All that the signature covers.</summary>
    public byte[] Body(byte signer)
    {
        var bytes = new byte[Size];
        var writer = new ByteWriter(bytes);
        writer.U8(1);
        writer.U128(Room.Value);
        writer.U32(Version);
        writer.Digest(PrevHash);
        writer.U32(Epoch);
        writer.Digest(EpochKeyHash);
        writer.B16(PrevEpochKey);
        writer.B16(Title);
        writer.U8(checked((byte)Owners.Count));
        foreach (var owner in Owners)
        {
            writer.Bytes(owner.Sign);
            writer.Bytes(owner.Dh);
        }
        writer.U8(checked((byte)Keepers.Count));
        foreach (var keeper in Keepers)
            writer.U128(keeper.Value);
        writer.Bytes(AdmissionEditor);
        writer.Bytes(AdmissionViewer);
        writer.U8((byte)Admissions);
        writer.U16(Locked.Count);
        foreach (var member in Locked)
            writer.U128(member.Value);
        writer.U32((uint)Policy);
        writer.Bool(Trims);
        writer.U8(checked((byte)Doors.Count));
        foreach (var door in Doors)
        {
            writer.U8(door.Sign.Id);
            writer.U8((byte)door.Sign.Role);
            writer.U8((byte)door.Sign.Needs);
            writer.Digest(door.Hash);
        }
        if (IsTimed)
            writer.U64(Until);
        writer.U8(signer);
        return bytes;
    }

    private int Size =>
        1
        + 16
        + 4
        + 32
        + 4
        + 32
        + 2
        + PrevEpochKey.Length
        + 2
        + Title.Length
        + 1
        + 2 * Point.Bytes * Owners.Count
        + 1
        + 16 * Keepers.Count
        + 2 * Point.Bytes
        + 1
        + 2
        + 16 * Locked.Count
        + 4
        + 1
        + 1
        + 35 * Doors.Count
        + (IsTimed ? 8 : 0)
        + 1;

    private bool IsTimed => (Admissions & Admissions.Timed) != default;

    internal static ManifestDraft Read(ref ByteReader reader)
    {
        reader.Suite();
        var draft = new ManifestDraft
        {
            Room = new RoomId(reader.U128()),
            Version = reader.U32(),
            PrevHash = reader.Digest(),
            Epoch = reader.U32(),
            EpochKeyHash = reader.Digest(),
            PrevEpochKey = ReadPrevEpochKey(ref reader),
            Title = reader.B16(SealedTitleLeast, SealedTitleMost).ToArray(),
            Owners = ReadOwners(ref reader),
            Keepers = ReadMembers(ref reader, reader.U8(), Limits.MaxKeepers),
            AdmissionEditor = Point.Read(ref reader).ToArray(),
            AdmissionViewer = Point.Read(ref reader).ToArray(),
            Admissions = (Admissions)reader.U8(0, 15),
            Locked = ReadMembers(ref reader, reader.U16(), Limits.MaxLockedMembers),
            Policy = ReadPolicy(ref reader),
            Trims = reader.Bool(),
            Doors = ReadDoors(ref reader),
        };
        return draft.IsTimed ? draft with { Until = reader.U64() } : draft;
    }

    private static byte[] ReadPrevEpochKey(ref ByteReader reader)
    {
        var length = reader.U16();
        reader.Demand(length is 0 or EpochKey.SealedBytes, WireError.Length);
        return reader.Bytes(reader.Ok ? length : 0).ToArray();
    }

    private static Policy ReadPolicy(ref ByteReader reader)
    {
        var policy = reader.U32();
        reader.Demand(policy <= 127, WireError.Value);
        return (Policy)policy;
    }

    private static List<OwnerKeys> ReadOwners(ref ByteReader reader)
    {
        int count = reader.U8();
        reader.Demand(count is >= 1 and <= Limits.MaxOwners, WireError.Length);
        var owners = new List<OwnerKeys>();
        while (reader.Ok && owners.Count < count)
        {
            var owner = new OwnerKeys(Point.Read(ref reader).ToArray(), Point.Read(ref reader).ToArray());
            foreach (var other in owners)
                reader.Demand(!other.Sign.AsSpan().SequenceEqual(owner.Sign), WireError.Duplicate);
            owners.Add(owner);
        }
        return owners;
    }

    private static List<MemberId> ReadMembers(ref ByteReader reader, int count, int most)
    {
        reader.Demand(count <= most, WireError.Length);
        var members = new List<MemberId>();
        var seen = new HashSet<MemberId>();
        while (reader.Ok && members.Count < count)
        {
            var member = new MemberId(reader.U128());
            reader.Demand(seen.Add(member), WireError.Duplicate);
            members.Add(member);
        }
        return members;
    }

    private static List<DoorEntry> ReadDoors(ref ByteReader reader)
    {
        int count = reader.U8();
        reader.Demand(count <= Limits.MaxDoors, WireError.Length);
        var doors = new List<DoorEntry>();
        while (reader.Ok && doors.Count < count)
        {
            var id = reader.U8();
            var role = (Role)reader.U8((byte)Role.Viewer, (byte)Role.Editor);
            var needs = (Needs)reader.U8((byte)Needs.Link, (byte)Needs.Password);
            var door = new DoorEntry(new DoorSign(id, role, needs), reader.Digest());
            foreach (var other in doors)
                reader.Demand(other.Sign.Id != id, WireError.Duplicate);
            doors.Add(door);
        }
        return doors;
    }
}
