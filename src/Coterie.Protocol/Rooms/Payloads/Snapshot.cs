using System.Buffers;
using System.IO.Compression;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>The payload of class 7: a stream's state, packed. What the state holds is <see cref="FileState"/>'s, <see cref="TreeSnapshot"/>'s and <see cref="ChatSnapshot"/>'s.</summary>
public readonly ref struct Snapshot
{
    private const byte Format = 1;

    /// <summary>Whether the state is deflated (RFC 1951).</summary>
    public bool Deflated { get; init; }

    public ReadOnlySpan<byte> State { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> payload, out Snapshot snapshot, out WireError error)
    {
        var reader = Payload.Read(payload);
        reader.U8(Format, Format);
        snapshot = new Snapshot { Deflated = reader.Bool(), State = reader.Rest() };
        return reader.End(out error);
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
