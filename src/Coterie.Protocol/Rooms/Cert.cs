using System.Diagnostics.CodeAnalysis;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>What makes a key a member with a role in one epoch (PROTOCOL.md section 4). Well-formed; whether it holds is judged by RoomState (C1–C4).</summary>
public sealed class Cert
{
    public const int Bytes = 217;
    private const int SignatureBytes = 64;
    private readonly byte[] bytes;

    private Cert(byte[] bytes)
    {
        this.bytes = bytes;
        Member = MemberOf(Sign);
        Hash = Keys.Hash.Of("cert"u8, bytes);
    }

    public RoomId Room => RoomId.Read(bytes.AsSpan(1));

    public uint Epoch => new ByteReader(bytes.AsSpan(17)).U32();

    public Role Role => (Role)bytes[21];

    /// <summary>The member's signing key, 65 bytes.</summary>
    public ReadOnlySpan<byte> Sign => SignMemory.Span;

    internal ReadOnlyMemory<byte> SignMemory => bytes.AsMemory(22, Point.Bytes);

    public ReadOnlySpan<byte> Dh => bytes.AsSpan(87, Point.Bytes);

    /// <summary>0: the role's admission key. 1 + i: owner i.</summary>
    public byte Issuer => bytes[152];

    public ReadOnlySpan<byte> Signature => bytes.AsSpan(bytes.Length - SignatureBytes);

    public ReadOnlySpan<byte> Encoded => bytes;

    /// <summary><see cref="Encoded"/>, to be kept without a copy.</summary>
    public ReadOnlyMemory<byte> Memory => bytes;

    public MemberId Member { get; }

    /// <summary>certHash, which a Session names.</summary>
    public Digest Hash { get; }

    public bool IssuedBy(VerifyKey issuer) => issuer.Verify("cert"u8, Encoded[..^SignatureBytes], Signature);

    public static MemberId MemberOf(ReadOnlySpan<byte> sign) => new(Keys.Hash.Short("member"u8, sign));

    /// <summary>All that the issuer signs.</summary>
    public static byte[] Body(
        RoomId room,
        uint epoch,
        Role role,
        ReadOnlySpan<byte> sign,
        ReadOnlySpan<byte> dh,
        byte issuer
    )
    {
        var body = new byte[Bytes - SignatureBytes];
        var writer = new ByteWriter(body);
        writer.U8(1);
        writer.U128(room.Value);
        writer.U32(epoch);
        writer.U8((byte)role);
        writer.Bytes(sign);
        writer.Bytes(dh);
        writer.U8(issuer);
        return body;
    }

    /// <summary>A certificate signed by its issuer: the role's admission key (0) or owner i (1 + i).</summary>
    public static Cert Issue(
        SigningKey key,
        RoomId room,
        uint epoch,
        Role role,
        ReadOnlySpan<byte> sign,
        ReadOnlySpan<byte> dh,
        byte issuer
    )
    {
        var body = Body(room, epoch, role, sign, dh, issuer);
        return new Cert([.. body, .. key.Sign("cert"u8, body)]);
    }

    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Cert? cert, out WireError error)
    {
        cert = null;
        var reader = new ByteReader(bytes);
        reader.Suite();
        reader.Bytes(16 + 4);
        reader.U8((byte)Role.Viewer, (byte)Role.Owner);
        Point.Read(ref reader);
        Point.Read(ref reader);
        reader.U8(0, Limits.MaxOwners);
        reader.Bytes(SignatureBytes);
        if (!reader.End(out error))
            return false;
        cert = new Cert(bytes.ToArray());
        return true;
    }
}
