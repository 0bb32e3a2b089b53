namespace Coterie.Style.Tests;

internal static class Check
{
    /// <summary>Fails with every fault on a line of its own.</summary>
    public static void None(IEnumerable<string> faults)
    {
        var found = faults.ToList();
        if (found.Count > 0)
            Assert.Fail(string.Join('\n', found));
    }
}
