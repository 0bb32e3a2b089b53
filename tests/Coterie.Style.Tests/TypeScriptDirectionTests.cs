namespace Coterie.Style.Tests;

/// <summary>clients/core runs in browsers, in Node and in an editor alike; the user interfaces stand on it, never under it.</summary>
public sealed class TypeScriptDirectionTests
{
    private const string Core = "clients/core";

    [Fact]
    public void Core_imports_itself_and_its_declared_packages_only() =>
        Check.None(
            from file in Repository.Files(Core + "/src", ".ts")
            from fault in CoreFaults(file, Repository.Read(file), TypeScriptModules.Dependencies(Core))
            select fault
        );

    [Theory]
    [InlineData("import { readFile } from \"node:fs/promises\";")]
    [InlineData("import * as vscode from \"vscode\";")]
    [InlineData("import { Page } from \"../../web/src/Page.ts\";")]
    [InlineData("const react = await import(\"react\");")]
    public void A_module_of_one_platform_is_found(string code) =>
        Assert.Single(CoreFaults("clients/core/src/Sample.ts", code, new HashSet<string> { "yjs" }));

    [Theory]
    [InlineData("import * as Y from \"yjs\";")]
    [InlineData("import { gcm } from \"@noble/hashes/hkdf.js\";")]
    [InlineData("export * from \"./limits.ts\";")]
    public void A_declared_package_passes(string code) =>
        Check.None(CoreFaults("clients/core/src/Sample.ts", code, new HashSet<string> { "yjs", "@noble/hashes" }));

    [Fact]
    public void A_user_interface_uses_core_by_its_name_only() =>
        Check.None(
            from file in Repository.Files("clients/web/src", ".ts", ".tsx")
            from wanted in TypeScriptModules.Wanted(Repository.Read(file))
            where wanted.Contains("core/src", StringComparison.Ordinal)
            select $"{file} reaches into core by path: {wanted}"
        );

    private static IEnumerable<string> CoreFaults(string file, string text, IReadOnlySet<string> declared)
    {
        foreach (var wanted in TypeScriptModules.Wanted(text))
        {
            var inside =
                wanted.StartsWith('.')
                && Path.GetFullPath("/" + Path.GetDirectoryName(file) + "/" + wanted)
                    .StartsWith("/" + Core + "/src/", StringComparison.Ordinal);
            var package = string.Join('/', wanted.Split('/').Take(wanted.StartsWith('@') ? 2 : 1));
            if (!inside && !declared.Contains(package))
                yield return $"{file} imports {wanted}";
        }
    }
}
