using System.Security.Cryptography;
using Coterie.Protocol.Tests.Worlds;

namespace Coterie.Simulation.Worlds;

/// <summary>The randomness that is handed to members: drawn from the world's dice, so that a seed repeats it.</summary>
internal sealed class SeededRandom(Dice dice) : RandomNumberGenerator
{
    public override void GetBytes(byte[] data) => GetBytes(data.AsSpan());

    public override void GetBytes(Span<byte> data)
    {
        foreach (ref var one in data)
            one = (byte)dice.Next();
    }
}
