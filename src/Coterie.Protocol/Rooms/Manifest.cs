using System.Diagnostics.CodeAnalysis;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>How a room admits (one bit each).</summary>
[Flags]
public enum Admissions : byte
{
    Open = 1,
    ByApproval = 2,
    Locked = 4,

    /// <summary>Doors open until a moment only (K14).</summary>
    Timed = 8,
}

/// <summary>What a room allows beside roles (one bit each).</summary>
[Flags]
public enum Policy : uint
{
    ReadOnly = 1,
    ViewersChat = 2,
    ViewersCall = 4,
    Ai = 8,
    Runs = 16,
    Screen = 32,
    Calls = 64,
}

/// <summary>An owner's two public keys, 65 bytes each.</summary>
public sealed record OwnerKeys(byte[] Sign, byte[] Dh);

/// <summary>A door as the manifest names it: its sign, and H("door", Door).</summary>
public readonly record struct DoorEntry(DoorSign Sign, Digest Hash);

/// <summary>
/// One version of a room's constitution (PROTOCOL.md section 3), well-formed (M1) and immutable. Whether it is the room's is judged by
/// <see cref="ManifestChain"/>.
/// </summary>
public sealed class Manifest
{
    private const int SignatureBytes = 64;
    private readonly byte[] bytes;
    private readonly byte[] prevEpochKey;
    private readonly byte[] title;
    private readonly byte[] admissionEditor;
    private readonly byte[] admissionViewer;

    private Manifest(byte[] bytes, ManifestDraft draft, byte signer)
    {
        this.bytes = bytes;
        prevEpochKey = draft.PrevEpochKey;
        title = draft.Title;
        admissionEditor = draft.AdmissionEditor;
        admissionViewer = draft.AdmissionViewer;
        Draft = draft;
        Signer = signer;
        Hash = Keys.Hash.Of("manifest"u8, bytes);
    }

    public RoomId Room => Draft.Room;
    public uint Version => Draft.Version;
    public Digest PrevHash => Draft.PrevHash;
    public uint Epoch => Draft.Epoch;
    public Digest EpochKeyHash => Draft.EpochKeyHash;
    public ReadOnlySpan<byte> PrevEpochKey => prevEpochKey;
    public ReadOnlySpan<byte> Title => title;
    public IReadOnlyList<OwnerKeys> Owners => Draft.Owners;
    public IReadOnlyList<MemberId> Keepers => Draft.Keepers;
    public Admissions Admissions => Draft.Admissions;
    public IReadOnlyList<MemberId> Locked => Draft.Locked;
    public Policy Policy => Draft.Policy;

    /// <summary>Whether the room keeps its log or may trim it behind a trusted snapshot.</summary>
    public bool Trims => Draft.Trims;
    public IReadOnlyList<DoorEntry> Doors => Draft.Doors;

    /// <summary>When the doors stop opening, in milliseconds since 1970; null where they do not (K14).</summary>
    public ulong? Until => (Draft.Admissions & Admissions.Timed) == default ? null : Draft.Until;

    /// <summary>Number of the owner, of the version before, who signed.</summary>
    public byte Signer { get; }

    public ReadOnlySpan<byte> Signature => bytes.AsSpan(bytes.Length - SignatureBytes);

    public ReadOnlySpan<byte> Encoded => bytes;

    /// <summary>manifestHash: H("manifest", Manifest), the signature included.</summary>
    public Digest Hash { get; }

    /// <summary>The fields, to write the next version from with <c>with</c>.</summary>
    public ManifestDraft Draft { get; }

    /// <summary>The key that admits members of a door's role, 65 bytes.</summary>
    public ReadOnlySpan<byte> Admission(Role role) => role == Role.Editor ? admissionEditor : admissionViewer;

    /// <summary>Whether a door stands here, by hash (M7, K7).</summary>
    public bool Has(Door door)
    {
        var entry = new DoorEntry(new DoorSign(door.Id, door.Role, door.Needs), door.Hash());
        return door.Epoch == Epoch && Draft.Doors.Contains(entry);
    }

    /// <summary>M7: exactly these doors stand here.</summary>
    public bool Matches(IReadOnlyList<Door> doors)
    {
        if (doors.Count != Doors.Count)
            return false;
        for (var i = 0; i < doors.Count; i++)
        {
            if (doors[i].Id != Doors[i].Sign.Id || !Has(doors[i]))
                return false;
        }
        return true;
    }

    /// <summary>
    /// M7, where a memory room begins again: some of the doors that stand here, none twice; at least one, so that who knows no more than the
    /// room's id cannot begin it.
    /// </summary>
    public bool MatchesSome(IReadOnlyList<Door> doors) =>
        (doors.Count > 0 || Doors.Count == 0)
        && doors.All(Has)
        && doors.Select(door => door.Id).Distinct().Count() == doors.Count;

    /// <summary>Which owner bears this signing key; −1 if none.</summary>
    public int OwnerIndex(ReadOnlySpan<byte> sign)
    {
        for (var i = 0; i < Owners.Count; i++)
        {
            if (sign.SequenceEqual(Owners[i].Sign))
                return i;
        }
        return -1;
    }

    public bool SignedBy(VerifyKey owner) => owner.Verify("manifest"u8, Encoded[..^SignatureBytes], Signature);

    public static bool TryParse(
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out Manifest? manifest,
        out WireError error
    )
    {
        manifest = null;
        var reader = new ByteReader(bytes);
        reader.Demand(bytes.Length <= Limits.MaxManifestBytes, WireError.TooLarge);
        var draft = ManifestDraft.Read(ref reader);
        var signer = reader.U8();
        reader.Bytes(SignatureBytes);
        if (!reader.End(out error))
            return false;
        manifest = new Manifest(bytes.ToArray(), draft, signer);
        return true;
    }
}
