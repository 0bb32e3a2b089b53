namespace Coterie.Style.Tests;

/// <summary>A file is one idea. One of more than 500 lines stands here with its reason, or is split.</summary>
public sealed class FileSizeTests
{
    private const int MostLines = 500;

    private static readonly Dictionary<string, string> Allowed = [];

    [Fact]
    public void A_long_file_has_a_reason() =>
        Check.None(
            Sources()
                .Where(file => Lines(file) > MostLines && !Allowed.ContainsKey(file))
                .Select(file => $"{file}: {Lines(file)} lines")
        );

    [Fact]
    public void A_reason_without_a_long_file_goes() =>
        Check.None(Allowed.Keys.Where(file => !Repository.Exists(file) || Lines(file) <= MostLines));

    [Fact]
    public void Sources_are_found() => Assert.Contains("src/Coterie.Protocol/Limits.cs", Sources());

    private static IEnumerable<string> Sources() =>
        new[] { "src", "clients", "tests", "bench", "tools" }.SelectMany(folder =>
            Repository.Files(folder, ".cs", ".ts", ".tsx", ".mjs", ".css")
        );

    private static int Lines(string file) => Repository.Read(file).Count(letter => letter == '\n');
}
