using Coterie.Protocol.Keys;

namespace Coterie.Protocol.Wire;

/// <summary>
/// A record's fields over its bytes, without a copy (PROTOCOL.md section 5). Always well-formed (R1): made only by <see cref="TryParse"/>.
/// Says nothing of whether it is allowed: the suite too is judged by RoomState (J1).
/// </summary>
public readonly ref struct RecordView
{
    public const int HeaderBytes = 88;
    public const int SignatureBytes = 64;
    private const int ClearAt = HeaderBytes + 2;
    private readonly int clearBytes;
    private readonly int ciphertextBytes;

    private RecordView(ReadOnlySpan<byte> bytes, int clearBytes, int ciphertextBytes)
    {
        Bytes = bytes;
        this.clearBytes = clearBytes;
        this.ciphertextBytes = ciphertextBytes;
    }

    /// <summary>The whole record.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    public byte Suite => Bytes[0];

    public RecordClass Class => (RecordClass)Bytes[1];

    /// <summary>The manifest version it was sealed under.</summary>
    public uint Version => Reader(4).U32();

    public RoomId Room => RoomId.Read(Bytes[8..]);

    public StreamId Stream => StreamId.Read(Bytes[24..]);

    public SessionId Session => SessionId.Read(Bytes[40..]);

    public ulong Counter => Reader(56).U64();

    public ulong SeenSeq => Reader(64).U64();

    /// <summary>16 bytes.</summary>
    public ReadOnlySpan<byte> SeenHead => Bytes.Slice(72, 16);

    public ReadOnlySpan<byte> Clear => Bytes.Slice(ClearAt, clearBytes);

    public ReadOnlySpan<byte> Ciphertext => Bytes.Slice(ClearAt + clearBytes + 4, ciphertextBytes);

    /// <summary>64 bytes, or none in an unsigned class.</summary>
    public ReadOnlySpan<byte> Signature => Bytes[SignedLength..];

    /// <summary>What the signature covers: all before it.</summary>
    public ReadOnlySpan<byte> SignedBytes => Bytes[..SignedLength];

    /// <summary>What the seal covers beside the payload: Header ‖ clear b16.</summary>
    public ReadOnlySpan<byte> SealedAlong => Bytes[..(ClearAt + clearBytes)];

    /// <summary>H("record", whole record).</summary>
    public Digest Hash() => Keys.Hash.Of("record"u8, Bytes);

    /// <summary>J11: the member's signature holds. False for an unsigned class.</summary>
    public bool Verify(VerifyKey member) =>
        Signature.Length == SignatureBytes && member.Verify("record"u8, SignedBytes, Signature);

    private int SignedLength => ClearAt + clearBytes + 4 + ciphertextBytes;

    private ByteReader Reader(int at) => new(Bytes[at..]);

    public static bool TryParse(ReadOnlySpan<byte> bytes, out RecordView record, out WireError error)
    {
        record = default;
        var reader = new ByteReader(bytes);
        reader.Demand(bytes.Length <= Limits.MaxRecordBytes, WireError.TooLarge);
        reader.U8(); // suite: J1
        var kind = reader.U8((byte)RecordClass.Edit, (byte)RecordClass.Profile);
        reader.Demand(reader.U16() == 0, WireError.Value); // flags
        reader.Bytes(4 + 16 + 16 + 16);
        reader.U64(); // counter
        reader.U64(); // seenSeq
        reader.Bytes(16);
        var clear = reader.B16(0, Limits.MaxClearBytes);
        var ciphertext = reader.B32();
        if (reader.Ok && Classes.Row((RecordClass)kind).Signed)
            reader.Bytes(SignatureBytes);
        if (!reader.End(out error))
            return false;
        record = new RecordView(bytes, clear.Length, ciphertext.Length);
        return true;
    }
}
