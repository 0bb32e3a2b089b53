using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Coterie.Protocol.Keys;

/// <summary>
/// Argon2id, version 19, to RFC 9106: what makes guessing a room's password cost 64 MiB and three passes each time
/// (PROTOCOL.md K3). The base class library has none. Lanes are filled one after the other on the calling thread.
/// </summary>
public static class Argon2id
{
    public const int MemoryKib = 64 * 1024;
    public const int Passes = 3;
    public const int Lanes = 1;
    public const int HashBytes = 32;
    public const int SaltBytes = 16;

    private const string Decomposed = "e\u0301";
    private const int BlockWords = 128; // 1,024 bytes
    private const int SlicesPerPass = 4;

    /// <summary>The room's fixed cost. About a quarter of a second and 64 MiB; call it off the UI thread.</summary>
    /// <param name="password">1–<see cref="Limits.MaxPasswordBytes"/> bytes of UTF-8 once in Unicode NFC.</param>
    /// <param name="salt">16 bytes: the Genesis's.</param>
    /// <returns>32 bytes.</returns>
    /// <exception cref="ArgumentException">The password or the salt is out of bounds.</exception>
    public static byte[] Derive(string password, ReadOnlySpan<byte> salt)
    {
        ArgumentNullException.ThrowIfNull(password);
        if (!Ascii.IsValid(password) && Decomposed.IsNormalized(NormalizationForm.FormC))
            throw new PlatformNotSupportedException(
                "This password needs Unicode normalization, which is off in invariant globalization mode: install ICU (Debian: libicu72)."
            );
        var bytes = Encoding.UTF8.GetBytes(password.Normalize(NormalizationForm.FormC));
        try
        {
            if (bytes.Length is 0 or > Limits.MaxPasswordBytes)
                throw new ArgumentException($"A password has 1 to {Limits.MaxPasswordBytes} bytes.", nameof(password));
            if (salt.Length != SaltBytes)
                throw new ArgumentException($"The salt has {SaltBytes} bytes.", nameof(salt));
            return Derive(bytes, salt, [], [], new Cost(MemoryKib, Passes, Lanes), HashBytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    internal sealed record Cost(int MemoryKib, int Passes, int Lanes);

    internal static byte[] Derive(
        ReadOnlySpan<byte> password,
        ReadOnlySpan<byte> salt,
        ReadOnlySpan<byte> secret,
        ReadOnlySpan<byte> associated,
        Cost cost,
        int hashBytes
    )
    {
        Span<byte> seed = stackalloc byte[Blake2b.MaxHashBytes + 8]; // H0, then room for the block's two numbers
        var blake = new Blake2b(Blake2b.MaxHashBytes);
        blake.Append((uint)cost.Lanes);
        blake.Append((uint)hashBytes);
        blake.Append((uint)cost.MemoryKib);
        blake.Append((uint)cost.Passes);
        blake.Append(0x13u);
        blake.Append(2u);
        AppendWithLength(blake, password);
        AppendWithLength(blake, salt);
        AppendWithLength(blake, secret);
        AppendWithLength(blake, associated);
        blake.Finish(seed);

        var laneBlocks = cost.MemoryKib / (SlicesPerPass * cost.Lanes) * SlicesPerPass;
        var memory = new ulong[(long)laneBlocks * cost.Lanes * BlockWords];
        try
        {
            for (var lane = 0; lane < cost.Lanes; lane++)
            for (var first = 0; first < 2; first++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(seed[64..], (uint)first);
                BinaryPrimitives.WriteUInt32LittleEndian(seed[68..], (uint)lane);
                LongHash(seed, MemoryMarshal.AsBytes(Block(memory, lane * laneBlocks + first)));
            }
            for (var pass = 0; pass < cost.Passes; pass++)
            for (var slice = 0; slice < SlicesPerPass; slice++)
            for (var lane = 0; lane < cost.Lanes; lane++)
                FillSegment(memory, cost, laneBlocks, pass, slice, lane);

            Span<ulong> last = stackalloc ulong[BlockWords];
            for (var lane = 0; lane < cost.Lanes; lane++)
                Xor(last, Block(memory, (lane + 1) * laneBlocks - 1));
            var hash = new byte[hashBytes];
            LongHash(MemoryMarshal.AsBytes(last), hash);
            return hash;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(memory.AsSpan()));
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    private static void FillSegment(ulong[] memory, Cost cost, int laneBlocks, int pass, int slice, int lane)
    {
        var segmentBlocks = laneBlocks / SlicesPerPass;
        var independent = pass == 0 && slice < 2; // Argon2i in the first half of the first pass, Argon2d after it
        Span<ulong> addresses = stackalloc ulong[BlockWords];
        Span<ulong> input = stackalloc ulong[BlockWords];
        Span<ulong> zero = stackalloc ulong[BlockWords];
        if (independent)
        {
            input[0] = (ulong)pass;
            input[1] = (ulong)lane;
            input[2] = (ulong)slice;
            input[3] = (ulong)(laneBlocks * cost.Lanes);
            input[4] = (ulong)cost.Passes;
            input[5] = 2;
        }

        for (var i = pass == 0 && slice == 0 ? 2 : 0; i < segmentBlocks; i++)
        {
            var column = slice * segmentBlocks + i;
            var previous = Block(memory, lane * laneBlocks + (column == 0 ? laneBlocks - 1 : column - 1));
            ulong random;
            if (independent)
            {
                if (i % BlockWords == 0 || (i == 2 && slice == 0))
                {
                    input[6] = (ulong)(i / BlockWords + 1);
                    Compress(zero, input, addresses, xor: false);
                    Compress(zero, addresses, addresses, xor: false);
                }
                random = addresses[i % BlockWords];
            }
            else
            {
                random = previous[0];
            }

            var otherLane = pass == 0 && slice == 0 ? lane : (int)((random >> 32) % (uint)cost.Lanes);
            var reference = ReferenceColumn(laneBlocks, segmentBlocks, pass, slice, i, otherLane == lane, (uint)random);
            Compress(
                previous,
                Block(memory, otherLane * laneBlocks + reference),
                Block(memory, lane * laneBlocks + column),
                xor: pass > 0
            );
        }
    }

    /// <summary>RFC 9106 section 3.4.2: which finished block of the lane J1 picks, with the quadratic bias to recent ones.</summary>
    private static int ReferenceColumn(
        int laneBlocks,
        int segmentBlocks,
        int pass,
        int slice,
        int index,
        bool sameLane,
        uint j1
    )
    {
        var finished = pass == 0 ? slice * segmentBlocks : laneBlocks - segmentBlocks;
        var area =
            sameLane ? finished + index - 1
            : index == 0 ? finished - 1
            : finished;
        var squared = (ulong)j1 * j1 >> 32;
        var offset = area - 1 - (int)((ulong)area * squared >> 32);
        var start = pass == 0 || slice == SlicesPerPass - 1 ? 0 : (slice + 1) * segmentBlocks;
        return (start + offset) % laneBlocks;
    }

    private static Span<ulong> Block(ulong[] memory, int index) => memory.AsSpan(index * BlockWords, BlockWords);

    private static void Xor(Span<ulong> target, ReadOnlySpan<ulong> other)
    {
        for (var i = 0; i < target.Length; i++)
            target[i] ^= other[i];
    }

    /// <summary>G of section 3.5: target = (or ^=) P(x ^ y) ^ x ^ y. Target may be one of the inputs.</summary>
    private static void Compress(ReadOnlySpan<ulong> x, ReadOnlySpan<ulong> y, Span<ulong> target, bool xor)
    {
        Span<ulong> r = stackalloc ulong[BlockWords];
        Span<ulong> z = stackalloc ulong[BlockWords];
        for (var i = 0; i < BlockWords; i++)
            z[i] = r[i] = x[i] ^ y[i];
        for (var row = 0; row < 8; row++)
            Permute(z, 16 * row, 2, 1);
        for (var column = 0; column < 8; column++)
            Permute(z, 2 * column, 16, 1);
        for (var i = 0; i < BlockWords; i++)
            target[i] = (xor ? target[i] : 0) ^ z[i] ^ r[i];
    }

    /// <summary>P of section 3.6 over eight pairs of words; pair k begins at start + k * stride.</summary>
    private static void Permute(Span<ulong> z, int start, int stride, int second)
    {
        ref var v0 = ref z[start];
        ref var v1 = ref z[start + second];
        ref var v2 = ref z[start + stride];
        ref var v3 = ref z[start + stride + second];
        ref var v4 = ref z[start + 2 * stride];
        ref var v5 = ref z[start + 2 * stride + second];
        ref var v6 = ref z[start + 3 * stride];
        ref var v7 = ref z[start + 3 * stride + second];
        ref var v8 = ref z[start + 4 * stride];
        ref var v9 = ref z[start + 4 * stride + second];
        ref var v10 = ref z[start + 5 * stride];
        ref var v11 = ref z[start + 5 * stride + second];
        ref var v12 = ref z[start + 6 * stride];
        ref var v13 = ref z[start + 6 * stride + second];
        ref var v14 = ref z[start + 7 * stride];
        ref var v15 = ref z[start + 7 * stride + second];
        Mix(ref v0, ref v4, ref v8, ref v12);
        Mix(ref v1, ref v5, ref v9, ref v13);
        Mix(ref v2, ref v6, ref v10, ref v14);
        Mix(ref v3, ref v7, ref v11, ref v15);
        Mix(ref v0, ref v5, ref v10, ref v15);
        Mix(ref v1, ref v6, ref v11, ref v12);
        Mix(ref v2, ref v7, ref v8, ref v13);
        Mix(ref v3, ref v4, ref v9, ref v14);
    }

    private static void Mix(ref ulong a, ref ulong b, ref ulong c, ref ulong d)
    {
        a += b + 2 * (ulong)(uint)a * (uint)b;
        d = BitOperations.RotateRight(d ^ a, 32);
        c += d + 2 * (ulong)(uint)c * (uint)d;
        b = BitOperations.RotateRight(b ^ c, 24);
        a += b + 2 * (ulong)(uint)a * (uint)b;
        d = BitOperations.RotateRight(d ^ a, 16);
        c += d + 2 * (ulong)(uint)c * (uint)d;
        b = BitOperations.RotateRight(b ^ c, 63);
    }

    /// <summary>H' of section 3.3: BLAKE2b stretched to any length.</summary>
    private static void LongHash(ReadOnlySpan<byte> input, Span<byte> output)
    {
        var blake = new Blake2b(Math.Min(output.Length, Blake2b.MaxHashBytes));
        blake.Append((uint)output.Length);
        blake.Append(input);
        if (output.Length <= Blake2b.MaxHashBytes)
        {
            blake.Finish(output);
            return;
        }
        Span<byte> v = stackalloc byte[Blake2b.MaxHashBytes];
        blake.Finish(v);
        while (true)
        {
            v[..32].CopyTo(output);
            output = output[32..];
            if (output.Length <= Blake2b.MaxHashBytes)
            {
                Blake2b.Hash(v, output);
                return;
            }
            Blake2b.Hash(v, v);
        }
    }

    private static void AppendWithLength(Blake2b blake, ReadOnlySpan<byte> bytes)
    {
        blake.Append((uint)bytes.Length);
        blake.Append(bytes);
    }
}
