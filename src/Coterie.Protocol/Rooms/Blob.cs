using System.Buffers.Binary;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>
/// Content beside the streams (PROTOCOL.md section 15), as a record or a snapshot tells of it: which, by what key, how many bytes. It is
/// padded with zeros by R2 and cut into pieces of <see cref="Limits.BlobChunkBytes"/>, each sealed by itself under its index.
/// </summary>
/// <param name="Key">32 bytes, drawn for this content alone; all zeros where who wrote the snapshot could not read it.</param>
/// <param name="Size">Of the content, in bytes, at most <see cref="Limits.MaxBlobBytes"/>.</param>
public sealed record Blob(BlobId Id, byte[] Key, long Size)
{
    /// <summary>A whole chunk as the hub holds it.</summary>
    public const int SealedChunkBytes = Limits.BlobChunkBytes + Sealing.TagBytes;

    /// <summary>Chunks of content of so many bytes; one at least.</summary>
    public static int CountOf(long size) => (int)((Padding.RoundUp(size) - 1) / Limits.BlobChunkBytes) + 1;

    /// <summary>All chunks of content of so many bytes together, sealed.</summary>
    public static long SealedBytes(long size) => Padding.RoundUp(size) + ((long)CountOf(size) * Sealing.TagBytes);

    /// <summary>What identifies a chunk: H("chunk", its sealed bytes).</summary>
    public static Digest HashOf(ReadOnlySpan<byte> chunk) => Hash.Of("chunk"u8, chunk);

    /// <summary>The id of a blob of a room, by the bytes of all its chunks together, sealed, and their hashes in their order (B2).</summary>
    public static BlobId IdOf(RoomId room, long sealedBytes, IReadOnlyList<Digest> chunks)
    {
        ArgumentNullException.ThrowIfNull(chunks);
        var bytes = new byte[16 + 8 + (Digest.Bytes * chunks.Count)];
        var writer = new ByteWriter(bytes);
        writer.U128(room.Value);
        writer.U64((ulong)sealedBytes);
        foreach (var chunk in chunks)
            writer.Digest(chunk);
        return new BlobId(Hash.Of("blob"u8, bytes));
    }

    /// <summary>The bytes of content in a chunk: the rest of the last ones is padding.</summary>
    public static int ContentBytes(long size, int index) =>
        (int)Math.Clamp(size - ((long)index * Limits.BlobChunkBytes), 0, Limits.BlobChunkBytes);

    /// <param name="content">Exactly the content that belongs into this chunk.</param>
    public static byte[] Seal(ReadOnlySpan<byte> key, RoomId room, long size, int index, ReadOnlySpan<byte> content)
    {
        var piece = new byte[PieceBytes(size, index)];
        content.CopyTo(piece);
        return Sealing.Seal(key, Nonce(index), Along(room, index, index == CountOf(size) - 1), piece);
    }

    /// <summary>The content in a chunk. False where its length, its tag or its padding is wrong.</summary>
    public bool TryOpen(RoomId room, int index, ReadOnlySpan<byte> chunk, out byte[] content)
    {
        content = [];
        var piece = new byte[PieceBytes(Size, index)];
        if (chunk.Length != piece.Length + Sealing.TagBytes)
            return false;
        if (!Sealing.TryOpen(Key, Nonce(index), Along(room, index, index == CountOf(Size) - 1), chunk, piece))
            return false;
        var count = ContentBytes(Size, index);
        content = piece[..count];
        return !piece.AsSpan(count).ContainsAnyExcept((byte)0);
    }

    private static int PieceBytes(long size, int index) =>
        (int)Math.Min(Limits.BlobChunkBytes, Padding.RoundUp(size) - ((long)index * Limits.BlobChunkBytes));

    private static byte[] Nonce(int index)
    {
        var nonce = new byte[Sealing.NonceBytes];
        BinaryPrimitives.WriteUInt32BigEndian(nonce.AsSpan(8), (uint)index);
        return nonce;
    }

    private static byte[] Along(RoomId room, int index, bool last)
    {
        byte[] along = [.. "coterie/1/blob\0"u8, .. new byte[16 + 4 + 1]];
        var writer = new ByteWriter(along.AsSpan(along.Length - 21));
        writer.U128(room.Value);
        writer.U32((uint)index);
        writer.Bool(last);
        return along;
    }
}
