using System.Globalization;
using System.Text;
using Coterie.Protocol.Runs;

namespace Coterie.Server.Runs.Languages;

/// <summary>A language's hello, run in the sandbox.</summary>
/// <param name="Outcome">Null where nothing was started.</param>
/// <param name="Problem">What came instead of the greeting; null where it came.</param>
public sealed record Trial(Language Language, RunOutcome? Outcome, string? Problem)
{
    private const int ShownLetters = 600;

    public static async Task<Trial> RunAsync(Language language, ISandbox sandbox, CancellationToken cancelled = default)
    {
        if (sandbox.Missing(language) is { } missing)
            return new Trial(language, null, missing);
        var program = new RunFile(language.File, Encoding.UTF8.GetBytes(string.Join('\n', language.Hello) + "\n"));
        var (order, problem) = language.Order([program], language.File, [], Encoding.UTF8.GetBytes(language.Reads));
        if (order is null)
            return new Trial(language, null, problem);
        var run = await FinishedRun.OfAsync(await Toolchain.StartAsync(sandbox, order, cancelled), cancelled);
        return new Trial(language, run.Outcome, ProblemOf(language, run));
    }

    private static string? ProblemOf(Language language, FinishedRun run)
    {
        var (outcome, said, compiler, _) = run;
        if (outcome is { End: RunEnd.Exited, ExitCode: 0 } && said.Trim() == language.Says)
            return null;
        var all = $"{outcome.Complaint}{compiler}{said}".Trim();
        var shown = all.Length > ShownLetters ? all[..ShownLetters] + "…" : all;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{outcome.End}, exit code {outcome.ExitCode}, after {outcome.Wall.TotalMilliseconds:0} ms and {outcome.PeakMemoryBytes >> 20} MB, said: {shown}"
        );
    }
}
