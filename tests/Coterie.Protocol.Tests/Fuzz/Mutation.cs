using System.Buffers.Binary;
using Coterie.Protocol.Tests.Worlds;

namespace Coterie.Protocol.Tests.Fuzz;

/// <summary>
/// Bends valid bytes: bits, cuts, repeats, pieces of others, numbers at their bounds, text that is none; and changes what stands behind a
/// length together with it, so that the rest still parses and the bend comes deep into the layout.
/// </summary>
internal static class Mutation
{
    private const int Rarely = 1_000;
    private static readonly byte[] Small = [0, 1, 2, 3, 4, 5, 8, 15, 16, 17, 63, 64, 127, 128, 255];

    private static readonly ulong[] Bounds =
    [
        0,
        1,
        0xff,
        0x100,
        0xffff,
        0x1_0000,
        0x7fff_ffff,
        0x8000_0000,
        0xffff_ffff,
        0x1_0000_0000,
        (1UL << 53) - 1,
        1UL << 53,
        1UL << 63,
        ulong.MaxValue,
    ];

    /// <summary>Bytes at and behind which something ends in <see cref="Limits"/> or in a layout.</summary>
    private static readonly int[] Lengths =
    [
        0,
        1,
        16,
        32,
        33,
        60,
        64,
        65,
        113,
        200,
        256,
        314,
        331,
        Limits.MaxErrorTextBytes,
        4_096,
        16_384,
    ]; // csharpier-ignore

    private static readonly byte[][] Texts =
    [
        [0xc0, 0x80],
        [0xed, 0xa0, 0x80],
        [0xf4, 0x90, 0x80, 0x80],
        [0xe2, 0x82],
        [0xff],
        [0xf0, 0x9f, 0x99],
        [0xef, 0xbb, 0xbf],
        [0xe2, 0x80, 0xa8],
        [0xe2, 0x80, 0xae],
        [0xf3, 0xa0, 0x80, 0x81],
        [0xf0, 0x9f, 0x99, 0x82],
        [0xc4, 0xb0],
        [0xcd, 0x8f],
        [0xe2, 0x80, 0x8d],
        [0x20],
        [0x2e],
        [0x2f],
        [0x00],
        [0x7f],
        [0xc2, 0xad],
    ];

    /// <param name="other">Of the same kind: what pieces are taken from.</param>
    public static byte[] Bend(byte[] bytes, byte[] other, Dice dice)
    {
        var bent = bytes.ToList();
        for (var times = dice.Below(3) == 0 ? 1 + dice.Below(4) : 1; times > 0; times--)
            Once(bent, other, dice);
        if (dice.Below(Rarely) == 0)
            Fill(bent, bent.Count, Huge(dice));
        return [.. bent];
    }

    private static void Once(List<byte> bent, byte[] other, Dice dice)
    {
        var at = dice.Below(bent.Count + 1);
        var left = bent.Count - at;
        switch (dice.Below(15))
        {
            case 0 when left > 0:
                bent[at] ^= (byte)(1 << dice.Below(8));
                break;
            case 1 when left > 0:
                bent[at] = Small[dice.Below(Small.Length)];
                break;
            case 2: // near the front, where kinds and lengths are
                if (bent.Count > 0)
                    bent[dice.Below(Math.Min(8, bent.Count))] = (byte)dice.Below(dice.Below(2) == 0 ? 32 : 256);
                break;
            case 3:
                bent.RemoveRange(at, Math.Min(left, 1 + dice.Below(40)));
                break;
            case 4:
                bent.InsertRange(at, dice.Bytes(1 + dice.Below(20)));
                break;
            case 5:
                bent.AddRange(dice.Bytes(1 + dice.Below(3)));
                break;
            case 6:
                bent.RemoveRange(at, left);
                break;
            case 7:
                Write(bent, at, 1 << dice.Below(4), Bounds[dice.Below(Bounds.Length)]);
                break;
            case 8: // what is left behind a length, and one more or less
                Write(bent, at, 2 << dice.Below(2), (ulong)Math.Max(0, left - 2 + dice.Below(5) - 2));
                break;
            case 9:
                bent.InsertRange(at, bent.GetRange(at, Math.Min(left, 1 + dice.Below(100))));
                break;
            case 10:
                bent.RemoveRange(at, left);
                bent.AddRange(
                    other.AsSpan(Math.Min(other.Length, at + dice.Below(9) - 4 is var from and >= 0 ? from : 0))
                );
                break;
            case 11:
                Put(bent, at, Texts[dice.Below(Texts.Length)]);
                break;
            case 12:
                bent.InsertRange(at, Texts[dice.Below(Texts.Length)]);
                break;
            case 13:
                Recount(bent, dice);
                break;
            default:
                Resize(bent, dice);
                break;
        }
    }

    /// <summary>One item more, or one less, behind a count: a piece of the length of some item, twice or not at all.</summary>
    private static void Recount(List<byte> bent, Dice dice)
    {
        var at = dice.Below(bent.Count + 1);
        int[] items = [2, 16, 24, 32, 33, 34, 35, 65, 130];
        var item = items[dice.Below(items.Length)];
        if (at + 1 + item > bent.Count)
            return;
        if (dice.Below(2) == 0 && bent[at] < 255)
        {
            bent[at]++;
            bent.InsertRange(at + 1, bent.GetRange(at + 1, item));
        }
        else if (bent[at] > 0)
        {
            bent[at]--;
            bent.RemoveRange(at + 1, item);
        }
    }

    /// <summary>Other bytes behind a length, which is changed with them. Looks for a u16 or u32 that may be one.</summary>
    private static void Resize(List<byte> bent, Dice dice)
    {
        var head = dice.Below(4) == 0 ? 4 : 2;
        for (var tries = 0; tries < 40 && bent.Count >= head; tries++)
        {
            var at = dice.Below(bent.Count - head + 1);
            var length = 0;
            for (var i = 0; i < head; i++)
                length = (length << 8) | bent[at + i];
            if (length < 0 || length > bent.Count - at - head || (length == 0 && dice.Below(8) > 0))
                continue;
            var more = dice.Below(3) switch
            {
                0 => length + 1 + dice.Below(3),
                1 => Math.Max(0, length - 1 - dice.Below(3)),
                _ => Lengths[dice.Below(Lengths.Length)] + dice.Below(3) - 1,
            };
            more = Math.Max(0, more);
            if (dice.Below(3) == 0)
                Put(bent, at + head + (length == 0 ? 0 : dice.Below(length)), Texts[dice.Below(Texts.Length)]);
            if (more < length)
                bent.RemoveRange(at + head + more, length - more);
            else
                Fill(bent, at + head + length, more - length);
            Write(bent, at, head, (ulong)more);
            return;
        }
    }

    private static int Huge(Dice dice)
    {
        int[] most =
        [
            Limits.MaxManifestBytes,
            Limits.MaxPayloadBytes,
            Limits.MaxRecordBytes,
            Limits.MaxFrameBytes,
            Limits.MaxMessageBytes,
        ];
        return most[dice.Below(most.Length)] - dice.Below(200);
    }

    private static void Fill(List<byte> bent, int at, int count)
    {
        var letters = new byte[count];
        Array.Fill(letters, (byte)'a');
        bent.InsertRange(at, letters);
    }

    private static void Put(List<byte> bent, int at, ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length && at + i < bent.Count; i++)
            bent[at + i] = bytes[i];
    }

    private static void Write(List<byte> bent, int at, int count, ulong number)
    {
        Span<byte> all = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(all, number);
        Put(bent, at, all[(8 - Math.Min(8, count))..]);
    }
}
