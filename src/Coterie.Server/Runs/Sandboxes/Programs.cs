namespace Coterie.Server.Runs.Sandboxes;

/// <summary>Programs as a run finds them: below /usr, and nowhere else.</summary>
internal static class Programs
{
    private static readonly string[] Folders = ["/usr/local/bin", "/usr/bin", "/usr/sbin"];

    public static bool Has(string program) => Folders.Any(folder => File.Exists(Path.Combine(folder, program)));
}
