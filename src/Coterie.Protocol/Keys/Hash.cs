using System.Security.Cryptography;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Keys;

/// <summary>H(label, x) of PROTOCOL.md section 1: SHA-256 over <c>coterie/1/label ‖ 00 ‖ x</c> (K1). Allocates nothing after a thread's first use.</summary>
public static class Hash
{
    [ThreadStatic]
    private static IncrementalHash? own;

    public static Digest Of(ReadOnlySpan<byte> label, ReadOnlySpan<byte> data) => Of(label, data, default);

    /// <summary>H(label, a ‖ b).</summary>
    public static Digest Of(ReadOnlySpan<byte> label, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) =>
        Sha256("coterie/1/"u8, label, a, b);

    /// <summary>H(label, x) of an x that comes in pieces: append them, then <see cref="Finish"/>.</summary>
    public static IncrementalHash Start(ReadOnlySpan<byte> label)
    {
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("coterie/1/"u8);
        hash.AppendData(label);
        hash.AppendData([0]);
        return hash;
    }

    public static Digest Finish(IncrementalHash started)
    {
        ArgumentNullException.ThrowIfNull(started);
        Span<byte> result = stackalloc byte[Digest.Bytes];
        started.GetHashAndReset(result);
        return Digest.Read(result);
    }

    /// <summary>What a signature signs: SHA-256 over <c>coterie/1/sig/label ‖ 00 ‖ x</c>.</summary>
    internal static Digest OfSigned(ReadOnlySpan<byte> label, ReadOnlySpan<byte> data) =>
        Sha256("coterie/1/sig/"u8, label, data, default);

    /// <summary>The first 16 bytes of H(label, x): how ids are made.</summary>
    public static Bits128 Short(ReadOnlySpan<byte> label, ReadOnlySpan<byte> data) => Of(label, data).High;

    private static Digest Sha256(
        ReadOnlySpan<byte> context,
        ReadOnlySpan<byte> label,
        ReadOnlySpan<byte> a,
        ReadOnlySpan<byte> b
    )
    {
        var hash = own ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(context);
        hash.AppendData(label);
        hash.AppendData([0]);
        hash.AppendData(a);
        hash.AppendData(b);
        Span<byte> result = stackalloc byte[Digest.Bytes];
        hash.GetHashAndReset(result);
        return Digest.Read(result);
    }
}
