using System.Security.Cryptography;

namespace Coterie.Client.Tests;

/// <summary>How long a member waits before it connects again.</summary>
public sealed class BackoffTests : IDisposable
{
    private readonly RandomNumberGenerator random = RandomNumberGenerator.Create();

    public void Dispose() => random.Dispose();

    [Theory]
    [InlineData(false, 2_000)]
    [InlineData(true, 30_000)]
    public void The_first_attempt_is_made_at_once_and_each_next_one_later_up_to_a_bound(bool crowded, int most)
    {
        var backoff = new Backoff(random);
        Assert.Equal(TimeSpan.Zero, backoff.Next(crowded));
        for (var ceiling = 100; ceiling < 20 * most; ceiling *= 2)
        {
            var wait = backoff.Next(crowded).TotalMilliseconds;
            Assert.InRange(wait, Math.Min(ceiling, most) / 2, Math.Min(ceiling, most));
        }
        backoff.Succeeded();
        Assert.Equal(TimeSpan.Zero, backoff.Next(crowded));
    }
}
