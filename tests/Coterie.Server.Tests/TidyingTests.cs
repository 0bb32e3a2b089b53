namespace Coterie.Server.Tests;

/// <summary>When everybody is made to wait for a collection: a crowd has come or gone, and stands still.</summary>
public sealed class TidyingTests
{
    [Theory]
    [InlineData(255, 255, 0, false)] // too few to matter
    [InlineData(256, 256, 0, true)]
    [InlineData(5_000, 4_500, 0, false)] // they still come
    [InlineData(5_000, 5_000, 0, true)]
    [InlineData(5_000, 4_922, 0, true)] // a 64th of the change is standing still
    [InlineData(5_000, 4_921, 0, false)]
    [InlineData(4_000, 4_000, 5_000, false)] // less than a quarter went
    [InlineData(3_750, 3_750, 5_000, true)]
    [InlineData(0, 0, 5_000, true)]
    public void A_collection_is_due_when_a_quarter_of_the_crowd_changed_and_stands_still(
        int now,
        int aSecondAgo,
        int lastTime,
        bool due
    ) => Assert.Equal(due, Tidying.IsDue(now, aSecondAgo, lastTime));
}
