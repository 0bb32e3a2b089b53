using System.Numerics;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>A record comes to one member with the other signature that mathematics allows: r, n − s (K2).</summary>
internal sealed class MalleateSignature : Move
{
    public override IReadOnlyList<Condition> Never => [Condition.Quiet];

    public override bool Make(World world)
    {
        if (world.Delivery() is not { } found)
            return false;
        found.Change(body => Negate(body.AsSpan(body.Length - 32)));
        return true;
    }

    private static readonly BigInteger Order = BigInteger.Parse(
        "0ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        System.Globalization.NumberStyles.HexNumber,
        System.Globalization.CultureInfo.InvariantCulture
    );

    private static void Negate(Span<byte> s)
    {
        var other = Order - new BigInteger(s, isUnsigned: true, isBigEndian: true);
        s.Clear();
        var bytes = other.ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes.CopyTo(s[^bytes.Length..]);
    }
}
