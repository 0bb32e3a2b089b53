using System.Globalization;

namespace Coterie.Protocol.Tests.Worlds;

/// <summary>Randomness from a printed seed (COTERIE_SEED sets it), so that a failure can be run again.</summary>
internal sealed class Dice(ulong seed)
{
    private ulong state = seed;

    public ulong Seed { get; } = seed;

    /// <summary>A seed from the environment, or a new one, printed.</summary>
    public static Dice Throw(ITestOutputHelper output)
    {
        var text = Environment.GetEnvironmentVariable("COTERIE_SEED");
        var dice = new Dice(
            text is null ? (ulong)Random.Shared.NextInt64() : ulong.Parse(text, CultureInfo.InvariantCulture)
        );
        output.WriteLine($"COTERIE_SEED={dice.Seed}");
        return dice;
    }

    // SplitMix64 (Steele, Lea, Flood 2014).
    public ulong Next()
    {
        var z = state += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    public int Below(int bound) => (int)(Next() % (ulong)bound);

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++)
            bytes[i] = (byte)Next();
        return bytes;
    }
}
