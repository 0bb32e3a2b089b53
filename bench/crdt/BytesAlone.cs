using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Unicode;

namespace Coterie.Bench.Crdt;

/// <summary>
/// What no engine can do without that decodes an update: each integer and each letter of one of format v1 is read, into fields that the
/// next struct overwrites and into one buffer of UTF-16. Nothing is put anywhere. As quick as we know how to, by the means of
/// Coterie.Crdt itself: clients are compared and not decoded, lengths are guessed, short text is widened in one step. It knows what a
/// plain text holds.
/// </summary>
internal sealed class BytesAlone(byte[] update)
{
    private const int Gc = 0;
    private const int Deleted = 1;
    private const int Text = 4;
    private const int HasOrigin = 0x80;
    private const int HasRightOrigin = 0x40;

    /// <summary>Bytes that are seen beyond what is read.</summary>
    private const int Margin = 16;

    private readonly byte[] padded = [.. update, .. new byte[Margin]];
    private readonly char[] letters = new char[update.Length + Margin];

    /// <summary>Of the last struct and the last range, so that nothing is read in vain.</summary>
    public (int Origin, int RightOrigin, int Length) Last { get; private set; }

    /// <returns>UTF-16 units.</returns>
    public int Read()
    {
        var (at, units) = (0, 0);
        for (var clients = Number(padded, ref at); clients > 0; clients--)
            units = Structs(ref at, units);
        for (var clients = Number(padded, ref at); clients > 0; clients--)
        {
            Client(ref at);
            for (var ranges = Number(padded, ref at); ranges > 0; ranges--)
                Last = (Number(padded, ref at), 0, Number(padded, ref at));
        }
        if (at != update.Length)
            throw new InvalidOperationException("coterie: bytes behind the update");
        return units;
    }

    private int Structs(ref int start, int units)
    {
        ReadOnlySpan<byte> bytes = padded;
        var text = letters.AsSpan();
        var at = start;
        var structs = Number(bytes, ref at);
        var (client, count) = Client(ref at);
        Number(bytes, ref at); // the first clock
        var (origin, rightOrigin, length) = (0, 0, 0);
        for (; structs > 0; structs--)
        {
            var info = bytes[at++];
            var kind = info & 0x1f;
            if (kind is not (Gc or Deleted or Text))
                throw new NotSupportedException($"a struct of kind {kind}");
            if ((info & HasOrigin) != 0)
                origin = Clock(bytes, ref at, client, count);
            if ((info & HasRightOrigin) != 0)
                rightOrigin = Clock(bytes, ref at, client, count);
            if (kind != Gc && (info & (HasOrigin | HasRightOrigin)) == 0)
            {
                at++; // that a root's name follows
                var name = Number(bytes, ref at);
                at += name;
            }
            length = Number(bytes, ref at);
            if (kind != Text)
                continue;
            units += Widen(bytes.Slice(at, length + Margin), length, text[units..]);
            at += length;
        }
        Last = (origin, rightOrigin, length);
        start = at;
        return units;
    }

    /// <summary>A client's spelling, as its first eight bytes, and how many of them it has.</summary>
    private (ulong Bytes, int Count) Client(ref int at)
    {
        var count = 1;
        while (padded[at + count - 1] >= 0x80)
            count++;
        var spelled = BinaryPrimitives.ReadUInt64LittleEndian(padded.AsSpan(at)) & (ulong.MaxValue >> (64 - 8 * count));
        at += count;
        return (spelled, count);
    }

    /// <summary>A clock behind the client that most have.</summary>
    private static int Clock(ReadOnlySpan<byte> bytes, ref int at, ulong client, int count)
    {
        if (
            ((BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]) ^ client) & (ulong.MaxValue >> (64 - 8 * count)))
            == 0
        )
            at += count;
        else
            while (bytes[at++] >= 0x80) { }
        return Number(bytes, ref at);
    }

    private static int Number(ReadOnlySpan<byte> bytes, ref int at)
    {
        var four = BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
        if ((four & 0x80_8080) == 0x8080)
        {
            at += 3;
            return (int)((four & 0x7f) | ((four & 0x7f00) >> 1) | ((four & 0x7f_0000) >> 2));
        }
        var value = 0;
        for (var shift = 0; ; shift += 7)
        {
            int next = bytes[at++];
            value |= (next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
    }

    private static int Widen(ReadOnlySpan<byte> bytes, int length, Span<char> text)
    {
        if (length <= Vector128<byte>.Count)
        {
            var all = Vector128.Create(bytes);
            if ((all.ExtractMostSignificantBits() & ((1u << length) - 1)) == 0)
            {
                var units = MemoryMarshal.Cast<char, ushort>(text);
                var (low, high) = Vector128.Widen(all);
                low.CopyTo(units);
                high.CopyTo(units[Vector128<ushort>.Count..]);
                return length;
            }
        }
        return Utf8.ToUtf16(bytes[..length], text, out _, out var written) == OperationStatus.Done
            ? written
            : throw new InvalidOperationException("coterie: text that is no UTF-8");
    }
}
