using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Coterie.Protocol.Keys;

/// <summary>
/// Stands in for the product's key: the point is a real one, a signature is a hash over it, of the same form and as unforgeable to who goes
/// through this class. Made from a pool, because making a key costs more than a step.
/// </summary>
public sealed class SigningKey : IDisposable
{
    private const int PoolSize = 2_048; // far more than worlds that run at once have
    private static readonly ConcurrentDictionary<int, SigningKey> Pool = [];
    private static readonly ConcurrentDictionary<string, SigningKey> ByScalar = [];
    private static int drawn;
    private readonly byte[] scalar;
    private readonly byte[] point;

    private SigningKey(ECDsa key)
    {
        var parameters = key.ExportParameters(true);
        scalar = parameters.D!;
        point = Point.FromPlatform(parameters.Q);
        ByScalar.TryAdd(Convert.ToHexString(scalar), this);
    }

    public ReadOnlySpan<byte> Public => point;

    public static SigningKey Create() =>
        Pool.GetOrAdd((Interlocked.Increment(ref drawn) & int.MaxValue) % PoolSize, _ => Made());

    public static SigningKey FromScalar(ReadOnlySpan<byte> scalar) =>
        ByScalar.TryGetValue(Convert.ToHexString(scalar), out var known)
            ? known
            : new SigningKey(
                ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar.ToArray() })
            );

    public static SigningKey FromPkcs8(ReadOnlySpan<byte> pkcs8) => throw new NotSupportedException();

    public byte[] ToPkcs8() => throw new NotSupportedException();

    public byte[] ToScalar() => [.. scalar];

    public void Sign(ReadOnlySpan<byte> label, ReadOnlySpan<byte> data, Span<byte> signature) =>
        StandIn.Of(point, label, data, signature);

    public byte[] Sign(ReadOnlySpan<byte> label, ReadOnlySpan<byte> data)
    {
        var signature = new byte[64];
        Sign(label, data, signature);
        return signature;
    }

    public void Dispose() { }

    private static SigningKey Made()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new SigningKey(key);
    }
}
