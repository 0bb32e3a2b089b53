using Coterie.Simulation.Mutants;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Coterie.Simulation.Fast;

/// <summary>The tests; a run of one's own (see <see cref="CommandLine"/>); or with <c>--mutants ROOT</c>, and a name's part, the planted bugs.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is ["--mutants", var root, .. var names])
        {
            var chosen = Planted.All.Where(mutant => names.Length == 0 || names.Any(mutant.Name.Contains)).ToList();
            using var run = new MutantRun(root);
            var faults = run.Run(chosen);
            Console.WriteLine($"{chosen.Count} planted bugs, {faults.Count} faults");
            return faults.Count == 0 ? 0 : 1;
        }
        if (Array.IndexOf(args, "--plant") is var at and >= 0)
            Switch.Wake(args[at + 1]);
        if (CommandLine.Means(args))
            return CommandLine.Run(args);
        return args.Contains("--server") || args.Contains("--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(args);
    }
}
