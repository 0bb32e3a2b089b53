namespace Coterie.Protocol.Keys;

/// <summary>The one form of a signature <c>r‖s</c> (K2): 1 ≤ r &lt; n and 1 ≤ s ≤ n/2, so that nobody but the signer can change its bytes.</summary>
internal static class LowS
{
    private static ReadOnlySpan<byte> Order =>
        [
            0xff,
            0xff,
            0xff,
            0xff,
            0x00,
            0x00,
            0x00,
            0x00,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xbc,
            0xe6,
            0xfa,
            0xad,
            0xa7,
            0x17,
            0x9e,
            0x84,
            0xf3,
            0xb9,
            0xca,
            0xc2,
            0xfc,
            0x63,
            0x25,
            0x51,
        ];

    private static ReadOnlySpan<byte> HalfOrder =>
        [
            0x7f,
            0xff,
            0xff,
            0xff,
            0x80,
            0x00,
            0x00,
            0x00,
            0x7f,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xde,
            0x73,
            0x7d,
            0x56,
            0xd3,
            0x8b,
            0xcf,
            0x42,
            0x79,
            0xdc,
            0xe5,
            0x61,
            0x7e,
            0x31,
            0x92,
            0xa8,
        ];

    public static bool Holds(ReadOnlySpan<byte> signature)
    {
        var r = signature[..32];
        var s = signature[32..];
        return r.ContainsAnyExcept((byte)0)
            && r.SequenceCompareTo(Order) < 0
            && s.ContainsAnyExcept((byte)0)
            && s.SequenceCompareTo(HalfOrder) <= 0;
    }

    /// <summary>Replaces a high s by n − s, which is as valid.</summary>
    public static void Enforce(Span<byte> signature)
    {
        var s = signature[32..];
        if (s.SequenceCompareTo(HalfOrder) <= 0)
            return;
        var borrow = 0;
        for (var at = 31; at >= 0; at--)
        {
            var difference = Order[at] - s[at] - borrow;
            borrow = difference < 0 ? 1 : 0;
            s[at] = (byte)difference;
        }
    }
}
