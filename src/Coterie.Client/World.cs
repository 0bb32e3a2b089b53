using System.Security.Cryptography;

namespace Coterie.Client;

/// <summary>What a member takes from outside: time and randomness. Tests and the simulator hand in their own.</summary>
public sealed record World(TimeProvider Time, RandomNumberGenerator Random)
{
    public static World Real { get; } = new(TimeProvider.System, RandomNumberGenerator.Create());
}
