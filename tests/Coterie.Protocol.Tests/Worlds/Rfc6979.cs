using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Coterie.Protocol.Keys;

namespace Coterie.Protocol.Tests.Worlds;

/// <summary>
/// Deterministic ECDSA on P-256 (RFC 6979) in plain integers: a second implementation to check signatures against, and the signer of
/// the vectors, which must come out the same every time. Slow, and not constant in time.
/// </summary>
internal static class Rfc6979
{
    public static readonly BigInteger N = Hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    private static readonly BigInteger P = Hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    private static readonly (BigInteger X, BigInteger Y) G = (
        Hex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
        Hex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
    );

    /// <summary>Sign(key, label, data) of PROTOCOL.md, low s.</summary>
    public static byte[] Sign(SigningKey key, string label, ReadOnlySpan<byte> data)
    {
        byte[] message = [.. Encoding.ASCII.GetBytes("coterie/1/sig/" + label), 0, .. data];
        var (r, s) = Sign(key.ToScalar(), SHA256.HashData(message));
        if (s > N / 2)
            s = N - s;
        return [.. Fixed(r), .. Fixed(s)];
    }

    public static (BigInteger R, BigInteger S) Sign(byte[] scalar, byte[] hash)
    {
        var d = Number(scalar);
        var z = Number(hash);
        byte[] seed = [.. scalar, .. Fixed(z % N)];
        byte[] v = [.. Enumerable.Repeat((byte)1, 32)];
        var k = new byte[32];
        k = Hmac(k, [.. v, 0, .. seed]);
        v = Hmac(k, v);
        k = Hmac(k, [.. v, 1, .. seed]);
        v = Hmac(k, v);
        while (true)
        {
            v = Hmac(k, v);
            var nonce = Number(v);
            if (nonce > 0 && nonce < N)
            {
                var r = Times(nonce, G).X % N;
                var s = BigInteger.ModPow(nonce, N - 2, N) * (z + r * d) % N;
                if (r != 0 && s != 0)
                    return (r, s);
            }
            k = Hmac(k, [.. v, 0]);
            v = Hmac(k, v);
        }
    }

    public static byte[] Fixed(BigInteger number)
    {
        var bytes = new byte[32];
        var written = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        written.CopyTo(bytes, 32 - written.Length);
        return bytes;
    }

    public static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Hmac(byte[] key, byte[] data) => HMACSHA256.HashData(key, data);

    private static (BigInteger X, BigInteger Y) Times(BigInteger scalar, (BigInteger X, BigInteger Y) point)
    {
        (BigInteger X, BigInteger Y)? sum = null;
        for (var bit = (int)scalar.GetBitLength() - 1; bit >= 0; bit--)
        {
            if (sum is { } twice)
                sum = Add(twice, twice);
            if (!((scalar >> bit) & 1).IsZero)
                sum = sum is { } other ? Add(other, point) : point;
        }
        return sum!.Value;
    }

    private static (BigInteger X, BigInteger Y) Add((BigInteger X, BigInteger Y) a, (BigInteger X, BigInteger Y) b)
    {
        var slope =
            a == b
                ? (3 * a.X * a.X - 3) * BigInteger.ModPow(2 * a.Y, P - 2, P)
                : (b.Y - a.Y) * BigInteger.ModPow(Mod(b.X - a.X), P - 2, P);
        var x = Mod(slope * slope - a.X - b.X);
        return (x, Mod(slope * (a.X - x) - a.Y));
    }

    private static BigInteger Mod(BigInteger value) => (value % P + P) % P;

    private static BigInteger Hex(string text) =>
        BigInteger.Parse("0" + text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
