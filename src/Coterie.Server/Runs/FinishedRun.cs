using System.Text;

namespace Coterie.Server.Runs;

/// <summary>A run that was waited for: its outcome, and all that was said.</summary>
/// <param name="CompilerExitCode">Null where nothing was compiled.</param>
public sealed record FinishedRun(RunOutcome Outcome, string Said, string CompilerSaid, int? CompilerExitCode)
{
    /// <summary>Waits for it; whoever gives up waiting stops it.</summary>
    public static async Task<FinishedRun> OfAsync(ISandboxedRun run, CancellationToken cancelled = default)
    {
        using var stops = cancelled.Register(run.Stop);
        var said = new MemoryStream();
        var compiler = new MemoryStream();
        int? compiled = null;
        await foreach (var happened in run.Events.ReadAllAsync(cancelled))
            switch (happened)
            {
                case SandboxEvent.Said { Bytes: var bytes }:
                    said.Write(bytes.Span);
                    break;
                case SandboxEvent.CompilerSaid { Bytes: var bytes }:
                    compiler.Write(bytes.Span);
                    break;
                case SandboxEvent.Compiled { ExitCode: var code }:
                    compiled = code;
                    break;
                case SandboxEvent.Ended { Outcome: var outcome }:
                    return new FinishedRun(outcome, Text(said), Text(compiler), compiled);
            }
        throw new InvalidOperationException("A run ended without an outcome.");
    }

    private static string Text(MemoryStream bytes) => Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
}
