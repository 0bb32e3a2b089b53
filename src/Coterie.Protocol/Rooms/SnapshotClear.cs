using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>The clear part of class 7: of which stream, up to which position, and the chain head there (N1). What it names besides is read elsewhere.</summary>
public readonly record struct SnapshotClear(StreamId Stream, ulong Seq, Digest Head)
{
    /// <summary>Reads a clear part of the class's shape.</summary>
    public static SnapshotClear Read(ReadOnlySpan<byte> clear)
    {
        var reader = new ByteReader(clear);
        return new SnapshotClear(new StreamId(reader.U128()), reader.U64(), reader.Digest());
    }
}
