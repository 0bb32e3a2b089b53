using System.Diagnostics.CodeAnalysis;
using System.Text;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>A member's word that this connection is theirs (PROTOCOL.md section 4). Well-formed; whether it holds is judged by RoomState (S1–S4).</summary>
public sealed class Session
{
    public const int Bytes = 225;
    private const int SignatureBytes = 64;
    private readonly byte[] bytes;

    private Session(byte[] bytes)
    {
        this.bytes = bytes;
        Id = new SessionId(Hash.Short("session"u8, bytes));
    }

    public SessionId Id { get; }

    public RoomId Room => RoomId.Read(bytes.AsSpan(1));

    public MemberId Member => MemberId.Read(bytes.AsSpan(17));

    public Digest CertHash => Digest.Read(bytes.AsSpan(33));

    /// <summary>16 bytes that make the id new.</summary>
    public ReadOnlySpan<byte> Random => bytes.AsSpan(65, 16);

    /// <summary>The same member's session that this one ends (S2), or zero.</summary>
    public SessionId Replaces => SessionId.Read(bytes.AsSpan(81));

    public Digest Challenge => Digest.Read(bytes.AsSpan(97));

    public Digest OriginHash => Digest.Read(bytes.AsSpan(129));

    public ReadOnlySpan<byte> Signature => bytes.AsSpan(bytes.Length - SignatureBytes);

    public ReadOnlySpan<byte> Encoded => bytes;

    /// <summary><see cref="Encoded"/>, to be kept without a copy.</summary>
    public ReadOnlyMemory<byte> Memory => bytes;

    public bool SignedBy(VerifyKey member) => member.Verify("session"u8, Encoded[..^SignatureBytes], Signature);

    /// <summary>originHash: H("origin", e.g. https://code.example:8443).</summary>
    public static Digest HashOrigin(string origin) => Hash.Of("origin"u8, Encoding.ASCII.GetBytes(origin));

    /// <summary>All that the member signs.</summary>
    public static byte[] Body(
        Cert cert,
        ReadOnlySpan<byte> random,
        SessionId replaces,
        Digest challenge,
        Digest originHash
    )
    {
        var body = new byte[Bytes - SignatureBytes];
        var writer = new ByteWriter(body);
        writer.U8(1);
        writer.U128(cert.Room.Value);
        writer.U128(cert.Member.Value);
        writer.Digest(cert.Hash);
        writer.Bytes(random);
        writer.U128(replaces.Value);
        writer.Digest(challenge);
        writer.Digest(originHash);
        return body;
    }

    /// <summary>A session signed by its member. <paramref name="random"/> is 16 random bytes.</summary>
    public static Session Sign(
        SigningKey member,
        Cert cert,
        ReadOnlySpan<byte> random,
        SessionId replaces,
        Digest challenge,
        Digest originHash
    )
    {
        var body = Body(cert, random, replaces, challenge, originHash);
        return new Session([.. body, .. member.Sign("session"u8, body)]);
    }

    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Session? session, out WireError error)
    {
        session = null;
        var reader = new ByteReader(bytes);
        reader.Suite();
        reader.Bytes(Bytes - 1);
        if (!reader.End(out error))
            return false;
        session = new Session(bytes.ToArray());
        return true;
    }
}
