using System.Diagnostics;
using System.Runtime.InteropServices;
using Coterie.Server.Runs.Sandboxes;

namespace Coterie.Runs.Tests;

/// <summary>What holds for root holds for a user who may do nothing: then the server's own user runs the programs, in namespaces.</summary>
[Collection(nameof(Sandboxed))]
public sealed class OrdinaryUserTests
{
    private const string User = "4321";

    [Fact]
    public async Task All_of_this_holds_for_an_ordinary_user()
    {
        if (LibC.UserId() != 0)
            return; // then every other test has shown it
        var folder = Directory.CreateTempSubdirectory("coterie-runs-").FullName;
        try
        {
            foreach (var file in Directory.GetFiles(AppContext.BaseDirectory))
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));
            var start = new ProcessStartInfo("sh")
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            var run =
                $"chmod -R a+rX {folder} && mkdir -m 777 {folder}/home && cd {folder} && exec setpriv --reuid {User} --regid {User} --clear-groups env HOME={folder}/home {dotnet} Coterie.Runs.Tests.dll -noColor -namespace- Coterie.Runs.Tests.Engines -class- *KilledServerTests -class- *FullDiskRunTests -class- *SourcesTests -class- *OpenedProgramsTests";
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(run);
            using var tests = Process.Start(start)!;
            var errors = tests.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var said = await tests.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await tests.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(tests.ExitCode == 0, $"As user {User}, with {dotnet}:\n{said}{await errors}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
