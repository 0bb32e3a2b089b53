namespace Coterie.Protocol.Wire;

/// <summary>The 88 bytes in front of a record (PROTOCOL.md section 5), for who writes one.</summary>
public readonly record struct RecordHeader(
    RecordClass Class,
    uint Version,
    RoomId Room,
    StreamId Stream,
    SessionId Session,
    ulong Counter,
    ulong SeenSeq,
    Bits128 SeenHead
)
{
    public void Write(ref ByteWriter writer)
    {
        writer.U8(1);
        writer.U8((byte)Class);
        writer.U16(0);
        writer.U32(Version);
        writer.U128(Room.Value);
        writer.U128(Stream.Value);
        writer.U128(Session.Value);
        writer.U64(Counter);
        writer.U64(SeenSeq);
        writer.U128(SeenHead);
    }
}
