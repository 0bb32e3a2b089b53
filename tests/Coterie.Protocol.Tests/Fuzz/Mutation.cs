using Coterie.Protocol.Tests.Worlds;

namespace Coterie.Protocol.Tests.Fuzz;

/// <summary>Bends valid bytes: flips, cuts, repeats, and puts interesting values where lengths may stand.</summary>
internal static class Mutation
{
    private static readonly byte[] Interesting = [0, 1, 2, 3, 4, 15, 16, 17, 63, 64, 127, 128, 255];

    public static byte[] Bend(byte[] bytes, Dice dice)
    {
        var bent = bytes.ToList();
        for (var times = 1 + dice.Below(3); times > 0; times--)
        {
            var at = bent.Count == 0 ? 0 : dice.Below(bent.Count);
            switch (dice.Below(6))
            {
                case 0 when bent.Count > 0:
                    bent[at] ^= (byte)(1 << dice.Below(8));
                    break;
                case 1 when bent.Count > 0:
                    bent[at] = Interesting[dice.Below(Interesting.Length)];
                    break;
                case 2:
                    bent.RemoveRange(at, Math.Min(bent.Count - at, 1 + dice.Below(40)));
                    break;
                case 3:
                    bent.InsertRange(at, dice.Bytes(1 + dice.Below(20)));
                    break;
                case 4:
                    bent.AddRange(dice.Bytes(1 + dice.Below(3)));
                    break;
                case 5 when bent.Count > 0: // near the front, where kinds and lengths are
                    bent[dice.Below(Math.Min(8, bent.Count))] = (byte)dice.Next();
                    break;
            }
        }
        return [.. bent];
    }
}
