using Coterie.Hub.Tests.World;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Coterie.Hub.Tests;

/// <summary>The tests, or, where <see cref="DirectoryVariable"/> names a directory, a hub over it: the one that a test kills.</summary>
internal static class Program
{
    public const string DirectoryVariable = "COTERIE_TEST_HOST";

    public static async Task<int> Main(string[] args)
    {
        if (Environment.GetEnvironmentVariable(DirectoryVariable) is { } directory)
        {
            var host = await TestHost.StartAsync(directory: directory);
            Console.WriteLine(host.Url);
            await Task.Delay(Timeout.Infinite);
        }
        return args.Contains("--server") || args.Contains("--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(args);
    }
}
