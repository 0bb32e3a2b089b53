using System.Security.Cryptography;

namespace Coterie.Client;

/// <summary>
/// How long to wait before the next attempt to connect: at once, then doubling from 100 ms to 2 s, or to 30 s where the hub is at a bound, each
/// shortened by chance to as little as half, so that a crowd does not come back as one. Not for several threads at once.
/// </summary>
internal sealed class Backoff(RandomNumberGenerator random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MostCrowded = TimeSpan.FromSeconds(30);
    private int failures;

    public void Succeeded() => failures = 0;

    /// <param name="crowded">The hub said that only time mends it.</param>
    public TimeSpan Next(bool crowded = false)
    {
        if (failures++ == 0)
            return TimeSpan.Zero;
        var doubled = First * Math.Pow(2, Math.Min(failures - 2, 20));
        var most = crowded ? MostCrowded : Most;
        var ceiling = doubled < most ? doubled : most;
        return ceiling * (0.5 + (random.Take(1)[0] / 510.0));
    }
}
