using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>The payload of class 2. What the record does stands in its clear part; the name serves to create and rename (T6).</summary>
public readonly ref struct TreePayload
{
    /// <summary>16 random bytes; carried and not judged (T7).</summary>
    public Bits128 OpId { get; init; }

    /// <summary>UTF-8, 0–<see cref="Limits.MaxNameBytes"/> bytes; <see cref="NodeName"/> says whether it is a name.</summary>
    public ReadOnlySpan<byte> Name { get; init; }

    /// <summary>What opens the blob that the clear part names; null where it names none.</summary>
    public BlobSecret? Secret { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> payload, out TreePayload tree, out WireError error)
    {
        var reader = Payload.Read(payload);
        tree = new TreePayload
        {
            OpId = reader.U128(),
            Name = reader.Text16(0, Limits.MaxNameBytes),
            Secret = reader.Ok && reader.Remaining > 0 ? BlobSecret.Read(ref reader) : null,
        };
        return reader.End(out error);
    }

    public byte[] Encode()
    {
        var bytes = new byte[16 + 2 + Name.Length + (Secret is null ? 0 : BlobSecret.Bytes)];
        var writer = new ByteWriter(bytes);
        writer.U128(OpId);
        writer.B16(Name);
        Secret?.Write(ref writer);
        return bytes;
    }
}

/// <summary>What opens a blob: <c>key 32 | size u64</c>.</summary>
public sealed record BlobSecret(byte[] Key, long Size)
{
    public const int Bytes = 32 + 8;

    internal static BlobSecret Read(ref ByteReader reader)
    {
        var secret = new BlobSecret(reader.Bytes(32).ToArray(), (long)reader.U64());
        reader.Demand(secret.Size <= Limits.MaxBlobBytes, WireError.TooLarge);
        return secret;
    }

    internal void Write(ref ByteWriter writer)
    {
        writer.Bytes(Key);
        writer.U64((ulong)Size);
    }
}

/// <summary>The payload of class 3.</summary>
public readonly record struct DeletePayload(Bits128 OpId)
{
    public static bool TryParse(ReadOnlySpan<byte> payload, out DeletePayload delete, out WireError error)
    {
        var reader = Payload.Read(payload);
        delete = new DeletePayload(reader.U128());
        return reader.End(out error);
    }

    public byte[] Encode()
    {
        var bytes = new byte[16];
        new ByteWriter(bytes).U128(OpId);
        return bytes;
    }
}
