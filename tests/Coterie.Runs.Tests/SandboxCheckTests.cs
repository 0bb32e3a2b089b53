using System.Threading.Channels;
using Coterie.Protocol.Runs;
using Coterie.Server.Runs;
using Coterie.Server.Runs.Sandboxes;

namespace Coterie.Runs.Tests;

/// <summary>What an operator is told where nothing runs: what does not hold, and what to do.</summary>
[Collection(nameof(Sandboxed))]
public sealed class SandboxCheckTests(Sandboxed sandboxes)
{
    [Fact]
    public async Task One_that_holds() => Assert.Null(await SandboxCheck.ProblemAsync(Start));

    [Fact]
    public async Task One_that_unpacks_no_archive() =>
        Assert.Contains(
            "runs no program of 17 files that is compiled and has a terminal (NotStarted: tar: not found)",
            await ProblemAsync(order => order.Files.Count > 16, Of(RunEnd.NotStarted, "tar: not found")),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task One_that_compiles_nothing() =>
        Assert.Contains(
            "has a terminal (NotCompiled): it ended at once.",
            await ProblemAsync(order => order.Compile is not null, Of(RunEnd.NotCompiled)),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task One_that_has_no_terminals() =>
        Assert.Contains(
            "has a terminal (Exited, exit code 1): compiled. Programs do not run.",
            await SandboxCheck.ProblemAsync(order => Start(order with { Terminal = null })),
            StringComparison.Ordinal
        );

    private ISandboxedRun Start(SandboxOrder order) => sandboxes.Counted.TryStart(order)!;

    private Task<string?> ProblemAsync(Predicate<SandboxOrder> fails, Told so) =>
        SandboxCheck.ProblemAsync(order => fails(order) ? so : Start(order));

    [Theory]
    [InlineData("runc: no such file", "cannot be made: runc: no such file. Use another engine, ")]
    [InlineData("", "cannot be made: it ended at once. Use another engine, ")]
    public async Task A_container_that_cannot_be_made(string complaint, string sentence) =>
        Assert.Contains(sentence, await ProblemAsync(Of(RunEnd.NotStarted, complaint)), StringComparison.Ordinal);

    [Fact]
    public async Task One_that_does_not_end_by_itself() =>
        Assert.Contains(
            "Start again where the machine is less busy. ",
            await ProblemAsync(Of(RunEnd.OutOfTime)),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task One_that_says_untrue_things() =>
        Assert.Matches(
            "does not hold here: capabilities, .*limits of one process, .* Use another engine, ",
            await ProblemAsync(Of(RunEnd.Exited))
        );

    private static Task<string?> ProblemAsync(Told run) => SandboxCheck.ProblemAsync(_ => run, "image");

    private static Told Of(RunEnd end, string complaint = "") =>
        new Told(new RunOutcome(end, 0, default, default, 0, false, false, complaint));

    /// <summary>A run that has ended already.</summary>
    private sealed class Told : ISandboxedRun
    {
        private readonly Channel<SandboxEvent> events = Channel.CreateUnbounded<SandboxEvent>();

        public Told(RunOutcome outcome) => events.Writer.TryWrite(new SandboxEvent.Ended(outcome));

        public ChannelReader<SandboxEvent> Events => events.Reader;

        public bool Type(ReadOnlyMemory<byte> bytes) => false;

        public void Resize(TerminalSize size) { }

        public void Stop() { }
    }
}
