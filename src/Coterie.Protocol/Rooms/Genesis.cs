using System.Diagnostics.CodeAnalysis;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>Where a room begins (K4): its first owner's keys and a salt. The room id is its hash, so nobody can put another owner in its place.</summary>
public sealed class Genesis
{
    public const int Bytes = 147;
    public const int SaltBytes = 16;
    private readonly byte[] bytes;

    private Genesis(byte[] bytes)
    {
        this.bytes = bytes;
        Room = new RoomId(Hash.Short("room"u8, bytes));
        Hash0 = Hash.Of("genesis"u8, bytes);
    }

    public RoomId Room { get; }

    /// <summary>H("genesis", Genesis): what version 0 of the manifest follows (M2).</summary>
    public Digest Hash0 { get; }

    public ReadOnlySpan<byte> Encoded => bytes;

    public ReadOnlySpan<byte> OwnerSign => bytes.AsSpan(1, Point.Bytes);

    public ReadOnlySpan<byte> OwnerDh => bytes.AsSpan(1 + Point.Bytes, Point.Bytes);

    /// <summary>16 bytes: the salt of the room's passwords.</summary>
    public ReadOnlySpan<byte> Salt => bytes.AsSpan(1 + 2 * Point.Bytes);

    /// <summary>A new room of this owner. The salt is 16 random bytes.</summary>
    /// <exception cref="ArgumentException">A key is no point of P-256, or the salt has another length.</exception>
    public static Genesis Of(ReadOnlySpan<byte> ownerSign, ReadOnlySpan<byte> ownerDh, ReadOnlySpan<byte> salt) =>
        TryParse([1, .. ownerSign, .. ownerDh, .. salt], out var genesis, out var error)
            ? genesis
            : throw new ArgumentException($"Not a Genesis: {error}.", nameof(ownerSign));

    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Genesis? genesis, out WireError error)
    {
        genesis = null;
        var reader = new ByteReader(bytes);
        reader.Suite();
        Point.Read(ref reader);
        Point.Read(ref reader);
        reader.Bytes(SaltBytes);
        if (!reader.End(out error))
            return false;
        genesis = new Genesis(bytes.ToArray());
        return true;
    }
}
