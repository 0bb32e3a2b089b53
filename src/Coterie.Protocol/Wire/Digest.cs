using System.Buffers.Binary;

namespace Coterie.Protocol.Wire;

/// <summary>The 32 bytes of a hash as a value: chain heads, manifest hashes, challenges. Compare secrets elsewhere: equality here is not constant in time.</summary>
public readonly record struct Digest(UInt128 High, UInt128 Low)
{
    public const int Bytes = 32;

    public static Digest Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]));

    public void CopyTo(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt128BigEndian(target, High);
        BinaryPrimitives.WriteUInt128BigEndian(target[16..], Low);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Bytes];
        CopyTo(bytes);
        return bytes;
    }

    public override int GetHashCode() => Id.Hash(Low);

    public override string ToString() => Id.Hex(High) + Id.Hex(Low);
}
