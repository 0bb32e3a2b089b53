using System.Buffers;
using Coterie.Protocol.Rooms;

namespace Coterie.Protocol.Wire.Frames;

/// <summary>A client has a blob that it wants to leave here (B3).</summary>
public readonly ref struct Offer
{
    public BlobId Blob { get; init; }

    /// <summary>All chunks together, sealed. Their number follows: all but the last are whole.</summary>
    public ulong SealedBytes { get; init; }

    /// <summary>The hashes of all chunks, 32 bytes each.</summary>
    public ReadOnlySpan<byte> Hashes { get; init; }

    private static readonly ulong MostBytes = (ulong)Rooms.Blob.SealedBytes(Limits.MaxBlobBytes);

    public static bool TryParse(ReadOnlySpan<byte> body, out Offer frame, out WireError error)
    {
        var reader = new ByteReader(body);
        var blob = new BlobId(reader.Digest());
        var bytes = reader.U64();
        reader.Demand(bytes >= 1 && bytes <= MostBytes, WireError.TooLarge);
        var count = reader.U16();
        reader.Demand(
            count == (bytes + Rooms.Blob.SealedChunkBytes - 1) / Rooms.Blob.SealedChunkBytes,
            WireError.Value
        );
        frame = new Offer
        {
            Blob = blob,
            SealedBytes = bytes,
            Hashes = reader.Bytes(reader.Ok ? count * Digest.Bytes : 0),
        };
        return reader.End(out error);
    }

    public static void Write(IBufferWriter<byte> output, BlobId blob, ulong sealedBytes, IReadOnlyList<Digest> hashes)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        var writer = Frame.Begin(output, (byte)ClientFrame.Offer, BlobId.Bytes + 8 + 2 + (Digest.Bytes * hashes.Count));
        writer.Digest(blob.Value);
        writer.U64(sealedBytes);
        writer.U16(hashes.Count);
        foreach (var hash in hashes)
            writer.Digest(hash);
        Frame.End(output, writer);
    }
}

/// <summary>One sealed chunk of a blob, from a client or to one.</summary>
public readonly ref struct Chunk
{
    public BlobId Blob { get; init; }

    public int Index { get; init; }

    public ReadOnlySpan<byte> Bytes { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out Chunk frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new Chunk
        {
            Blob = new(reader.Digest()),
            Index = reader.U16(),
            Bytes = reader.Rest(),
        };
        reader.Demand(frame.Bytes.Length is > 0 and <= Rooms.Blob.SealedChunkBytes, WireError.TooLarge);
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output, ClientFrame type) => Write(output, (byte)type);

    public void Write(IBufferWriter<byte> output, HubFrame type) => Write(output, (byte)type);

    private void Write(IBufferWriter<byte> output, byte type)
    {
        var writer = Frame.Begin(output, type, BlobId.Bytes + 2 + Bytes.Length);
        writer.Digest(Blob.Value);
        writer.U16(Index);
        writer.Bytes(Bytes);
        Frame.End(output, writer);
    }
}

/// <summary>A chunk of a blob is wanted (B7), or was taken (B4).</summary>
public readonly record struct ChunkName(BlobId Blob, int Index)
{
    public static bool TryParse(ReadOnlySpan<byte> body, out ChunkName frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new ChunkName(new(reader.Digest()), reader.U16());
        return reader.End(out error);
    }

    public void WriteWant(IBufferWriter<byte> output) => Write(output, (byte)ClientFrame.Want);

    public void WriteTook(IBufferWriter<byte> output) => Write(output, (byte)HubFrame.Took);

    private void Write(IBufferWriter<byte> output, byte type)
    {
        var writer = Frame.Begin(output, type, BlobId.Bytes + 2);
        writer.Digest(Blob.Value);
        writer.U16(Index);
        Frame.End(output, writer);
    }
}

/// <summary>What a room may hold in blobs, and holds. All in bytes; the last two sealed.</summary>
/// <param name="Most">Content of one blob.</param>
public readonly record struct Storage(ulong Most, ulong Room, ulong Used)
{
    public static bool TryParse(ReadOnlySpan<byte> body, out Storage frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new Storage(reader.U64(), reader.U64(), reader.U64());
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)HubFrame.Storage, 24);
        writer.U64(Most);
        writer.U64(Room);
        writer.U64(Used);
        Frame.End(output, writer);
    }
}

/// <summary>The answer to <see cref="Offer"/>: the chunks that are not here yet.</summary>
public readonly ref struct Offered
{
    public BlobId Blob { get; init; }

    /// <summary>Index u16 each.</summary>
    public ReadOnlySpan<byte> Missing { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out Offered frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new Offered { Blob = new(reader.Digest()), Missing = reader.Bytes(2 * reader.U16()) };
        return reader.End(out error);
    }

    public static void Write(IBufferWriter<byte> output, BlobId blob, IReadOnlyList<int> missing)
    {
        ArgumentNullException.ThrowIfNull(missing);
        var writer = Frame.Begin(output, (byte)HubFrame.Offered, BlobId.Bytes + 2 + (2 * missing.Count));
        writer.Digest(blob.Value);
        writer.U16(missing.Count);
        foreach (var index in missing)
            writer.U16(index);
        Frame.End(output, writer);
    }
}

/// <summary>A blob is not taken, or cannot be had.</summary>
public readonly ref struct BlobRefused
{
    public BlobId Blob { get; init; }

    public Refusal Code { get; init; }

    /// <summary>UTF-8, at most 1,024 bytes, that says what to do (W8).</summary>
    public ReadOnlySpan<byte> Text { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out BlobRefused frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new BlobRefused
        {
            Blob = new(reader.Digest()),
            Code = (Refusal)reader.U16(),
            Text = reader.Text16(0, ErrorFrame.MaxTextBytes),
        };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)HubFrame.BlobRefused, BlobId.Bytes + 2 + 2 + Text.Length);
        writer.Digest(Blob.Value);
        writer.U16((ushort)Code);
        writer.B16(Text);
        Frame.End(output, writer);
    }
}
