namespace Coterie.Protocol.Keys;

/// <summary>64 bytes that look like r‖s, low s: a hash of whose key and what was signed.</summary>
internal static class StandIn
{
    public static void Of(
        ReadOnlySpan<byte> point,
        ReadOnlySpan<byte> label,
        ReadOnlySpan<byte> data,
        Span<byte> signature
    )
    {
        Span<byte> message = stackalloc byte[32];
        Hash.OfSigned(label, data).CopyTo(message);
        var r = Hash.Of("stand-in"u8, point, message);
        r.CopyTo(signature);
        Hash.Of("stand-in"u8, signature[..32], message).CopyTo(signature[32..]);
        signature[0] &= 0x7f;
        signature[32] &= 0x3f; // below n/2
    }
}
