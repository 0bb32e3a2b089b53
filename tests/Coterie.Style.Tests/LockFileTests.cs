using System.Text.RegularExpressions;

namespace Coterie.Style.Tests;

/// <summary>Lock files pin versions and hashes, never the registry that one machine happened to use.</summary>
public sealed partial class LockFileTests
{
    [Fact]
    public void No_lock_file_names_a_registry() =>
        Check.None(
            Repository
                .Files("", "package-lock.json", "packages.lock.json", ".npmrc", "NuGet.config", "nuget.config")
                .SelectMany(file => Faults(file, Repository.Read(file)))
        );

    [Theory]
    [InlineData("\"resolved\": \"https://packages.example/yjs-13.6.33.tgz\"")]
    [InlineData("registry=https://packages.example/")]
    public void A_registry_is_found(string text) => Assert.NotEmpty(Faults("x", text));

    [Fact]
    public void A_workspace_and_a_funding_page_pass() =>
        Check.None(Faults("x", "\"resolved\": \"clients/core\", \"url\": \"https://example.org/sponsor\""));

    [Fact]
    public void Every_project_has_its_lock_file() =>
        Check.None(
            new[] { "src", "tests", "bench" }
                .SelectMany(folder => Repository.Files(folder, ".csproj"))
                .Where(project => !Repository.Exists(Path.GetDirectoryName(project) + "/packages.lock.json"))
        );

    private static IEnumerable<string> Faults(string file, string text) =>
        Registry().Matches(text).Select(match => $"{file}: {match.Value}");

    [GeneratedRegex(@"""resolved"":\s*""\w+://[^""]*|registry\s*=\s*\S+|packageSources")]
    private static partial Regex Registry();
}
