using System.Numerics;
using System.Security.Cryptography;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Keys;

/// <summary>A public key of P-256 as 65 bytes <c>04‖X‖Y</c>: whether it is one, and its form for the platform.</summary>
public static class Point
{
    public const int Bytes = 65;

    private static readonly BigInteger P = Hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    private static readonly BigInteger B = Hex("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");

    /// <summary>Whether the bytes are an uncompressed point that lies on the curve: y² = x³ − 3x + b (SEC 1, 3.2.2.1).</summary>
    public static bool Valid(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Bytes || bytes[0] != 4)
            return false;
        var x = new BigInteger(bytes.Slice(1, 32), isUnsigned: true, isBigEndian: true);
        var y = new BigInteger(bytes.Slice(33, 32), isUnsigned: true, isBigEndian: true);
        return x < P && y < P && ((y * y) - ((x * x * x) - (3 * x) + B)) % P == 0;
    }

    /// <summary>Reads a key; fails with <see cref="WireError.Point"/>.</summary>
    internal static ReadOnlySpan<byte> Read(scoped ref ByteReader reader)
    {
        var bytes = reader.Bytes(Bytes);
        if (reader.Ok)
            reader.Demand(Valid(bytes), WireError.Point);
        return bytes;
    }

    internal static ECPoint ToPlatform(ReadOnlySpan<byte> bytes) =>
        new() { X = bytes.Slice(1, 32).ToArray(), Y = bytes.Slice(33, 32).ToArray() };

    internal static byte[] FromPlatform(ECPoint point) => [4, .. point.X!, .. point.Y!];

    private static BigInteger Hex(string text) => new(Convert.FromHexString(text), isUnsigned: true, isBigEndian: true);
}
