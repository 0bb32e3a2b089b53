using System.Diagnostics;
using System.Globalization;
using System.Text;
using Coterie.Protocol.Runs;
using Coterie.Server.Runs;
using Coterie.Server.Runs.Engines;

namespace Coterie.Runs.Tests.Engines;

/// <summary>What becomes of a run whose engine is slow, refuses, or goes.</summary>
[Collection(nameof(Sandboxed))]
public sealed class EngineFaultTests(Sandboxed sandboxes) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static int s_made;
    private FaultyEngine faulty = null!;
    private EngineSandbox sandbox = null!;
    private Podman podman = null!;

    public async ValueTask InitializeAsync()
    {
        podman = await sandboxes.PodmanAsync();
        var name = string.Create(CultureInfo.InvariantCulture, $"faulty{Interlocked.Increment(ref s_made)}");
        faulty = new FaultyEngine(podman, name);
        var engine = new RunEngine(faulty.Socket, RunImages.Parse(Podman.Image), podman.Folder(name))
        {
            Patience = Patience,
        };
        (var opened, var problem) = await EngineSandbox.OpenAsync(1, engine);
        sandbox = opened ?? throw new InvalidOperationException(problem);
    }

    public async ValueTask DisposeAsync()
    {
        faulty.FaultOf = _ => Fault.None;
        var begun = Stopwatch.GetTimestamp();
        while ((await OwnContainersAsync()).Length > 0 && Stopwatch.GetElapsedTime(begun).TotalSeconds < 30)
            await Task.Delay(100);
        var left = await OwnContainersAsync();
        sandbox.Dispose();
        faulty.Dispose();
        Assert.Empty(left);
    }

    private Task<string[]> OwnContainersAsync() => podman.ContainersAsync(sandbox.Instance);

    [Fact]
    public async Task What_an_engine_made_and_did_not_say_is_removed_by_its_name()
    {
        faulty.FaultOf = asked =>
            asked.Contains("/create?", StringComparison.Ordinal) ? Fault.AnswersNobody : Fault.None;
        var done = await Done.Shell(sandbox, "echo ran");
        Assert.Equal((RunEnd.NotStarted, ""), (done.Outcome.End, done.Said));
        var begun = Stopwatch.GetTimestamp();
        while ((await OwnContainersAsync()).Length > 0 && Stopwatch.GetElapsedTime(begun).TotalSeconds < 40)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Empty(await OwnContainersAsync());
        Assert.Contains(faulty.Asked, asked => asked.StartsWith("DELETE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_engine_that_does_not_let_go_holds_up_no_end()
    {
        faulty.FaultOf = asked => asked.StartsWith("DELETE", StringComparison.Ordinal) ? Fault.Refuses : Fault.None;
        var begun = Stopwatch.GetTimestamp();
        var done = await Done.Shell(sandbox, "echo ran");
        Assert.Equal((RunEnd.Exited, "ran\n"), (done.Outcome.End, done.Said));
        Assert.InRange(Stopwatch.GetElapsedTime(begun).TotalSeconds, 0, 40);
        Assert.Null(sandbox.TryStart(Orders.Shell("echo ran"))); // its user is not another's meanwhile
    }

    [Fact]
    public async Task Time_by_the_clock_ends_though_the_engine_gives_no_figures()
    {
        faulty.FaultOf = asked => asked.Contains("/stats?", StringComparison.Ordinal) ? Fault.Hangs : Fault.None;
        var done = await Done.Shell(sandbox, "sleep 999", new RunLimits { Wall = TimeSpan.FromSeconds(1) });
        Assert.Equal(RunEnd.OutOfTime, done.Outcome.End);
        Assert.InRange(done.Outcome.Wall.TotalSeconds, 0.9, 5);
    }

    [Fact]
    public async Task An_engine_that_fails_in_the_midst_is_told_so()
    {
        faulty.FaultOf = asked =>
            asked.Contains("/exec/", StringComparison.Ordinal) && asked.Contains("/json", StringComparison.Ordinal)
                ? Fault.Refuses
                : Fault.None;
        var done = await Done.Shell(sandbox, "echo begun; sleep 999");
        Assert.Equal(
            (RunEnd.Failed, "begun\n", "The container engine failed: broken."),
            (done.Outcome.End, done.Said, done.Outcome.Complaint)
        );
        Assert.NotEqual(TimeSpan.Zero, done.Outcome.Wall);
    }

    [Fact]
    public async Task A_refused_size_is_not_the_last()
    {
        var refusals = 1;
        faulty.FaultOf = asked =>
            asked.Contains("/resize?", StringComparison.Ordinal) && Interlocked.Decrement(ref refusals) >= 0
                ? Fault.Refuses
                : Fault.None;
        var order = Orders.Shell("echo begun; read a; stty size") with { Terminal = new TerminalSize(80, 24) };
        var run = sandbox.TryStart(order)!;
        await run.Events.WaitToReadAsync(TestContext.Current.CancellationToken);
        run.Resize(new TerminalSize(90, 24));
        await ResizesAsync(1);
        run.Resize(new TerminalSize(100, 24));
        await ResizesAsync(2);
        run.Type("\r"u8.ToArray());
        Assert.EndsWith("24 100\r\n", (await Done.Of(run)).Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_closes_its_outputs_and_goes_on_is_not_asked_for_without_a_pause()
    {
        var done = await Done.Shell(sandbox, "echo said; exec >&- 2>&-; sleep 2; exit 3");
        Assert.Equal((RunEnd.Exited, 3, "said\n"), (done.Outcome.End, done.Outcome.ExitCode, done.Said));
        var looks = faulty.Asked.Count(asked =>
            asked.Contains("/exec/", StringComparison.Ordinal) && asked.Contains("/json", StringComparison.Ordinal)
        );
        Assert.InRange(looks, 1, 40);
    }

    [Fact]
    public async Task A_compiler_that_says_much_says_it_in_large_pieces()
    {
        var order = Orders.Shell("echo ran") with
        {
            Compile = ["sh", "-c", "n=0; while [ $n -lt 3000 ]; do echo $n; n=$((n+1)); done"],
        };
        var run = sandbox.TryStart(order)!;
        var pieces = 0;
        var bytes = new StringBuilder();
        await foreach (var happened in run.Events.ReadAllAsync(TestContext.Current.CancellationToken))
            if (happened is SandboxEvent.CompilerSaid { Bytes: var said })
            {
                pieces++;
                bytes.Append(Encoding.UTF8.GetString(said.Span));
            }
        Assert.EndsWith("\n2999\n", bytes.ToString(), StringComparison.Ordinal);
        Assert.InRange(pieces, 1, 300);
    }

    [Fact]
    public async Task Behind_a_compiler_what_the_kernel_may_drop_is_no_memory_of_the_programs()
    {
        // Reads what no other process holds: its pages then count as this container's.
        const string read =
            "import os\nfor folder in ['/usr/bin', '/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu']:\n if not os.path.isdir(folder): continue\n for name in os.listdir(folder):\n  path = folder + '/' + name\n  if not os.path.isfile(path): continue\n  with open(path, 'rb') as file:\n   os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)\n   while file.read(1 << 20): pass\nprint('read')";
        var order = new SandboxOrder
        {
            Files = [Orders.File("read.py", read)],
            Compile = ["true"],
            Run = ["python3", "read.py"],
            Limits = new RunLimits { MemoryBytes = 32 << 20 },
        };
        var done = await Done.Of(sandbox, order);
        Assert.Equal((RunEnd.Exited, "read\n"), (done.Outcome.End, done.Said));
    }

    private async Task ResizesAsync(int count)
    {
        while (faulty.Asked.Count(asked => asked.Contains("/resize?", StringComparison.Ordinal)) < count)
            await Task.Delay(10, TestContext.Current.CancellationToken);
    }
}
