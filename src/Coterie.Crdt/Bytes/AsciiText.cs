using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace Coterie.Crdt.Bytes;

/// <summary>Short pieces of ASCII between UTF-16 and bytes, without the setting out of an encoder that takes all of Unicode.</summary>
internal static class AsciiText
{
    private const int Long = 64;

    /// <summary>What <see cref="TryNarrowFew"/> takes at most, and reads and writes always.</summary>
    public const int Few = 16;

    /// <summary>As <see cref="TryNarrow"/>, of the first units, in one step however few they are.</summary>
    public static bool TryNarrowFew(ReadOnlySpan<char> text, int length, Span<byte> bytes)
    {
        var units = MemoryMarshal.Cast<char, ushort>(text);
        // What is no byte becomes 255.
        var all = Vector128.NarrowWithSaturation(Vector128.Create(units), Vector128.Create(units[8..]));
        all.CopyTo(bytes);
        return (all.ExtractMostSignificantBits() & (1u << length) - 1) == 0;
    }

    /// <summary>The other way; what is written behind the first units is of no meaning.</summary>
    public static bool TryWidenFew(ReadOnlySpan<byte> bytes, int length, Span<char> text)
    {
        var all = Vector128.Create(bytes);
        var units = MemoryMarshal.Cast<char, ushort>(text);
        var (low, high) = Vector128.Widen(all);
        low.CopyTo(units);
        high.CopyTo(units[8..]);
        return (all.ExtractMostSignificantBits() & (1u << length) - 1) == 0;
    }

    /// <summary>Answers whether all was ASCII; if not, the bytes hold nothing of use. There are as many bytes as units.</summary>
    public static bool TryNarrow(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        if (text.Length > Long)
            return Ascii.FromUtf16(text, bytes, out _) == System.Buffers.OperationStatus.Done;
        var units = MemoryMarshal.Cast<char, ushort>(text);
        if (units.Length >= Vector128<ushort>.Count)
            return TryNarrowEights(units, bytes);
        if (units.Length >= 4)
            return TryNarrowFour(units, bytes) & TryNarrowFour(units[^4..], bytes[^4..]);
        if (units.Length == 0)
            return true;
        // The first, the middle and the last of one to three.
        var (middle, last) = (units.Length >> 1, units.Length - 1);
        bytes[last] = (byte)units[last];
        bytes[middle] = (byte)units[middle];
        bytes[0] = (byte)units[0];
        return (units[0] | units[middle] | units[last]) < 0x80;
    }

    /// <summary>Eight at a time; the last eight may have been there before in part.</summary>
    private static bool TryNarrowEights(ReadOnlySpan<ushort> units, Span<byte> bytes)
    {
        var all = Vector128<ushort>.Zero;
        var last = units.Length - Vector128<ushort>.Count;
        for (var at = 0; ; at = Math.Min(at + Vector128<ushort>.Count, last))
        {
            var eight = Vector128.Create(units[at..]);
            all |= eight;
            Vector128.Narrow(eight, eight).GetLower().CopyTo(bytes[at..]);
            if (at == last)
                return (all & Vector128.Create((ushort)0xff80)) == Vector128<ushort>.Zero;
        }
    }

    private static bool TryNarrowFour(ReadOnlySpan<ushort> units, Span<byte> bytes)
    {
        var four = MemoryMarshal.Read<ulong>(MemoryMarshal.AsBytes(units));
        var pairs = (four | four >> 8) & 0x0000_ffff_0000_ffff;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)(pairs | pairs >> 16));
        return (four & 0xff80_ff80_ff80_ff80) == 0;
    }
}
