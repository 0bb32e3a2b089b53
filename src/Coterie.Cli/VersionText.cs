using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using Coterie.Server.Delivery;
using Coterie.Server.Settings;

namespace Coterie.Cli;

/// <summary>`coterie --version`: of the program, and which web client it contains.</summary>
internal sealed class VersionText : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        var version = typeof(VersionText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        Console.WriteLine($"coterie {version?.InformationalVersion}");
        var bundle = Bundle.In(new ServerSettings().Web);
        Console.WriteLine(bundle is null ? "web client: none" : $"web client: bundle {bundle.Id}");
        return ExitCode.Done;
    }
}
