using System.Diagnostics.CodeAnalysis;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>What an exhibit is, and what it contradicts (V2, V3).</summary>
public enum TestimonyKind : byte
{
    /// <summary>A second manifest of the version that Seq names.</summary>
    Rules = 1,

    /// <summary>A record whose author saw another head at Seq.</summary>
    Record = 2,

    /// <summary>A pulse that names another head at Seq.</summary>
    Pulse = 3,

    /// <summary>What the hub said goes on from another log than the witness's, which stands at Seq.</summary>
    Broken = 4,

    /// <summary>What the hub said lacks or changes position Seq, which the witness had verified.</summary>
    RolledBack = 5,

    /// <summary>The room as the hub showed it.</summary>
    Front = 6,
}

/// <summary>
/// What a member says, under its own key, of its own chain and of what it was sent (PROTOCOL.md section 18). Well-formed; whether it holds is
/// for <see cref="Evidence"/>.
/// </summary>
/// <param name="Incarnation">Of the logs that the witness knows.</param>
/// <param name="Session">The witness's.</param>
/// <param name="Before">The head before position Seq in the witness's own chain; zeros where it is not known.</param>
/// <param name="Head">The head there; zeros where none is meant.</param>
/// <param name="Time">Milliseconds since 1970 by the witness's clock.</param>
/// <param name="ExhibitHash">H("exhibit", the exhibit).</param>
public sealed record Testimony(
    TestimonyKind Kind,
    RoomId Room,
    IncarnationId Incarnation,
    SessionId Session,
    StreamId Stream,
    ulong Seq,
    Digest Before,
    Digest Head,
    ulong Time,
    Digest ExhibitHash
)
{
    public const int Bytes = 242;
    private const int SignatureBytes = 64;

    /// <summary>The whole, signed.</summary>
    public byte[] Sign(SigningKey witness)
    {
        ArgumentNullException.ThrowIfNull(witness);
        var body = Body();
        return [.. body, .. witness.Sign("testimony"u8, body)];
    }

    public static Digest HashOf(ReadOnlySpan<byte> exhibit) => Hash.Of("exhibit"u8, exhibit);

    public static bool IsSignedBy(ReadOnlySpan<byte> encoded, VerifyKey witness)
    {
        ArgumentNullException.ThrowIfNull(witness);
        return witness.Verify("testimony"u8, encoded[..^SignatureBytes], encoded[^SignatureBytes..]);
    }

    public static bool TryParse(
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out Testimony? testimony,
        out WireError error
    )
    {
        var reader = new ByteReader(bytes);
        reader.Suite();
        testimony = new Testimony(
            (TestimonyKind)reader.U8((byte)TestimonyKind.Rules, (byte)TestimonyKind.Front),
            new RoomId(reader.U128()),
            new IncarnationId(reader.U128()),
            new SessionId(reader.U128()),
            new StreamId(reader.U128()),
            reader.U64(),
            reader.Digest(),
            reader.Digest(),
            reader.U64(),
            reader.Digest()
        );
        reader.Bytes(SignatureBytes);
        if (reader.End(out error))
            return true;
        testimony = null;
        return false;
    }

    /// <summary>All that the witness signs.</summary>
    public byte[] Body()
    {
        var body = new byte[Bytes - SignatureBytes];
        var writer = new ByteWriter(body);
        writer.U8(1);
        writer.U8((byte)Kind);
        writer.U128(Room.Value);
        writer.U128(Incarnation.Value);
        writer.U128(Session.Value);
        writer.U128(Stream.Value);
        writer.U64(Seq);
        writer.Digest(Before);
        writer.Digest(Head);
        writer.U64(Time);
        writer.Digest(ExhibitHash);
        return body;
    }
}
