namespace Coterie.Protocol.Tests.Worlds;

/// <summary>Where the sources lie, found upward from the test program.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "PROTOCOL.md")) ? folder
        : Path.GetDirectoryName(folder) is { } above ? Find(above)
        : throw new DirectoryNotFoundException("PROTOCOL.md stands in no folder above the tests.");
}
