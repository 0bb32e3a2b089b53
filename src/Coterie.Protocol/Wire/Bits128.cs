using System.Buffers.Binary;

namespace Coterie.Protocol.Wire;

/// <summary>
/// 16 bytes as a value, in the order in which they travel: what every id is, and half of a <see cref="Digest"/>. Not a Bits128: the
/// ahead-of-time compiler leaves out each method that touches one, and nearly all of the hub handles ids. For the same reason equality
/// and hash are written out: what a record makes of them by itself goes through generic comparers, which are left out too.
/// </summary>
public readonly record struct Bits128(ulong High, ulong Low)
{
    public const int Bytes = 16;

    public static Bits128 Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    public static bool TryParseHex(ReadOnlySpan<char> text, out Bits128 value)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        value = default;
        if (
            text.Length != 2 * Bytes
            || Convert.FromHexString(text, bytes, out _, out _) != System.Buffers.OperationStatus.Done
        )
            return false;
        value = Read(bytes);
        return true;
    }

    public static implicit operator Bits128(ulong low) => new(0, low);

    public void CopyTo(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64BigEndian(target, High);
        BinaryPrimitives.WriteUInt64BigEndian(target[8..], Low);
    }

    public bool Equals(Bits128 other) => High == other.High && Low == other.Low;

    /// <summary>Seeded by process, so that ids chosen by a stranger cannot be made to collide in a table.</summary>
    public override int GetHashCode() => HashCode.Combine(High, Low);

    /// <summary>32 digits of lower-case hex.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
