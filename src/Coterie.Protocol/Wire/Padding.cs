using System.Buffers.Binary;
using System.Numerics;

namespace Coterie.Protocol.Wire;

/// <summary>The padding of R2: lengths say little, because they are rounded up to powers of two from 64 B to 4 KiB and by Padmé above.</summary>
public static class Padding
{
    public const int LengthBytes = 4;
    private const int Least = 64;
    private const int MostPowerOfTwo = 4 * 1024;

    public static bool Pads(RecordClass value) => value is not (RecordClass.Bytes or RecordClass.Media);

    /// <summary>The length of <c>n u32 ‖ payload ‖ zeros</c> for a payload of so many bytes.</summary>
    public static int Padded(int payloadBytes, RecordClass forClass)
    {
        var length = LengthBytes + payloadBytes;
        return Pads(forClass) ? (int)RoundUp(length) : length;
    }

    /// <summary>The length in bytes that one of so many is padded to (R2).</summary>
    public static long RoundUp(long length)
    {
        if (length <= MostPowerOfTwo)
            return Math.Max(Least, (long)BitOperations.RoundUpToPowerOf2((ulong)length));
        // Padmé (Nikitin et al., PURBs): keep as many leading bits as the exponent has, round the rest up.
        var exponent = BitOperations.Log2((ulong)length);
        var kept = BitOperations.Log2((uint)exponent) + 1;
        var mask = (1L << (exponent - kept)) - 1;
        return (length + mask) & ~mask;
    }

    /// <summary>The payload inside an opened plaintext, or <see cref="WireError.Content"/> if length, padding or bound are wrong.</summary>
    public static bool TryOpen(
        ReadOnlySpan<byte> plaintext,
        RecordClass forClass,
        out ReadOnlySpan<byte> payload,
        out WireError error
    )
    {
        payload = default;
        error = WireError.Content;
        if (plaintext.Length < LengthBytes)
            return false;
        var length = BinaryPrimitives.ReadUInt32BigEndian(plaintext);
        if (length > Limits.MaxPayloadBytes || Padded((int)length, forClass) != plaintext.Length)
            return false;
        if (plaintext[(LengthBytes + (int)length)..].ContainsAnyExcept((byte)0))
            return false;
        payload = plaintext.Slice(LengthBytes, (int)length);
        error = WireError.None;
        return true;
    }
}
