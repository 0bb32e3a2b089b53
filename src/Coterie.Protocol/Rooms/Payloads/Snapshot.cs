using System.Buffers;
using System.IO.Compression;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>The payload of class 7: a stream's state, packed, in the record itself or in the blob that the clear part names. What the state holds is <see cref="FileState"/>'s, <see cref="TreeSnapshot"/>'s and <see cref="ChatSnapshot"/>'s.</summary>
public readonly ref struct Snapshot
{
    private const byte Format = 1;
    private const byte InBlob = 2;

    /// <summary>Whether the state is deflated (RFC 1951).</summary>
    public bool Deflated { get; init; }

    /// <summary>Packed; empty where a blob has it.</summary>
    public ReadOnlySpan<byte> State { get; init; }

    /// <summary>What opens the blob, whose content is the packed state; null where that stands in the record.</summary>
    public BlobSecret? Secret { get; init; }

    /// <summary>That of a state in a blob, so that who holds the content compares without fetching it (N5).</summary>
    public Digest Digest { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> payload, out Snapshot snapshot, out WireError error)
    {
        var reader = Payload.Read(payload);
        var format = reader.U8(Format, InBlob);
        var deflated = reader.Bool();
        if (format == Format)
        {
            snapshot = new Snapshot { Deflated = deflated, State = reader.Rest() };
            return reader.End(out error);
        }
        var secret = BlobSecret.Read(ref reader);
        reader.Demand(secret.Size <= Limits.MaxStateBytes, WireError.TooLarge);
        snapshot = new Snapshot
        {
            Deflated = deflated,
            Secret = secret,
            Digest = reader.Digest(),
        };
        return reader.End(out error);
    }

    /// <summary>The payload of a snapshot whose packed state lies in a blob.</summary>
    public static byte[] PackInBlob(bool deflated, BlobSecret secret, in Digest digest)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var bytes = new byte[2 + BlobSecret.Bytes + Digest.Bytes];
        var writer = new ByteWriter(bytes);
        writer.U8(InBlob);
        writer.Bool(deflated);
        secret.Write(ref writer);
        writer.Digest(digest);
        return bytes;
    }

    /// <summary>The payload of a state, deflated where that makes it smaller.</summary>
    public static byte[] Pack(ReadOnlySpan<byte> state)
    {
        using var packed = new MemoryStream();
        packed.Write([Format, 1]);
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(state);
        return packed.Length < state.Length + 2 ? packed.ToArray() : [Format, 0, .. state];
    }

    /// <summary>The state. Fails with <see cref="WireError.Content"/> if it does not inflate, <see cref="WireError.TooLarge"/> if that passes <see cref="Limits.MaxStateBytes"/>.</summary>
    public bool TryUnpack(out byte[] state, out WireError error)
    {
        error = WireError.None;
        state = Deflated ? [] : State.ToArray();
        if (!Deflated)
            return true;
        using var inflate = new DeflateStream(new MemoryStream(State.ToArray()), CompressionMode.Decompress);
        var inflated = new ArrayBufferWriter<byte>();
        try
        {
            while (true)
            {
                var read = inflate.Read(inflated.GetSpan(4_096));
                if (read == 0)
                    break;
                inflated.Advance(read);
                if (inflated.WrittenCount > Limits.MaxStateBytes)
                {
                    error = WireError.TooLarge;
                    return false;
                }
            }
        }
        catch (InvalidDataException)
        {
            error = WireError.Content;
            return false;
        }
        state = inflated.WrittenSpan.ToArray();
        return true;
    }
}
