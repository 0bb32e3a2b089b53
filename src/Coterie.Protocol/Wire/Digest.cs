namespace Coterie.Protocol.Wire;

/// <summary>The 32 bytes of a hash as a value: chain heads, manifest hashes, challenges. Compare secrets elsewhere: equality here is not constant in time.</summary>
public readonly record struct Digest(Bits128 High, Bits128 Low)
{
    public const int Bytes = 32;

    public static Digest Read(ReadOnlySpan<byte> bytes) => new(Bits128.Read(bytes), Bits128.Read(bytes[16..]));

    public void CopyTo(Span<byte> target)
    {
        High.CopyTo(target);
        Low.CopyTo(target[16..]);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Bytes];
        CopyTo(bytes);
        return bytes;
    }

    public bool Equals(Digest other) => High.Equals(other.High) && Low.Equals(other.Low);

    public override int GetHashCode() => Low.GetHashCode();

    public override string ToString() => High.ToString() + Low.ToString();
}
