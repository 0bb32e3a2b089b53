using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>
/// An epoch's keys for one member, sealed to that member's key and signed by an owner (PROTOCOL.md section 12). Well-formed; whether it
/// counts is judged by RoomState (A1), whether it opens by <see cref="TryOpen"/> (A2).
/// </summary>
public sealed class Wrap
{
    private const int HeadBytes = 1 + 16 + 4 + 16 + 1;
    private const int SignatureBytes = 64;
    private const byte RoleKind = 1;
    private const byte PlaceKind = 2;
    private const int RoleBytes = 1 + 1 + 32 + 32 + 32;
    private const int PlaceBytes = 1 + 32 + Cert.Bytes;
    private const int LeastSealed = Hpke.EncBytes + Sealing.TagBytes + RoleBytes;
    private const int MostSealed = Hpke.EncBytes + Sealing.TagBytes + PlaceBytes;
    private readonly byte[] bytes;

    private Wrap(byte[] bytes) => this.bytes = bytes;

    public RoomId Room => RoomId.Read(bytes.AsSpan(1));

    /// <summary>The manifest under which it was made; its epoch is that of the keys.</summary>
    public uint Version => new ByteReader(bytes.AsSpan(17)).U32();

    public MemberId Member => MemberId.Read(bytes.AsSpan(21));

    /// <summary>Number of the signing owner in that manifest.</summary>
    public byte Signer => bytes[37];

    public ReadOnlySpan<byte> Encoded => bytes;

    /// <summary>enc ‖ ciphertext.</summary>
    public ReadOnlySpan<byte> Sealed => bytes.AsSpan(HeadBytes + 2, bytes.Length - HeadBytes - 2 - SignatureBytes);

    public bool SignedBy(VerifyKey owner) =>
        owner.Verify("wrap"u8, Encoded[..^SignatureBytes], Encoded[^SignatureBytes..]);

    /// <summary>Gives a member the keys of a role, with which it admits itself and can invite.</summary>
    /// <param name="dh">The member's key to seal to, 65 bytes.</param>
    public static Wrap Seal(
        RoomId room,
        uint version,
        MemberId member,
        ReadOnlySpan<byte> dh,
        RoleKeys keys,
        byte signer,
        SigningKey owner
    )
    {
        ArgumentNullException.ThrowIfNull(keys);
        return Seal(
            room,
            version,
            member,
            dh,
            [RoleKind, (byte)keys.Role, .. keys.EpochKey, .. keys.AdmissionScalar, .. keys.LinkSecret],
            signer,
            owner
        );
    }

    /// <summary>Gives a member a place: the epoch's key, and a Cert that an owner issued. It cannot invite.</summary>
    public static Wrap Seal(
        RoomId room,
        uint version,
        ReadOnlySpan<byte> epochKey,
        Cert cert,
        byte signer,
        SigningKey owner
    )
    {
        ArgumentNullException.ThrowIfNull(cert);
        return Seal(room, version, cert.Member, cert.Dh, [PlaceKind, .. epochKey, .. cert.Encoded], signer, owner);
    }

    /// <summary>A2: what a verified wrap holds for the owner of this key. False where it is not sealed to it, or does not hold the manifest's keys.</summary>
    /// <param name="manifest">The verified manifest of its version.</param>
    public bool TryOpen(Manifest manifest, DhKey own, [NotNullWhen(true)] out OpenedWrap? opened)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        opened = null;
        var plain = Hpke.Open(own, Info(Room), bytes.AsSpan(1, HeadBytes - 2), Sealed);
        if (plain is null)
            return false;
        opened = plain.Length switch
        {
            RoleBytes when plain[0] == RoleKind => Role(manifest, plain),
            PlaceBytes when plain[0] == PlaceKind => Place(manifest, plain),
            _ => null,
        };
        CryptographicOperations.ZeroMemory(plain);
        return opened is not null;
    }

    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Wrap? wrap, out WireError error)
    {
        wrap = null;
        var reader = new ByteReader(bytes);
        reader.Suite();
        reader.Bytes(HeadBytes - 2);
        reader.U8(0, Limits.MaxOwners - 1);
        var sealedBytes = reader.B16(LeastSealed, MostSealed);
        if (reader.Ok)
            reader.Demand(Point.Valid(sealedBytes[..Hpke.EncBytes]), WireError.Point);
        reader.Bytes(SignatureBytes);
        if (!reader.End(out error))
            return false;
        wrap = new Wrap(bytes.ToArray());
        return true;
    }

    private static Wrap Seal(
        RoomId room,
        uint version,
        MemberId member,
        ReadOnlySpan<byte> dh,
        byte[] plain,
        byte signer,
        SigningKey owner
    )
    {
        var body = new byte[HeadBytes + 2 + Hpke.EncBytes + plain.Length + Sealing.TagBytes];
        var writer = new ByteWriter(body);
        writer.U8(1);
        writer.U128(room.Value);
        writer.U32(version);
        writer.U128(member.Value);
        writer.U8(signer);
        writer.B16(Hpke.Seal(dh, Info(room), body.AsSpan(1, HeadBytes - 2), plain));
        CryptographicOperations.ZeroMemory(plain);
        return new Wrap([.. body, .. owner.Sign("wrap"u8, body)]);
    }

    private static OpenedWrap? Role(Manifest manifest, byte[] plain)
    {
        var role = (Role)plain[1];
        if (role is not (Rooms.Role.Viewer or Rooms.Role.Editor) || !IsEpochKey(manifest, plain.AsSpan(2, 32)))
            return null;
        SigningKey admission;
        try
        {
            admission = SigningKey.FromScalar(plain.AsSpan(34, 32));
        }
        catch (CryptographicException)
        {
            return null; // no scalar of this curve
        }
        if (admission.Public.SequenceEqual(manifest.Admission(role)))
            return new OpenedWrap(plain[2..34], role, admission, plain[66..98], null);
        admission.Dispose();
        return null;
    }

    private OpenedWrap? Place(Manifest manifest, byte[] plain)
    {
        if (!IsEpochKey(manifest, plain.AsSpan(1, 32)) || !Cert.TryParse(plain.AsSpan(33), out var cert, out _))
            return null;
        var issuer = Admittance.IssuerKey(cert, manifest);
        var holds =
            cert.Room == Room
            && cert.Member == Member
            && cert.Issuer > 0
            && !issuer.IsEmpty
            && Admittance.CertHolds(cert, issuer, manifest)
            && IssuedBy(cert, issuer);
        return holds ? new OpenedWrap(plain[1..33], cert.Role, null, null, cert) : null;
    }

    private static bool IssuedBy(Cert cert, ReadOnlySpan<byte> owner)
    {
        using var issuer = VerifyKey.Import(owner);
        return cert.IssuedBy(issuer);
    }

    private static bool IsEpochKey(Manifest manifest, ReadOnlySpan<byte> key) =>
        EpochKey.HashOf(key) == manifest.EpochKeyHash;

    private static byte[] Info(RoomId room)
    {
        byte[] info = [.. "coterie/1/wrap\0"u8, .. new byte[16]];
        room.CopyTo(info.AsSpan(info.Length - 16));
        return info;
    }
}

/// <summary>What makes a role in an epoch: 32 bytes each, all secret.</summary>
/// <param name="LinkSecret">Of the role's link.</param>
public sealed record RoleKeys(Role Role, byte[] EpochKey, byte[] AdmissionScalar, byte[] LinkSecret);

/// <summary>What a wrap held: a role's admission key and link secret, or a Cert.</summary>
public sealed record OpenedWrap(byte[] EpochKey, Role Role, SigningKey? Admission, byte[]? LinkSecret, Cert? Cert);
