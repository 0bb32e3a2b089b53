using System.Buffers.Binary;
using System.Numerics;

namespace Coterie.Protocol.Keys;

/// <summary>BLAKE2b without a key (RFC 7693), 1–64 bytes of output: the hash inside <see cref="Argon2id"/>. Used once, by one thread.</summary>
internal sealed class Blake2b
{
    public const int MaxHashBytes = 64;
    private const int BlockBytes = 128;

    private static readonly ulong[] InitialValues =
    [
        0x6a09e667f3bcc908,
        0xbb67ae8584caa73b,
        0x3c6ef372fe94f82b,
        0xa54ff53a5f1d36f1,
        0x510e527fade682d1,
        0x9b05688c2b3e6c1f,
        0x1f83d9abfb41bd6b,
        0x5be0cd19137e2179,
    ];

    /// <summary>The message schedule, ten rows of sixteen; rounds 10 and 11 repeat rows 0 and 1.</summary>
    // csharpier-ignore
    private static ReadOnlySpan<byte> Schedule =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
        11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4,
        7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8,
        9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13,
        2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9,
        12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11,
        13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10,
        6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5,
        10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0,
    ];

    private readonly ulong[] state;
    private readonly byte[] block;
    private readonly int hashBytes;
    private ulong length;
    private int filled;

    public Blake2b(int hashBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hashBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hashBytes, MaxHashBytes);
        this.hashBytes = hashBytes;
        state = [.. InitialValues];
        state[0] ^= 0x01010000UL ^ (uint)hashBytes;
        block = new byte[BlockBytes];
    }

    public static void Hash(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        var blake = new Blake2b(hash.Length);
        blake.Append(data);
        blake.Finish(hash);
    }

    public void Append(uint littleEndian)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, littleEndian);
        Append(bytes);
    }

    public void Append(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            if (filled == BlockBytes)
            {
                length += BlockBytes;
                Compress(last: false);
                filled = 0;
            }
            var take = Math.Min(BlockBytes - filled, data.Length);
            data[..take].CopyTo(block.AsSpan(filled));
            filled += take;
            data = data[take..];
        }
    }

    public void Finish(Span<byte> hash)
    {
        length += (ulong)filled;
        block.AsSpan(filled).Clear();
        Compress(last: true);
        Span<byte> full = stackalloc byte[MaxHashBytes];
        for (var i = 0; i < state.Length; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(full[(8 * i)..], state[i]);
        full[..hashBytes].CopyTo(hash);
        full.Clear();
        block.AsSpan().Clear();
        state.AsSpan().Clear();
    }

    private void Compress(bool last)
    {
        Span<ulong> v = stackalloc ulong[16];
        Span<ulong> m = stackalloc ulong[16];
        state.CopyTo(v);
        InitialValues.CopyTo(v[8..]);
        v[12] ^= length;
        if (last)
            v[14] = ~v[14];
        for (var i = 0; i < 16; i++)
            m[i] = BinaryPrimitives.ReadUInt64LittleEndian(block.AsSpan(8 * i));
        for (var round = 0; round < 12; round++)
        {
            var s = Schedule.Slice(round % 10 * 16, 16);
            Mix(v, 0, 4, 8, 12, m[s[0]], m[s[1]]);
            Mix(v, 1, 5, 9, 13, m[s[2]], m[s[3]]);
            Mix(v, 2, 6, 10, 14, m[s[4]], m[s[5]]);
            Mix(v, 3, 7, 11, 15, m[s[6]], m[s[7]]);
            Mix(v, 0, 5, 10, 15, m[s[8]], m[s[9]]);
            Mix(v, 1, 6, 11, 12, m[s[10]], m[s[11]]);
            Mix(v, 2, 7, 8, 13, m[s[12]], m[s[13]]);
            Mix(v, 3, 4, 9, 14, m[s[14]], m[s[15]]);
        }
        for (var i = 0; i < 8; i++)
            state[i] ^= v[i] ^ v[i + 8];
        m.Clear();
    }

    private static void Mix(Span<ulong> v, int a, int b, int c, int d, ulong x, ulong y)
    {
        v[a] += v[b] + x;
        v[d] = BitOperations.RotateRight(v[d] ^ v[a], 32);
        v[c] += v[d];
        v[b] = BitOperations.RotateRight(v[b] ^ v[c], 24);
        v[a] += v[b] + y;
        v[d] = BitOperations.RotateRight(v[d] ^ v[a], 16);
        v[c] += v[d];
        v[b] = BitOperations.RotateRight(v[b] ^ v[c], 63);
    }
}
