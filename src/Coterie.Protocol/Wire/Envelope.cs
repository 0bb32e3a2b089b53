namespace Coterie.Protocol.Wire;

/// <summary>A record at its place in its stream: <c>seq u64 | serverTime u64 | Record</c>.</summary>
public readonly ref struct Envelope
{
    public const int HeadBytes = 16;

    private Envelope(ulong seq, ulong serverTime, RecordView record)
    {
        Seq = seq;
        ServerTime = serverTime;
        Record = record;
    }

    /// <summary>1 for the first record of a stream.</summary>
    public ulong Seq { get; }

    /// <summary>Milliseconds since 1970 by the hub's clock, for display only.</summary>
    public ulong ServerTime { get; }

    public RecordView Record { get; }

    public static bool TryParse(ReadOnlySpan<byte> bytes, out Envelope envelope, out WireError error)
    {
        envelope = default;
        if (!TrySplit(bytes, out var seq, out var time, out var rest, out error))
            return false;
        if (!RecordView.TryParse(rest, out var record, out error))
            return false;
        envelope = new Envelope(seq, time, record);
        return true;
    }

    /// <summary>Takes the place apart from the record, which is not looked into.</summary>
    public static bool TrySplit(
        ReadOnlySpan<byte> bytes,
        out ulong seq,
        out ulong serverTime,
        out ReadOnlySpan<byte> record,
        out WireError error
    )
    {
        var reader = new ByteReader(bytes);
        seq = reader.U64();
        serverTime = reader.U64();
        record = reader.Rest();
        return reader.End(out error);
    }

    /// <summary>Writes the 16 bytes that stand before the record.</summary>
    public static void WriteHead(Span<byte> target, ulong seq, ulong serverTime)
    {
        var writer = new ByteWriter(target);
        writer.U64(seq);
        writer.U64(serverTime);
    }
}
