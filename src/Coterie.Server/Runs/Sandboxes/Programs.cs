namespace Coterie.Server.Runs.Sandboxes;

/// <summary>Programs as a run finds them: below /usr, and nowhere else.</summary>
internal static class Programs
{
    private static readonly string[] Folders = ["/usr/local/bin", "/usr/bin", "/usr/sbin"];

    /// <param name="program">A name, or the path of a file, in which one folder may be *, any.</param>
    public static bool Has(string program)
    {
        if (program.IndexOf("/*/", StringComparison.Ordinal) is var star and >= 0)
            return Directory.Exists(program[..star])
                && Directory.EnumerateDirectories(program[..star]).Any(one => File.Exists(one + program[(star + 2)..]));
        return Find(program) is not null;
    }

    /// <summary>Where one lies that is there.</summary>
    public static string PathOf(string program) =>
        Find(program) ?? throw new FileNotFoundException($"{program} is not installed any more.");

    private static string? Find(string program) =>
        Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
