using System.Security.Cryptography;

namespace Coterie.Client;

/// <summary>How long to wait before the next attempt to connect: at once, then doubling from 100 ms to 2 s, each shortened by chance to as little as half, so that a crowd does not come back as one.</summary>
internal sealed class Backoff(RandomNumberGenerator random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(2);
    private int failures;

    public void Succeeded() => failures = 0;

    public TimeSpan Next()
    {
        if (failures++ == 0)
            return TimeSpan.Zero;
        var doubled = First * Math.Pow(2, Math.Min(failures - 2, 10));
        var ceiling = doubled < Most ? doubled : Most;
        return ceiling * (0.5 + (random.Take(1)[0] / 510.0));
    }
}
